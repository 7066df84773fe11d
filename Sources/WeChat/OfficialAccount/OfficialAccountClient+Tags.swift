/// A tag that followers of an account wear (`wechat-wire.md` §1.2).
public struct FollowerTag: Sendable, Hashable, Codable {
    public static let countMax = 100
    public static let perFollowerMax = 20
    /// In UTF-8, the stricter reading of WeChat's pages.
    public static let nameBytesMax = 30
    /// In one call of `tag` or `untag`.
    public static let openIDsPerCallMax = 50
    /// WeChat's own, which cannot be changed.
    public static let builtInIDs = 0...2

    public var id: Int
    public var name: String
    /// How many followers wear it; absent right after its creation.
    public var count: Int?
}

extension OfficialAccountClient {
    /// Not repeated when its outcome is unknown: a second call would be refused as a duplicate.
    ///
    /// - Parameter name: at most `FollowerTag.nameBytesMax`, and no other tag's.
    public func createTag(named name: String) async throws(WeChatError) -> FollowerTag {
        let answer: TagEnvelope<FollowerTag> = try await value(
            of: .post(
                "/cgi-bin/tags/create", TagEnvelope(tag: TagName(name: name)),
                repeating: .onlyIfNotSent))
        return answer.tag
    }

    /// All tags of the account, WeChat's own too, with their counts.
    public func tags() async throws(WeChatError) -> [FollowerTag] {
        struct Answer: Decodable { var tags: [FollowerTag] }
        return try await value(of: .get("/cgi-bin/tags/get"), as: Answer.self).tags
    }

    /// - Parameter name: as in `createTag`. WeChat refuses its own tags.
    public func renameTag(_ id: Int, to name: String) async throws(WeChatError) {
        try await run(
            .post(
                "/cgi-bin/tags/update", TagEnvelope(tag: TagName(id: id, name: name)),
                repeating: .idempotent))
    }

    /// Takes the tag off all followers; WeChat refuses its own, and one that more than 100,000 wear.
    public func deleteTag(_ id: Int) async throws(WeChatError) {
        try await run(
            .post(
                "/cgi-bin/tags/delete", TagEnvelope(tag: TagName(id: id)),
                repeating: .onlyIfNotSent))
    }

    /// Puts a tag on at most `FollowerTag.openIDsPerCallMax` followers.
    public func tag(_ openIDs: [String], with id: Int) async throws(WeChatError) {
        try await run(
            .post(
                "/cgi-bin/tags/members/batchtagging", Tagging(openid_list: openIDs, tagid: id),
                repeating: .idempotent))
    }

    /// Takes a tag off at most `FollowerTag.openIDsPerCallMax` followers.
    public func untag(_ openIDs: [String], from id: Int) async throws(WeChatError) {
        try await run(
            .post(
                "/cgi-bin/tags/members/batchuntagging", Tagging(openid_list: openIDs, tagid: id),
                repeating: .idempotent))
    }

    /// The ids of one follower's tags.
    public func tagIDs(of openID: String) async throws(WeChatError) -> [Int] {
        struct Body: Encodable { var openid: String }
        struct Answer: Decodable { var tagid_list: [Int] }
        return try await value(
            of: .post("/cgi-bin/tags/getidlist", Body(openid: openID), repeating: .idempotent),
            as: Answer.self
        ).tagid_list
    }

    /// A page of the followers that wear a tag, after the given one.
    public func followers(
        withTag id: Int, after openID: String = ""
    ) async throws(WeChatError) -> OpenIDPage {
        struct Body: Encodable {
            var tagid: Int
            var next_openid: String
        }
        return try await value(
            of: .post(
                "/cgi-bin/user/tag/get", Body(tagid: id, next_openid: openID),
                repeating: .idempotent))
    }
}

private struct TagEnvelope<Tag> { var tag: Tag }
extension TagEnvelope: Encodable where Tag: Encodable {}
extension TagEnvelope: Decodable where Tag: Decodable {}

private struct TagName: Encodable {
    var id: Int?
    var name: String?
}

private struct Tagging: Encodable {
    var openid_list: [String]
    var tagid: Int
}
