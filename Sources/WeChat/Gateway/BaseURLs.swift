import Foundation

/// Where WeChat's three hosts are (`wechat-wire.md` §0). Only tests and the mock gateway change
/// them.
public struct BaseURLs: Sendable, Equatable {
    /// Official accounts and mini programs.
    public let api: String
    /// Pictures of official-account codes.
    public let mp: String
    /// WeCom.
    public let qyapi: String

    public static let tencent = BaseURLs(
        trustedAPI: "https://api.weixin.qq.com", mp: "https://mp.weixin.qq.com",
        qyapi: "https://qyapi.weixin.qq.com")

    /// Each is `http` or `https` with a host, and maybe a port and a path; a final slash is
    /// dropped.
    public init(api: String, mp: String, qyapi: String) throws(BaseURLError) {
        self.api = try Self.checked(api)
        self.mp = try Self.checked(mp)
        self.qyapi = try Self.checked(qyapi)
    }

    private init(trustedAPI: String, mp: String, qyapi: String) {
        self.api = trustedAPI
        self.mp = mp
        self.qyapi = qyapi
    }

    private static func checked(_ text: String) throws(BaseURLError) -> String {
        guard let parts = URLComponents(string: text),
            parts.scheme == "http" || parts.scheme == "https",
            let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else { throw BaseURLError(text: text) }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}

/// A base URL that cannot be one.
public struct BaseURLError: Error, Sendable, Equatable, CustomStringConvertible {
    public let text: String

    public var description: String {
        "‘\(text)’ is not a base URL: give http:// or https://, a host, and no query."
    }
}
