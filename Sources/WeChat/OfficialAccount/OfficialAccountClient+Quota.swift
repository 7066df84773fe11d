/// How often a path may still be called today.
public struct APIQuota: Sendable, Hashable, Codable {
    public var dailyLimit: Int
    public var used: Int
    public var remaining: Int

    enum CodingKeys: String, CodingKey {
        case dailyLimit = "daily_limit"
        case used
        case remaining = "remain"
    }
}

extension OfficialAccountClient {
    /// The addresses that WeChat's callbacks come from.
    public func callbackAddresses() async throws(WeChatError) -> [String] {
        struct Answer: Decodable { var ip_list: [String] }
        return try await value(of: .get("/cgi-bin/getcallbackip"), as: Answer.self).ip_list
    }

    /// Sets the day's counters back, which WeChat allows ten times a month.
    public func clearQuota() async throws(WeChatError) {
        struct Body: Encodable { var appid: String }
        try await run(
            .post(
                "/cgi-bin/clear_quota", Body(appid: tokens.credential.appID),
                repeating: .onlyIfNotSent))
    }

    /// - Parameter path: for example `/cgi-bin/qrcode/create`.
    public func quota(of path: String) async throws(WeChatError) -> APIQuota {
        struct Body: Encodable { var cgi_path: String }
        struct Answer: Decodable { var quota: APIQuota }
        return try await value(
            of: .post("/cgi-bin/openapi/quota/get", Body(cgi_path: path), repeating: .idempotent),
            as: Answer.self
        ).quota
    }
}
