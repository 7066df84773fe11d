/// What WeChat tells of a follower (`wechat-wire.md` §1.3). Names and pictures are no longer among
/// it.
public struct FollowerProfile: Sendable, Hashable {
    /// In one call of `profiles`.
    public static let batchMax = 100
    public static let remarkLengthMax = 30

    public var openID: String
    public var isFollowing: Bool
    /// Unix seconds; absent when not following.
    public var followedAt: Int64?
    /// Only when the account is bound to an Open Platform account.
    public var unionID: String?
    public var remark: String
    public var tagIDs: [Int]
    /// How they came, for example `ADD_SCENE_QR_CODE`; empty when unknown.
    public var followScene: String
    /// What the code carried that they last followed through.
    public var scene: Scene?
    public var language: String
}

/// Followers' openids, up to 10,000 at a time.
public struct OpenIDPage: Sendable, Hashable {
    /// Of all followers of the account; absent in a tag's list.
    public var total: Int?
    public var openIDs: [String]
    /// Ask for the page after this one; empty at the end.
    public var next: String
}

extension OfficialAccountClient {
    /// What WeChat tells of a follower, in simplified Chinese; of somebody who does not follow little
    /// more than that.
    public func profile(of openID: String) async throws(WeChatError) -> FollowerProfile {
        try await value(
            of: .get("/cgi-bin/user/info", query: [("openid", openID), ("lang", "zh_CN")]))
    }

    /// At most `FollowerProfile.batchMax` at once.
    public func profiles(of openIDs: [String]) async throws(WeChatError) -> [FollowerProfile] {
        struct User: Encodable {
            var openid: String
            var lang = "zh_CN"
        }
        struct Body: Encodable { var user_list: [User] }
        struct Answer: Decodable { var user_info_list: [FollowerProfile] }
        return try await value(
            of: .post(
                "/cgi-bin/user/info/batchget",
                Body(user_list: openIDs.map { User(openid: $0) }), repeating: .idempotent),
            as: Answer.self
        ).user_info_list
    }

    /// A page of all followers, after the given one.
    public func followers(after openID: String = "") async throws(WeChatError) -> OpenIDPage {
        try await value(of: .get("/cgi-bin/user/get", query: [("next_openid", openID)]))
    }

    /// - Parameter remark: the account's own name for the follower, shorter than 30 characters.
    public func setRemark(_ remark: String, on openID: String) async throws(WeChatError) {
        struct Body: Encodable {
            var openid: String
            var remark: String
        }
        try await run(
            .post(
                "/cgi-bin/user/info/updateremark", Body(openid: openID, remark: remark),
                repeating: .idempotent))
    }
}

extension FollowerProfile: Decodable {
    private enum Key: String, CodingKey {
        case subscribe, openid, language, unionid, remark
        case subscribe_time, tagid_list, subscribe_scene, qr_scene, qr_scene_str
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        func text(_ key: Key) throws -> String {
            try fields.decodeIfPresent(String.self, forKey: key) ?? ""
        }
        openID = try fields.decode(String.self, forKey: .openid)
        isFollowing = try fields.decodeIfPresent(Int.self, forKey: .subscribe) == 1
        followedAt = try fields.decodeIfPresent(Int64.self, forKey: .subscribe_time)
        let unionID = try text(.unionid)
        self.unionID = unionID.isEmpty ? nil : unionID
        remark = try text(.remark)
        tagIDs = try fields.decodeIfPresent([Int].self, forKey: .tagid_list) ?? []
        followScene = try text(.subscribe_scene)
        language = try text(.language)
        let number = try fields.decodeIfPresent(UInt32.self, forKey: .qr_scene) ?? 0
        let sceneText = try text(.qr_scene_str)
        if !sceneText.isEmpty {
            scene = .text(sceneText)
        } else {
            scene = number == 0 ? nil : .number(number)
        }
    }
}

extension OpenIDPage: Decodable {
    private enum Key: String, CodingKey { case total, data, next_openid }
    private struct List: Decodable { var openid: [String] }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        total = try fields.decodeIfPresent(Int.self, forKey: .total)
        openIDs = try fields.decodeIfPresent(List.self, forKey: .data)?.openid ?? []
        next = try fields.decodeIfPresent(String.self, forKey: .next_openid) ?? ""
    }
}
