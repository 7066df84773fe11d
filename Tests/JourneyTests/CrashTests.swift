import Foundation
import HTTP
import MockWeChat
import TestSupport
import TestWorld
import Testing

/// What is promised after a crash: the real program is killed while callbacks pour in, and WeChat,
/// which is played by this process, goes on.
@Suite(.timeLimit(.minutes(5))) struct `A killed server` {
    @Test func `has counted every answered callback once and sends no reply twice`() async throws {
        let world = try await CrashWorld(people: 160)
        let crowd = world.crowd
        let deliveries = Task { try await crowd.everybodyScansAndFollows() }
        try await world.killInTheMiddle()
        try await world.restart()
        let answered = try await deliveries.value
        #expect(!answered.isEmpty)

        let scanners = try await world.settledScanners()
        for openid in answered {
            #expect(scanners[openid]?.scans == 1, "\(openid) was answered and must be counted once")
        }
        let counts = try await world.counts()
        #expect(counts["scans"] == scanners.count && counts["scanners"] == scanners.count)
        #expect(answered.count < world.people.count || scanners.count == world.people.count)

        for person in world.people {
            let openid = person.openid(at: CrashWorld.appID)
            let replies = person.inbox(from: CrashWorld.appID).count { $0.origin == .customMessage }
            #expect(replies <= 1, "\(openid) was sent the reply \(replies) times")
            if scanners[openid]?.reply == "sent" { #expect(replies == 1) }
        }
        await world.close()
    }
}

/// A server in a process of its own, and WeChat with its people in this one.
private final class CrashWorld {
    static let appID = "wx0a1b2c3d4e5f6071"

    let gateway: MockGateway
    let people: [MockPerson]
    private var matou: RunningMatou
    private let arguments: [String]
    private let token: String
    private let code: (id: String, content: String)

    var crowd: Crowd { Crowd(people: people, content: code.content) }

    struct Scanner {
        let scans: Int
        let reply: String
    }

    init(people count: Int) async throws {
        gateway = try MockGateway(
            .init(resources: ProjectFolder.resources + "/mock"))
        let port = try gateway.start(port: 0).port
        let url = "http://127.0.0.1:\(port)"
        arguments = ["--wechat-api-url", url, "--wechat-mp-url", url, "--log-level", "error"]
        matou = try await RunningMatou(arguments)
        _ = try await matou.command([
            "user", "add", "lin@example.com", "--password", "harbour-2026",
        ])
        token = try await matou.command(["token", "add", "crash", "--role", "owner"])
        try gateway.put(
            OfficialAccount(
                appid: Self.appID, secret: "secret", name: "码头",
                callbackURL: "\(matou.url)/callbacks/wechat/\(Self.appID)",
                token: "QrDeskToken2024"))
        code = try await Self.makeCode(matou, token)
        let gateway = gateway
        people = try (0..<count).map { _ in try gateway.people.add() }
    }

    private static func makeCode(
        _ matou: RunningMatou, _ token: String
    ) async throws -> (id: String, content: String) {
        let account = try await matou.api(
            "POST", "/accounts", token: token,
            body: """
                {"name":"码头","app_id":"\(appID)","secret":"secret","token":"QrDeskToken2024",
                "message_mode":"plain","verified":true}
                """
        ).object()
        let code = try await matou.api(
            "POST", "/qr-codes", token: token,
            body: """
                {"account_id":"\(account["id"] ?? "")","name":"静安门店","type":"permanent",
                "reply":[{"format":"text","text":"欢迎"}]}
                """
        ).object()
        return (try #require(code["id"] as? String), try #require(code["content"] as? String))
    }

    /// Kills the process once some replies have arrived: others are on their way then.
    func killInTheMiddle() async throws {
        let people = people
        let isUnderWay = await eventually {
            people.count { !$0.inbox(from: Self.appID).isEmpty } >= 20
        }
        try #require(isUnderWay)
        matou.process.send(SIGKILL)
        let process = matou.process
        let isDead = await eventually { !process.isRunning }
        try #require(isDead)
    }

    func restart() async throws { matou = try await RunningMatou(arguments, after: matou) }

    /// All scanners by openid, once no reply waits any more.
    func settledScanners() async throws -> [String: Scanner] {
        var scanners: [String: Scanner] = [:]
        let isSettled = try await eventually(within: .seconds(60)) {
            scanners = try await self.scanners()
            return !scanners.values.contains { $0.reply == "pending" }
        }
        try #require(isSettled)
        return scanners
    }

    private func scanners() async throws -> [String: Scanner] {
        var scanners: [String: Scanner] = [:]
        var cursor: String? = ""
        while let next = cursor {
            let path =
                "/qr-codes/\(code.id)/scanners?limit=200"
                + (next.isEmpty ? "" : "&cursor=\(next)")
            let page = try await matou.api("GET", path, token: token).object()
            for row in page["data"] as? [[String: Any]] ?? [] {
                scanners[row["openid"] as? String ?? ""] = Scanner(
                    scans: row["scans"] as? Int ?? 0, reply: row["reply_status"] as? String ?? "")
            }
            cursor = page["next_cursor"] as? String
        }
        return scanners
    }

    func counts() async throws -> [String: Int] {
        let code = try await matou.api("GET", "/qr-codes/\(code.id)", token: token).object()
        return try #require(code["counts"] as? [String: Int])
    }

    func close() async {
        matou.process.stop()
        await gateway.stop()
    }
}

/// Everybody who scans at once.
private struct Crowd: Sendable {
    let people: [MockPerson]
    let content: String

    /// All of them, sixteen at a time.
    ///
    /// - Returns: the openids of those whose callback was answered with success.
    func everybodyScansAndFollows() async throws -> Set<String> {
        try await withThrowingTaskGroup(of: String?.self) { group in
            var waiting = people[...]
            func begin() {
                guard let person = waiting.popFirst() else { return }
                let content = content
                group.addTask {
                    try await person.scan(content)
                    let delivery = try await person.follow(CrashWorld.appID)
                    return delivery.outcome == .accepted
                        ? person.openid(at: CrashWorld.appID) : nil
                }
            }
            for _ in 0..<16 { begin() }
            var answered: Set<String> = []
            for try await openid in group {
                if let openid { answered.insert(openid) }
                begin()
            }
            return answered
        }
    }
}
