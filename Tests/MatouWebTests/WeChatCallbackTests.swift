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
        token: String = Workshop.token, late seconds: Int64 = 0,
        sealed: (text: String, token: String)? = nil
    ) async throws -> Answer {
        let timestamp = String(wharf.workshop.clock.now.seconds - seconds)
        let signature = CallbackSignature(token: Secret(token))
            .signature(timestamp: timestamp, nonce: "846213907")
        var target =
            "/callbacks/wechat/\(appID)?signature=\(signature)&timestamp=\(timestamp)"
            + "&nonce=846213907"
        if let sealed {
            let signature = CallbackSignature(token: Secret(sealed.token))
                .signature(timestamp: timestamp, nonce: "846213907", encrypted: sealed.text)
            target += "&encrypt_type=aes&msg_signature=\(signature)"
        }
        var wechat = wharf.stranger()
        return try await wechat.send(.post, target, body: Array(body.utf8))
    }

    /// A delivery to an account whose messages are encrypted.
    struct Delivery: Sendable, CustomTestStringConvertible {
        static let rightKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

        let testDescription: String
        var key = Delivery.rightKey
        var receiver = Workshop.appID
        /// What `msg_signature` is made with; nil for none.
        var token: String? = Workshop.token
        var isEncrypted = true
        var isBelieved = false

        /// Base64, as it stands in `Encrypt`.
        func sealed(_ message: String) throws -> String {
            try CallbackCrypto(encodingAESKey: Secret(key), receiveID: receiver)
                .encrypted(Array(message.utf8), random: Array(repeating: 7, count: 16))
        }
    }

    static let deliveries = [
        Delivery(testDescription: "as WeChat sends it", isBelieved: true),
        Delivery(testDescription: "signed with another token", token: "another"),
        Delivery(testDescription: "without msg_signature", token: nil),
        Delivery(
            testDescription: "with another key",
            key: "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"),
        Delivery(testDescription: "for another app id", receiver: "wxffffffffffffffff"),
        Delivery(testDescription: "in the clear", isEncrypted: false),
    ]

    @Test(arguments: ["safe", "compatible"], deliveries)
    func `what is encrypted is believed with its own signature, our key and our app id`(
        _ mode: String, _ delivery: Delivery
    ) async throws {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        var draft = Account.Draft(workshop.account)
        draft.messageMode = mode
        draft.aesKey = Delivery.rightKey
        _ = try await workshop.installation.accounts.change(
            workshop.account.id, to: draft, by: workshop.owner)
        let text = try delivery.sealed(Self.event.xml)
        // The compatible mode has the message in the clear as well, which nobody may rely on.
        let clear =
            mode == "compatible"
            ? Self.event.xml.replacing("oMing", with: "oMallory")
            : "<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName></xml>"
        let body =
            delivery.isEncrypted
            ? clear.replacing("</xml>", with: "<Encrypt><![CDATA[\(text)]]></Encrypt></xml>")
            : Self.event.xml
        let answer = try await post(
            body, to: wharf, sealed: delivery.token.map { (text, $0) })
        #expect(answer.status == (delivery.isBelieved ? 200 : 403))
        let people = try await workshop.database.read { connection in
            try connection.rows("SELECT person FROM facts").map { row in
                try row.get("person") as String
            }
        }
        #expect(people == (delivery.isBelieved ? ["oMing"] : []))
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
