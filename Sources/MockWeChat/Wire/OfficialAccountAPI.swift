/// The official account's interfaces (`wechat-wire.md` §1).
enum OfficialAccountAPI {
    static let endpoints: [Endpoint] =
        tokens + codes + tags + users + customerService + media + materials + drafts
        + publications + miscellaneous
}
