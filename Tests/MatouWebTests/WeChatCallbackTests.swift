import HTTP
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
}
