import Matou
import SQL
import TestWorld
import Testing
import WeChat

@Suite struct `WeChat's callbacks` {
    private func request(
        _ workshop: Workshop, token: String = Workshop.token, skew: Int64 = 0,
        appID: String = Workshop.appID
    ) -> CallbackRequest {
        let timestamp = String(workshop.clock.now.seconds + skew)
        let signature = CallbackSignature(token: Secret(token))
            .signature(timestamp: timestamp, nonce: "n")
        return CallbackRequest(
            appID: appID, signature: signature, timestamp: timestamp, nonce: "n", echo: "ping")
    }

    private let body = Array(
        CallbackEvent(.scan(scene: "s"), by: "oMing", at: 1000).xml.utf8)

    @Test func `verification echoes the text and is remembered`() async throws {
        let workshop = try await Workshop()
        #expect(try await workshop.installation.callbacks.verify(request(workshop)) == "ping")
        let account = try await workshop.installation.accounts.find(
            workshop.account.id, for: workshop.owner)
        #expect(account.health.callbackVerifiedAt == workshop.clock.now)
    }

    @Test func `a verification is of the keys that it came with`() async throws {
        let workshop = try await Workshop()
        let accounts = workshop.installation.accounts
        _ = try await workshop.installation.callbacks.verify(request(workshop))
        let account = try await accounts.find(workshop.account.id, for: workshop.owner)
        var draft = Account.Draft(
            name: "新名", appID: account.appID, originalID: account.originalID,
            messageMode: account.messageMode.rawValue, isVerified: true)
        let renamed = try await accounts.change(account.id, to: draft, by: workshop.owner)
        #expect(renamed.health.callbackVerifiedAt == workshop.clock.now)

        draft.token = "anothertoken2026"
        let rekeyed = try await accounts.change(account.id, to: draft, by: workshop.owner)
        #expect(rekeyed.health.callbackVerifiedAt == nil && rekeyed.health.callbackSeenAt == nil)
    }

    @Test func `a wrong signature stores nothing`() async throws {
        let workshop = try await Workshop()
        await #expect(throws: CallbackRefusal.wrongSignature) {
            try await workshop.installation.callbacks.receive(
                request(workshop, token: "another"), body: body)
        }
        #expect(try await workshop.factCount() == 0)
    }

    @Test(arguments: [-301, 301]) func `a timestamp outside the window stores nothing`(
        skew: Int64
    ) async throws {
        let workshop = try await Workshop()
        await #expect(throws: CallbackRefusal.stale(skew: .seconds(-skew))) {
            try await workshop.installation.callbacks.receive(
                request(workshop, skew: skew), body: body)
        }
        #expect(try await workshop.factCount() == 0)
    }

    @Test func `how far the clocks are apart is remembered of a call refused for it`() async throws
    {
        let workshop = try await Workshop()
        _ = try? await workshop.installation.callbacks.receive(
            request(workshop, skew: -600), body: body)
        let refused = try await workshop.health()
        #expect(refused.clockSkew == .seconds(600) && refused.callbackSeenAt == nil)
        _ = try? await workshop.installation.callbacks.receive(
            request(workshop, token: "another", skew: -7000), body: body)
        #expect(try await workshop.health().clockSkew == .seconds(600))
        // The clock is set right, and the next call says so at once.
        let receipt = try await workshop.installation.callbacks.receive(
            request(workshop), body: body)
        #expect(receipt == .recorded(willReply: false))
        #expect(try await workshop.health().clockSkew == .zero)
    }

    @Test func `an unknown app id is told as such`() async throws {
        let workshop = try await Workshop()
        await #expect(throws: CallbackRefusal.unknownAccount) {
            try await workshop.installation.callbacks.receive(
                request(workshop, appID: "wxnobody"), body: body)
        }
    }

    @Test(arguments: [
        "", "<xml>", "<xml><a></xml>",
        #"<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><FromUserName>&a;</FromUserName></xml>"#,
        "<xml><ToUserName>a</ToUserName><FromUserName>b</FromUserName><CreateTime>99999999999999999</CreateTime><MsgType>text</MsgType></xml>",
    ]) func `a malformed body is refused and stores nothing`(text: String) async throws {
        let workshop = try await Workshop()
        await #expect(throws: CallbackRefusal.self) {
            try await workshop.installation.callbacks.receive(
                request(workshop), body: Array(text.utf8))
        }
        #expect(try await workshop.factCount() == 0)
    }

    @Test func `a message to another account is refused and stores nothing`() async throws {
        let workshop = try await Workshop()
        let text = CallbackEvent(.scan(scene: "s"), by: "oMing", at: 1000).xml
            .replacing("gh_0a1b2c3d4e5f", with: "gh_of_somebody_else")
        await #expect(throws: CallbackRefusal.otherAccount) {
            try await workshop.installation.callbacks.receive(
                request(workshop), body: Array(text.utf8))
        }
        #expect(try await workshop.factCount() == 0)
    }

    @Test func `an account in safe mode takes no message in the clear`() async throws {
        let workshop = try await Workshop()
        var draft = Account.Draft(workshop.account)
        draft.messageMode = "safe"
        draft.aesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
        _ = try await workshop.installation.accounts.change(
            workshop.account.id, to: draft, by: workshop.owner)
        await #expect(throws: CallbackRefusal.notEncrypted) {
            try await workshop.installation.callbacks.receive(request(workshop), body: body)
        }
        #expect(try await workshop.factCount() == 0)
    }
}

extension Workshop {
    fileprivate func health() async throws -> Account.Health {
        try await installation.accounts.find(account.id, for: owner).health
    }

    fileprivate func factCount() async throws -> Int {
        try await database.read { try $0.value("SELECT COUNT(*) AS facts FROM facts") ?? 0 }
    }
}
