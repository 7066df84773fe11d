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

/// A server with a code that replies, and the people who are about to scan it.
private final class CrashWorld {
    static let appID = ServerAndWeChat.appID

    let people: [MockPerson]
    private let server: ServerAndWeChat
    private let code: (id: String, content: String)

    var crowd: Crowd { Crowd(people: people, content: code.content) }

    struct Scanner {
        let scans: Int
        let reply: String
    }

    init(people count: Int) async throws {
        server = try await ServerAndWeChat()
        let code = try await server.matou.api(
            "POST", "/qr-codes", token: server.token,
            body: """
                {"account_id":"\(server.account)","name":"静安门店","type":"permanent",
                "reply":[{"format":"text","text":"欢迎"}]}
                """
        ).object()
        self.code = (
            try #require(code["id"] as? String), try #require(code["content"] as? String)
        )
        let gateway = server.gateway
        people = try (0..<count).map { _ in try gateway.people.add() }
    }

    /// Kills the process once some replies have arrived: others are on their way then.
    func killInTheMiddle() async throws {
        let people = people
        let isUnderWay = await eventually {
            people.count { !$0.inbox(from: Self.appID).isEmpty } >= 20
        }
        try #require(isUnderWay)
        try await server.kill()
    }

    func restart() async throws { try await server.restart() }

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
        let rows = try await server.all("/qr-codes/\(code.id)/scanners").map { row in
            (
                row["openid"] as? String ?? "",
                Scanner(
                    scans: row["scans"] as? Int ?? 0, reply: row["reply_status"] as? String ?? "")
            )
        }
        return Dictionary(rows) { _, last in last }
    }

    func counts() async throws -> [String: Int] {
        let code = try await server.matou.api(
            "GET", "/qr-codes/\(code.id)", token: server.token
        ).object()
        return try #require(code["counts"] as? [String: Int])
    }

    func close() async { await server.close() }
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
