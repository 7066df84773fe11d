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
        let world = try await ServerAndWeChat()
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
        let world = try await ServerAndWeChat()
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
        let world = try await ServerAndWeChat()
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

extension ServerAndWeChat {
    fileprivate struct Code {
        let name: String
        let scene: String
        let status: String
    }

    fileprivate func killAndRestart() async throws {
        try await kill()
        try await restart()
    }

    /// - Returns: the cookie of the owner's session.
    fileprivate func signIn() async throws -> String {
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
    fileprivate func startBatch(_ names: [String]) async throws -> String {
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

    fileprivate func made(of batch: String) async throws -> Int {
        try await matou.api("GET", "/imports/\(batch)", token: token).object()["made"] as? Int ?? 0
    }

    /// That the batch comes to have made so many codes.
    fileprivate func expectEnd(of batch: String, codes: Int) async throws {
        var ended: [String: Any] = [:]
        _ = try await eventually(within: .seconds(90)) {
            ended = try await matou.api("GET", "/imports/\(batch)", token: token).object()
            return ended["state"] as? String == "done"
        }
        #expect(ended["made"] as? Int == codes && ended["failed"] as? Int == 0)
    }

    fileprivate func makeCode() async throws -> String {
        let code = try await matou.api(
            "POST", "/qr-codes", token: token,
            body: #"{"account_id":"\#(account)","name":"大码","type":"permanent"}"#
        ).object()
        return try #require(code["id"] as? String)
    }

    fileprivate func fill(_ code: String, scanners count: Int) async throws {
        let database = try SQLiteDatabase(path: matou.folder.path + "/data/matou.db")
        try await database.write {
            try $0.addScanners(count, of: code, from: 1_795_233_600_000)
        }
        try await database.close()
    }

    fileprivate func codes() async throws -> [Code] {
        try await all("/qr-codes").map { code in
            Code(
                name: code["name"] as? String ?? "", scene: code["scene"] as? String ?? "",
                status: code["status"] as? String ?? "")
        }
    }
}
