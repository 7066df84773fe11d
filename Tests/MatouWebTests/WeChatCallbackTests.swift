import Foundation
import HTTP
import Logging
import Matou
import SQL
import TestWorld
import Testing
import WeChat

@Suite struct `WeChat's callbacks over HTTP` {
    private static let event = CallbackEvent(.unsubscribe, by: "oMing", at: 1000)

    /// Posts a body with the signature of `token` over the present time.
    private func post(
        _ body: String, to wharf: Wharfside, appID: String = Workshop.appID,
        token: String = Workshop.token, late seconds: Int64 = 0
    ) async throws -> Answer {
        let timestamp = String(wharf.workshop.clock.now.seconds - seconds)
        let signature = CallbackSignature(token: Secret(token))
            .signature(timestamp: timestamp, nonce: "846213907")
        var wechat = wharf.stranger()
        return try await wechat.send(
            .post,
            "/callbacks/wechat/\(appID)?signature=\(signature)&timestamp=\(timestamp)"
                + "&nonce=846213907",
            body: Array(body.utf8))
    }

    private func facts(in wharf: Wharfside) async throws -> Int? {
        try await wharf.workshop.database.read {
            try $0.value("SELECT COUNT(*) AS facts FROM facts")
        }
    }

    @Test func `what is believed is answered with success, however often it comes`() async throws {
        let wharf = try await Wharfside()
        for _ in 0..<2 {
            let answer = try await post(Self.event.xml, to: wharf)
            #expect(answer.status == 200 && answer.text == "success")
        }
        #expect(try await facts(in: wharf) == 1)
    }

    @Test func `what is not believed is refused, and nothing of it is stored`() async throws {
        let wharf = try await Wharfside()
        let xml = Self.event.xml
        #expect(try await post(xml, to: wharf, appID: "wx0000000000000000").status == 404)
        #expect(try await post(xml, to: wharf, token: "another").status == 403)
        #expect(try await post(xml, to: wharf, late: 301).status == 403)
        for body in ["", "success", "<xml>", "<xml></xml>", "<!DOCTYPE xml>" + xml] {
            #expect(try await post(body, to: wharf).status == 400, "\(body)")
        }
        #expect(try await facts(in: wharf) == 0)
    }

    @Test func `a refusal is a line in the log, with who called and why`() async throws {
        let log = KeptLog()
        let wharf = try await Wharfside(logger: Logger(label: "test") { _ in log })
        _ = try await post(Self.event.xml, to: wharf, token: "another")
        _ = try await post("<xml>", to: wharf)
        let lines = log.lines
        try #require(lines.count == 2)
        #expect(lines.allSatisfy { $0.contains("203.0.113.9") })
        #expect(lines[0].contains("signature") && lines[1].contains("malformed"))
    }

    @Test func `entities that grow into gigabytes take no memory`() async throws {
        let wharf = try await Wharfside()
        var entities = "<!ENTITY a0 \"\(String(repeating: "x", count: 30_000))\">"
        for level in 1...9 {
            entities += "<!ENTITY a\(level) \"\(String(repeating: "&a\(level - 1);", count: 10))\">"
        }
        let bomb = "<!DOCTYPE xml [\(entities)]><xml><ToUserName>&a9;</ToUserName></xml>"
        #expect(try await post(bomb, to: wharf).status == 400)
        let before = try residentKilobytes()
        for _ in 0..<200 { _ = try await post(bomb, to: wharf) }
        #expect(try residentKilobytes() - before < 16 << 10)
    }

    private func residentKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        return try #require(
            status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
                .flatMap { Int($0.split(separator: " ")[1]) })
    }
}
