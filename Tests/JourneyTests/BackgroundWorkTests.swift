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
        let batch = try await world.matou.api(
            "POST", "/imports", token: world.token,
            body: """
                {"account_id":"\(world.account)","type":"permanent","csv":\
                "\(names.joined(separator: "\\n"))"}
                """
        ).object()
        let id = try #require(batch["id"] as? String)
        _ = try await world.matou.api("POST", "/imports/\(id)/start", token: world.token)
        _ = try await eventually {
            try await world.matou.api("GET", "/imports/\(id)", token: world.token)
                .object()["made"] as? Int ?? 0 >= 200
        }
        try await world.killAndRestart()
        var ended: [String: Any] = [:]
        _ = try await eventually(within: .seconds(90)) {
            ended = try await world.matou.api("GET", "/imports/\(id)", token: world.token).object()
            return ended["state"] as? String == "done"
        }
        #expect(ended["made"] as? Int == 3000 && ended["failed"] as? Int == 0)
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
