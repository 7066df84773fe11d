/// One or more articles that were published 发布 (`wechat-wire.md` §1.6): their page is open to anyone,
/// and a customer-service message can lead there.
public struct Publication: Sendable, Hashable {
    /// WeChat's `article_id`.
    public var articleID: String
    /// Unix seconds.
    public var updatedAt: Int64
    public var articles: [Draft.Article]
}

extension OfficialAccountClient {
    /// - Parameter withContent: false leaves the articles' HTML out, which can be a megabyte each.
    public func publications(
        from offset: Int, count: Int, withContent: Bool = false
    ) async throws(WeChatError) -> LibraryPage<Publication> {
        try await articles(
            at: "/cgi-bin/freepublish/batchget", from: offset, count: count,
            withContent: withContent)
    }
}

extension Publication: Decodable {
    private enum Key: String, CodingKey { case article_id, update_time, content }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        articleID = try fields.decode(String.self, forKey: .article_id)
        updatedAt = try fields.decode(Int64.self, forKey: .update_time)
        articles = try fields.decode(Draft.Content.self, forKey: .content).news_item
    }
}
