import HTTPClient

/// What a code carries.
public enum Scene: Sendable, Hashable {
    /// 1 to 64 characters.
    public static let textLengthMax = 64
    public static let permanentNumberMax: UInt32 = 100_000

    case text(String)
    /// Not 0; in a permanent code at most `permanentNumberMax`.
    case number(UInt32)
}

/// How long a code lives.
public enum CodeLifetime: Sendable, Hashable {
    /// 30 days.
    public static let secondsMax = 2_592_000
    /// In the life of an account; none is ever given back.
    public static let permanentCountMax = 100_000

    case temporary(seconds: Int)
    case permanent
}

/// A code that WeChat made.
public struct QRCodeTicket: Sendable, Hashable, Codable {
    /// Names the picture at `showQRCodeURL`.
    public var ticket: String
    /// The text in the picture.
    public var url: String
    /// Absent for permanent codes, and not to be relied upon for others: keep your own.
    public var expireSeconds: Int?

    enum CodingKeys: String, CodingKey {
        case ticket, url
        case expireSeconds = "expire_seconds"
    }
}

extension OfficialAccountClient {
    /// Makes a code (`wechat-wire.md` §1.1). Never asked for twice by itself once it may have
    /// arrived.
    public func createQRCode(
        _ scene: Scene, _ lifetime: CodeLifetime
    ) async throws(WeChatError) -> QRCodeTicket {
        try await value(
            of: .post(
                "/cgi-bin/qrcode/create", CodeRequest(scene, lifetime), repeating: .onlyIfNotSent))
    }

    /// Where WeChat shows the picture of a code, to anyone.
    public func showQRCodeURL(ticket: String) -> String {
        let call = APICall.showQRCode(ticket)
        return call.request(at: tokens.gateway.baseURLs, token: nil).url
    }

    /// WeChat's own picture of a code, a JPEG.
    ///
    /// - Throws: `.invalidAnswer` with status 404 when the ticket is unknown or has expired.
    public func qrCodePicture(ticket: String) async throws(WeChatError) -> File {
        try await tokens.gateway.answer(to: .showQRCode(ticket)).file()
    }
}

extension APICall {
    fileprivate static func showQRCode(_ ticket: String) -> APICall {
        var call = APICall.get("/cgi-bin/showqrcode", query: [("ticket", ticket)])
        call.host = .mp
        return call
    }
}

private struct CodeRequest: Encodable {
    struct Info: Encodable { var scene: SceneField }
    struct SceneField: Encodable {
        var scene_id: UInt32?
        var scene_str: String?
    }

    var action_name: String
    var action_info: Info
    var expire_seconds: Int?

    init(_ scene: Scene, _ lifetime: CodeLifetime) {
        let field: SceneField
        let kind: String
        switch scene {
        case .text(let text):
            field = SceneField(scene_str: text)
            kind = "STR_SCENE"
        case .number(let number):
            field = SceneField(scene_id: number)
            kind = "SCENE"
        }
        action_info = Info(scene: field)
        switch lifetime {
        case .temporary(let seconds):
            action_name = "QR_" + kind
            expire_seconds = seconds
        case .permanent:
            action_name = "QR_LIMIT_" + kind
        }
    }
}
