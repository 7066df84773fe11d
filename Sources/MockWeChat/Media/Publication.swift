/// Articles that an account has published (`wechat-wire.md` §1.6).
struct Publication: Sendable, Codable {
    /// WeChat's `article_id`.
    let id: String
    let appid: String
    let at: Moment
    let articles: [DraftArticle]
    /// Indices of articles that were taken back.
    var deleted: Set<Int> = []
}
