import Foundation
import FoundationNetworking
import HTTP
import MockWeChat
import Testing

/// A mock gateway on a free port with one account, and the account's server beside it. Time moves
/// only when it is told to.
struct Street: Sendable {
    let gateway: MockGateway
    let base: String
    let server: AccountServer

    static let appid = "wxharbour0000001"
    static let secret = "s3cret"
    /// The machine's time here, which stands still: 2024-05-20 18:13:20 in China.
    static let now = Moment(seconds: 1_716_200_000)
    static let key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    static let originalID = "gh_0a1b2c3d4e5f"
    static let resources = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Resources/mock").standardized.path

    static func account(_ server: AccountServer?, _ mode: OfficialAccount.Mode = .plain)
        -> OfficialAccount
    {
        OfficialAccount(
            appid: appid, secret: secret, name: "海港咖啡", originalID: originalID,
            callbackURL: server.map { "\($0.base)/callbacks" }, token: "QrDeskToken2024",
            encodingAESKey: key, mode: mode, openPlatform: "platform")
    }

    /// Runs the body on a new street, which is gone afterwards.
    static func with(
        _ mode: OfficialAccount.Mode = .plain,
        configure: (inout MockGateway.Configuration) -> Void = { _ in },
        _ body: (Street) async throws -> Void
    ) async throws {
        let server = try AccountServer()
        var configuration = MockGateway.Configuration(
            accounts: [account(server, mode)], seed: 7, resources: resources)
        configuration.callbackRetryDelay = .milliseconds(5)
        configuration.callbackTimeout = .seconds(30)
        configuration.now = { Self.now }
        configure(&configuration)
        let gateway = try MockGateway(configuration)
        let port = try gateway.start(port: 0).port
        let street = Street(gateway: gateway, base: "http://127.0.0.1:\(port)", server: server)
        do {
            try await body(street)
        } catch {
            await street.close()
            throw error
        }
        await street.close()
    }

    /// Without cookies, which would go from one test's gateway to another's. It reads Chinese, unless
    /// a test says otherwise.
    private static let session: URLSession = {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.httpAdditionalHeaders = ["Accept-Language": "zh-CN"]
        return URLSession(configuration: configuration)
    }()

    private func close() async {
        await gateway.stop()
        await server.stop()
    }

    func token() async throws -> String {
        let answer = try await get(
            "/cgi-bin/token?grant_type=client_credential&appid=\(Self.appid)&secret=\(Self.secret)")
        return try #require(answer["access_token"]?.string)
    }

    func get(_ path: String) async throws -> JSON {
        try await fetch("GET", path).json
    }

    /// Posts JSON with no more than a client must send.
    func post(_ path: String, _ json: JSON) async throws -> JSON {
        try await fetch("POST", path, json.bytes).json
    }

    /// Calls an interface with a fresh token.
    func call(_ path: String, _ json: JSON? = nil) async throws -> JSON {
        let mark = path.contains("?") ? "&" : "?"
        let url = "\(path)\(mark)access_token=\(try await token())"
        if let json { return try await post(url, json) }
        return try await get(url)
    }

    /// Expects the errcode of a call, 0 for one that succeeds. It posts when there is a body.
    func expect(
        _ errcode: Int64, from path: String, _ json: JSON? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = if let json { try await post(path, json) } else { try await get(path) }
        #expect(answer.errcode ?? 0 == errcode, "\(answer)", sourceLocation: sourceLocation)
    }

    /// The same with a fresh token.
    func expect(
        _ errcode: Int64, calling path: String, _ json: JSON? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await call(path, json)
        #expect(answer.errcode ?? 0 == errcode, "\(answer)", sourceLocation: sourceLocation)
    }

    func fetch(
        _ method: String, _ path: String, _ body: [UInt8]? = nil, fields: [String: String] = [:]
    ) async throws -> Answer {
        var request = URLRequest(url: try #require(URL(string: base + path)))
        request.httpMethod = method
        request.httpBody = body.map { Data($0) }
        for (name, value) in fields { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await Self.session.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        return Answer(
            status: http.statusCode, type: http.value(forHTTPHeaderField: "Content-Type") ?? "",
            policy: http.value(forHTTPHeaderField: "Content-Security-Policy") ?? "",
            url: http.url?.absoluteString ?? "", bytes: Array(data))
    }

    /// Uploads a file as multipart/form-data.
    func upload(
        _ path: String, _ file: [UInt8], named name: String, also fields: [String: String] = [:]
    )
        async throws -> JSON
    {
        let boundary = "----harbour"
        var body = Array(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"media\"; filename=\"\(name)\"\r\n\r\n"
                .utf8)
        body += file
        for (name, value) in fields {
            body += Array(
                "\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)"
                    .utf8)
        }
        body += Array("\r\n--\(boundary)--\r\n".utf8)
        return try await fetch(
            "POST", "\(path)&access_token=\(try await token())", body,
            fields: ["Content-Type": "multipart/form-data; boundary=\(boundary)"]
        ).json
    }

    /// A permanent code with that scene; the text inside of its picture.
    func code(_ scene: String) async throws -> String {
        let answer = try await call(
            "/cgi-bin/qrcode/create",
            [
                "action_name": "QR_LIMIT_STR_SCENE",
                "action_info": ["scene": ["scene_str": .string(scene)]],
            ])
        return try #require(answer["url"]?.string)
    }
}

struct Answer: Sendable {
    let status: Int
    let type: String
    let policy: String
    let url: String
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }

    var json: JSON {
        get throws { try JSON(parsing: bytes) }
    }
}

extension JSON {
    var errcode: Int64? { self["errcode"]?.integer }
}
