import Matou
import SQL
import TestWorld
import Testing

@Suite struct `Signing in` {
    @Test func `the right password starts a session that ends when it is signed out`() async throws
    {
        let workshop = try await Workshop()
        let sessions = workshop.installation.sessions
        let cookie = try await sessions.signIn(
            email: " LIN@example.com ", password: "harbour-2026", from: .test)
        let session = try #require(try await sessions.find(cookie))
        #expect(session.role == .owner && session.user.name == "林晓")
        try await sessions.end(session)
        #expect(try await sessions.find(cookie) == nil)
    }

    @Test func `a session ends by itself after two weeks without use`() async throws {
        let workshop = try await Workshop()
        let sessions = workshop.installation.sessions
        let cookie = try await sessions.signIn(
            email: "lin@example.com", password: "harbour-2026", from: .test)
        workshop.clock.advance(by: .seconds(13 * 86_400))
        #expect(try await sessions.find(cookie) != nil)
        workshop.clock.advance(by: .seconds(13 * 86_400))
        #expect(try await sessions.find(cookie) != nil)
        workshop.clock.advance(by: .seconds(14 * 86_400))
        #expect(try await sessions.find(cookie) == nil)
    }

    @Test func `a session ends after ninety days, however much it is used`() async throws {
        let workshop = try await Workshop()
        let sessions = workshop.installation.sessions
        let cookie = try await sessions.signIn(
            email: "lin@example.com", password: "harbour-2026", from: .test)
        for _ in 0..<8 {
            workshop.clock.advance(by: .seconds(11 * 86_400))
            #expect(try await sessions.find(cookie) != nil)
        }
        workshop.clock.advance(by: .seconds(2 * 86_400))
        #expect(try await sessions.find(cookie) == nil)
    }

    @Test(arguments: [
        ("lin@example.com", "wrong-password"), ("nobody@example.com", "harbour-2026"),
    ])
    func `a wrong part is not told`(email: String, password: String) async throws {
        let workshop = try await Workshop()
        await #expect(throws: Refusal.badCredentials) {
            try await workshop.installation.sessions.signIn(
                email: email, password: password, from: .test)
        }
    }

    @Test func `the operator's new password takes the place of a forgotten one`() async throws {
        let workshop = try await Workshop()
        let (sessions, members) = (workshop.installation.sessions, workshop.installation.members)
        let cookie = try await sessions.signIn(
            email: "lin@example.com", password: "harbour-2026", from: .test)
        await #expect(throws: Refusal.invalid("password", .tooShort(limit: 8))) {
            try await members.setPassword("short", of: "lin@example.com")
        }
        await #expect(throws: Refusal.missing) {
            try await members.setPassword("harbour-2027", of: "nobody@example.com")
        }
        try await members.setPassword("harbour-2027", of: "LIN@example.com")
        #expect(try await sessions.find(cookie) == nil)
        _ = try await sessions.signIn(
            email: "lin@example.com", password: "harbour-2027", from: .test)
        let noted = try await workshop.installation.revisions.page(
            RevisionFilter(kind: .member, objectID: workshop.owner.actor), for: workshop.owner
        ).elements.first
        #expect(noted?.actor == "operator" && noted?.action == .changed)
        #expect(noted?.after?.contains(#""secrets":["password"]"#) == true)
        #expect(noted?.after?.contains("harbour") == false)
    }

    @Test func `neither passwords, cookies, tokens nor secrets are in the database`() async throws {
        let wechat = StubWeChat()
        wechat.answer("/cgi-bin/stable_token", #"{"access_token":"OpenDoor1","expires_in":7200}"#)
        let workshop = try await Workshop(wechat: wechat)
        let aesKey = String(repeating: "MatouHarbour", count: 3) + "MatouHa"
        _ = try await workshop.installation.accounts.connect(
            .init(
                name: "码头服务号", appID: "wx6f5e4d3c2b1a0f1e", originalID: "",
                secret: "AppSecretOfTheWharf", token: "SigningToken2024", aesKey: aesKey,
                messageMode: "safe", isVerified: true), by: workshop.owner)
        let cookie = try await workshop.installation.sessions.signIn(
            email: "lin@example.com", password: "harbour-2026", from: .test)
        let (_, token) = try await workshop.installation.tokens.make(
            name: "店铺", role: .viewer, by: workshop.owner)
        let stored = try await workshop.everyText()
        let secrets = [
            "harbour-2026", cookie.text, token.text, Workshop.token, "AppSecretOfTheWharf",
            "SigningToken2024", aesKey, "OpenDoor1",
        ]
        for secret in secrets {
            #expect(!stored.contains { $0.contains(secret) }, "\(secret.prefix(3))…")
        }
    }

    @Test func `a token acts with its role until it is revoked`() async throws {
        let workshop = try await Workshop()
        let tokens = workshop.installation.tokens
        let (token, secret) = try await tokens.make(
            name: "店铺", role: .viewer, by: workshop.owner)
        #expect(try await tokens.principal(of: secret)?.role == .viewer)
        try await tokens.revoke(token.id, by: workshop.owner)
        #expect(try await tokens.principal(of: secret) == nil)
        #expect(try await tokens.principal(of: SecretToken(text: "mt_wrong")) == nil)
    }

    @Test func `setting up happens once`() async throws {
        let workshop = try await Workshop()
        await #expect(throws: Refusal.conflict(.alreadySetUp)) {
            try await workshop.installation.members.setUp(
                .init(name: "乙", email: "b@example.com", password: "another-password"),
                workspaceName: "乙")
        }
    }

    @Test func `the last owner cannot be removed`() async throws {
        let workshop = try await Workshop()
        await #expect(throws: Refusal.conflict(.lastOwner)) {
            try await workshop.installation.members.remove(
                email: "lin@example.com", by: workshop.owner)
        }
    }
}

extension Sessions.Origin {
    static let test = Sessions.Origin(address: "192.0.2.7", userAgent: "test")
}

extension Workshop {
    /// Every text of every column of every table.
    fileprivate func everyText() async throws -> [String] {
        try await database.read { connection in
            var texts: [String] = []
            let tables = try connection.rows(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            for table in tables {
                let name: String = try table.get("name")
                for row in try connection.rows(.init(verbatim: "SELECT * FROM \(name)")) {
                    for case .text(let text) in row.values { texts.append(text) }
                }
            }
            return texts
        }
    }
}
