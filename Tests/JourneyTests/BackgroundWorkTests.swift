import Foundation
import HTTP
import MockWeChat
import SQL
import SQLite
import TestSupport
import TestWorld
import Testing

/// Long work goes on where a killed process left it: the real program, and WeChat played by this one.
@Suite(.timeLimit(.minutes(5))) struct `A server killed in the middle` {
    @Test func `of a batch makes every code once`() async throws {
        let world = try await BatchWorld()
        let names = (1...3000).map { "门店_上海_\($0)" }
        let id = try await world.startBatch(names)
        _ = try await eventually { try await world.made(of: id) >= 200 }
        try await world.killAndRestart()
        try await world.expectEnd(of: id, codes: 3000)
        let codes = try await world.codes()
        #expect(codes.count == 3000 && Set(codes.map(\.name)) == Set(names))
        #expect(Set(codes.map(\.scene)).count == 3000)
        #expect(codes.allSatisfy { $0.status == "in_effect" })
        await world.close()
    }

    @Test func `of an export writes every record once`() async throws {
        let world = try await BatchWorld()
        let code = try await world.makeCode()
        try await world.fill(code, scanners: 250_000)
        let export = try await world.matou.api(
            "POST", "/exports", token: world.token,
            body: #"{"kind":"scanners","qr_code_id":"\#(code)","format":"xlsx"}"#
        ).object()
        let id = try #require(export["id"] as? String)
        func state() async throws -> [String: Any] {
            try await world.matou.api("GET", "/exports/\(id)", token: world.token).object()
        }
        _ = try await eventually(within: .seconds(90)) {
            try await state()["written"] as? Int ?? 0 > 120_000
        }
        try await world.killAndRestart()
        let afterwards = try await state()
        #expect(afterwards["state"] as? String == "running")
        var ended: [String: Any] = [:]
        _ = try await eventually(within: .seconds(120)) {
            ended = try await state()
            return ended["state"] as? String == "done"
        }
        #expect(ended["records"] as? Int == 250_000)
        let result = world.matou.folder.path + "/data/exports/\(id)"
        #expect(try FileManager.default.contentsOfDirectory(atPath: result) == ["result"])
        let found = try await OtherReader.workbooks(result + "/result")
        #expect(found.rows == 250_000 && found.keys == 250_000)
        await world.close()
    }
}

/// A new version is no outage, whatever is under way and whoever watches it.
@Suite(.timeLimit(.minutes(5))) struct `A server stopped in the middle` {
    @Test func `of a batch whose page is open ends at once and whole, and goes on afterwards`()
        async throws
    {
        let world = try await BatchWorld()
        let cookie = try await world.signIn()
        let id = try await world.startBatch((1...3000).map { "门店_上海_\($0)" })
        // Of its status 0 is that the stream came to its end; a broken one is 18.
        let page = try BackgroundProcess(
            "curl", ["-sN", "--cookie", cookie, world.matou.url + "/imports/events"])
        #expect(await eventually { page.written.contains("data:") })

        let process = world.matou.process
        let begin = ContinuousClock.now
        process.send(SIGTERM)
        #expect(await eventually { !process.isRunning })
        // A job or a stream that is waited for takes the ten seconds of a drain.
        #expect(ContinuousClock.now - begin < .seconds(6))
        #expect(process.status == 0)
        #expect(await eventually { page.status == 0 })

        try await world.restart()
        #expect(try await world.made(of: id) < 3000)
        try await world.expectEnd(of: id, codes: 3000)
        await world.close()
    }
}

/// A server in a process of its own, and WeChat in this one.
private final class BatchWorld {
    static let appID = "wx0a1b2c3d4e5f6071"

    let gateway: MockGateway
    let token: String
    let account: String
    private(set) var matou: RunningMatou
    private let arguments: [String]

    struct Code {
        let name: String
        let scene: String
        let status: String
    }

    init() async throws {
        gateway = try MockGateway(.init(resources: ProjectFolder.resources + "/mock"))
        let url = "http://127.0.0.1:\(try gateway.start(port: 0).port)"
        arguments = ["--wechat-api-url", url, "--wechat-mp-url", url, "--log-level", "error"]
        matou = try await RunningMatou(arguments)
        _ = try await matou.command([
            "user", "add", "lin@example.com", "--password", "harbour-2026",
        ])
        token = try await matou.command(["token", "add", "batch", "--role", "owner"])
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

    func killAndRestart() async throws {
        let process = matou.process
        process.send(SIGKILL)
        _ = await eventually { !process.isRunning }
        try await restart()
    }

    func restart() async throws { matou = try await RunningMatou(arguments, after: matou) }

    /// - Returns: the cookie of the owner's session.
    func signIn() async throws -> String {
        let form = try await PlainHTTP.send("GET", port: matou.port, path: "/sign-in")
        let token = try #require(
            form.text.firstMatch(of: /name="csrf_token" value="([^"]*)"/)?.output.1)
        let sent = PercentCoding.encodeQueryComponent(String(token))
        let visit = try #require(form.header("Set-Cookie")?.prefix { $0 != ";" })
        let answer = try await PlainHTTP.send(
            "POST", port: matou.port, path: "/sign-in",
            headers: [
                ("Cookie", String(visit)), ("Origin", matou.url),
                ("Content-Type", "application/x-www-form-urlencoded"),
            ],
            body: Array(
                "email=lin%40example.com&password=harbour-2026&csrf_token=\(sent)".utf8))
        let line = answer.headerLines.first { $0.contains("matou_session=") }
        return try #require(line?.firstMatch(of: /matou_session=[^;]*/).map { String($0.output) })
    }

    /// - Returns: the id of a batch under way.
    func startBatch(_ names: [String]) async throws -> String {
        let batch = try await matou.api(
            "POST", "/imports", token: token,
            body: """
                {"account_id":"\(account)","type":"permanent","csv":\
                "\(names.joined(separator: "\\n"))"}
                """
        ).object()
        let id = try #require(batch["id"] as? String)
        _ = try await matou.api("POST", "/imports/\(id)/start", token: token)
        return id
    }

    func made(of batch: String) async throws -> Int {
        try await matou.api("GET", "/imports/\(batch)", token: token).object()["made"] as? Int ?? 0
    }

    /// That the batch comes to have made so many codes.
    func expectEnd(of batch: String, codes: Int) async throws {
        var ended: [String: Any] = [:]
        _ = try await eventually(within: .seconds(90)) {
            ended = try await matou.api("GET", "/imports/\(batch)", token: token).object()
            return ended["state"] as? String == "done"
        }
        #expect(ended["made"] as? Int == codes && ended["failed"] as? Int == 0)
    }

    func makeCode() async throws -> String {
        let code = try await matou.api(
            "POST", "/qr-codes", token: token,
            body: #"{"account_id":"\#(account)","name":"大码","type":"permanent"}"#
        ).object()
        return try #require(code["id"] as? String)
    }

    /// Scanners as rows, in place of as many callbacks.
    func fill(_ code: String, scanners count: Int) async throws {
        let database = try SQLiteDatabase(path: matou.folder.path + "/data/matou.db")
        try await database.write { connection in
            try connection.run(
                """
                INSERT INTO code_scanners (workspace_id, code_id, openid, account_id, first_scan_at,
                    first_scan_day, first_scan_key, is_new, last_scan_at, last_scan_seq, scans,
                    unfollowed, replies_sent)
                WITH RECURSIVE numbers (n) AS (
                    SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(count))
                SELECT workspace_id, id, 'o' || n, account_id, 1795233600000 + n, 20261121,
                    'k' || n, n % 2, 1795233600000 + n, n, 1, 0, 0
                FROM numbers JOIN qr_codes ON id = \(code)
                """)
        }
        try await database.close()
    }

    func codes() async throws -> [Code] {
        var codes: [Code] = []
        var cursor: String? = ""
        while let next = cursor {
            let path = "/qr-codes?limit=200" + (next.isEmpty ? "" : "&cursor=\(next)")
            let page = try await matou.api("GET", path, token: token).object()
            for code in page["data"] as? [[String: Any]] ?? [] {
                codes.append(
                    Code(
                        name: code["name"] as? String ?? "", scene: code["scene"] as? String ?? "",
                        status: code["status"] as? String ?? ""))
            }
            cursor = page["next_cursor"] as? String
        }
        return codes
    }

    func close() async {
        matou.process.stop()
        await gateway.stop()
    }
}
