import Foundation
import HTTP
import MockWeChat
import TestSupport
import TestWorld
import Testing

/// A server in a process of its own with a verified account, and WeChat in this one.
final class ServerAndWeChat {
    static let appID = "wx0a1b2c3d4e5f6071"

    let gateway: MockGateway
    let token: String
    let account: String
    private(set) var matou: RunningMatou
    private let arguments: [String]

    init() async throws {
        gateway = try MockGateway(.init(resources: ProjectFolder.resources + "/mock"))
        let url = "http://127.0.0.1:\(try gateway.start(port: 0).port)"
        arguments = ["--wechat-api-url", url, "--wechat-mp-url", url, "--log-level", "error"]
        matou = try await RunningMatou(arguments)
        _ = try await matou.command([
            "user", "add", "lin@example.com", "--password", "harbour-2026",
        ])
        token = try await matou.command(["token", "add", "journey", "--role", "owner"])
        try gateway.put(
            OfficialAccount(
                appid: Self.appID, secret: "secret", name: "码头",
                callbackURL: "\(matou.url)/callbacks/wechat/\(Self.appID)",
                token: "QrDeskToken2024"))
        let connected = try await matou.api(
            "POST", "/accounts", token: token,
            body: """
                {"name":"码头","app_id":"\(Self.appID)","secret":"secret",
                "token":"QrDeskToken2024","message_mode":"plain","verified":true}
                """
        ).object()
        account = try #require(connected["id"] as? String)
    }

    /// The elements of a list, of all its pages.
    func all(_ path: String) async throws -> [[String: Any]] {
        var elements: [[String: Any]] = []
        var cursor: String? = ""
        while let next = cursor {
            let query = "?limit=200" + (next.isEmpty ? "" : "&cursor=\(next)")
            let page = try await matou.api("GET", path + query, token: token).object()
            elements += page["data"] as? [[String: Any]] ?? []
            cursor = page["next_cursor"] as? String
        }
        return elements
    }

    func kill() async throws {
        let process = matou.process
        process.send(SIGKILL)
        let isDead = await eventually { !process.isRunning }
        try #require(isDead)
    }

    func restart() async throws { matou = try await RunningMatou(arguments, after: matou) }

    func close() async {
        matou.process.stop()
        await gateway.stop()
    }
}
