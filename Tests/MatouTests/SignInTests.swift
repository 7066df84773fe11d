import Matou
import SQL
import TestWorld
import Testing

@Suite struct `Signing in` {
    private let origin = Sessions.Origin(address: "192.0.2.7", userAgent: "test")

    @Test func `the right password starts a session that ends when it is signed out`() async throws
    {
        let workshop = try await Workshop()
        let sessions = workshop.installation.sessions
        let cookie = try await sessions.signIn(
            email: " LIN@example.com ", password: "harbour-2026", from: origin)
        let session = try #require(try await sessions.find(cookie))
        #expect(session.role == .owner && session.user.name == "林晓")
        try await sessions.end(session)
        #expect(try await sessions.find(cookie) == nil)
    }

    @Test func `a session ends by itself after two weeks without use`() async throws {
        let workshop = try await Workshop()
        let sessions = workshop.installation.sessions
        let cookie = try await sessions.signIn(
            email: "lin@example.com", password: "harbour-2026", from: origin)
        workshop.clock.advance(by: .seconds(13 * 86_400))
        #expect(try await sessions.find(cookie) != nil)
        workshop.clock.advance(by: .seconds(13 * 86_400))
        #expect(try await sessions.find(cookie) != nil)
        workshop.clock.advance(by: .seconds(14 * 86_400))
        #expect(try await sessions.find(cookie) == nil)
    }

    @Test(arguments: [
        ("lin@example.com", "wrong-password"), ("nobody@example.com", "harbour-2026"),
    ])
    func `a wrong part is not told`(email: String, password: String) async throws {
        let workshop = try await Workshop()
        await #expect(throws: Refusal.badCredentials) {
            try await workshop.installation.sessions.signIn(
                email: email, password: password, from: origin)
        }
    }

    @Test func `guessing is slowed down for the one who guesses`() async throws {
        let workshop = try await Workshop()
        let sessions = workshop.installation.sessions
        let stranger = Sessions.Origin(address: "192.0.2.66", userAgent: "")
        for number in 0..<10 {
            await #expect(throws: Refusal.badCredentials) {
                try await sessions.signIn(
                    email: "lin@example.com", password: "guess-\(number)", from: stranger)
            }
        }
        await #expect(throws: Refusal.tooMany(retryAfterSeconds: 900)) {
            try await sessions.signIn(
                email: "lin@example.com", password: "harbour-2026", from: stranger)
        }
        // Lin sits elsewhere, and is not kept out.
        _ = try await sessions.signIn(
            email: "lin@example.com", password: "harbour-2026", from: origin)
    }

    @Test func `guessing is slowed down by e-mail, also from many addresses`() async throws {
        let workshop = try await Workshop()
        let sessions = workshop.installation.sessions
        for number in 0..<100 {
            await #expect(throws: Refusal.badCredentials) {
                try await sessions.signIn(
                    email: "lin@example.com", password: "guess-\(number)",
                    from: .init(address: "192.0.2.\(100 + number)", userAgent: ""))
            }
        }
        await #expect(throws: Refusal.tooMany(retryAfterSeconds: 900)) {
            try await sessions.signIn(
                email: "lin@example.com", password: "harbour-2026", from: origin)
        }
        workshop.clock.advance(by: .seconds(901))
        _ = try await sessions.signIn(
            email: "lin@example.com", password: "harbour-2026", from: origin)
    }

    @Test func `the addresses of one IPv6 network guess as one`() async throws {
        let workshop = try await Workshop()
        let sessions = workshop.installation.sessions
        for number in 0..<10 {
            await #expect(throws: Refusal.badCredentials) {
                try await sessions.signIn(
                    email: "lin@example.com", password: "guess-\(number)",
                    from: .init(address: "2001:db8:0:7::\(number)", userAgent: ""))
            }
        }
        await #expect(throws: Refusal.tooMany(retryAfterSeconds: 900)) {
            try await sessions.signIn(
                email: "lin@example.com", password: "harbour-2026",
                from: .init(address: "2001:db8:0:7:ffff::1", userAgent: ""))
        }
        _ = try await sessions.signIn(
            email: "lin@example.com", password: "harbour-2026",
            from: .init(address: "2001:db8:0:8::1", userAgent: ""))
    }

    @Test func `a crowd is asked to come again, and counts against nobody`() async throws {
        let passwords = Passwords(randomness: .system, cost: 12, waitingMax: 2)
        let ends = await withTaskGroup(of: Refusal?.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    do {
                        _ = try await passwords.verify("harbour-2026", against: nil)
                        return nil
                    } catch { return error as? Refusal }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        // One at work and two that wait were there before the first was done.
        #expect(ends.count { $0 == nil } >= 3)
        #expect(ends.contains(.tooMany(retryAfterSeconds: 5)))
        #expect(try await !passwords.verify("harbour-2026", against: nil))
    }

    @Test func `a stranger's guesses keep nobody from their password or their invitation`()
        async throws
    {
        let workshop = try await Workshop()
        let (sessions, members) = (workshop.installation.sessions, workshop.installation.members)
        let cookie = try await sessions.signIn(
            email: "lin@example.com", password: "harbour-2026", from: origin)
        let session = try #require(try await sessions.find(cookie))
        let (_, link) = try await workshop.inviteKnown("zhou@example.com")
        for email in ["lin@example.com", "zhou@example.com"] {
            for number in 0..<20 {
                _ = try? await sessions.signIn(
                    email: email, password: "guess",
                    from: .init(address: "192.0.2.\(100 + number)", userAgent: ""))
            }
        }
        try await members.changePassword(
            from: "harbour-2026", to: "harbour-2027", in: session, workshop.installation.throttle)
        let member = try await workshop.installation.invitations.accept(
            link, name: "", password: "harbour-2026")
        #expect(member.user.email == "zhou@example.com")
    }

    @Test func `an invitation gives few tries at a password, and so do many`() async throws {
        let workshop = try await Workshop()
        let invitations = workshop.installation.invitations
        var (_, link) = try await workshop.inviteKnown("zhou@example.com")
        for number in 0..<10 {
            if number == 5 {
                link = try await invitations.make(
                    email: "zhou@example.com", role: .viewer, by: workshop.owner
                ).secret
            }
            await #expect(throws: Refusal.badCredentials) {
                try await invitations.accept(link, name: "", password: "guess-\(number)")
            }
        }
        await #expect(throws: Refusal.tooMany(retryAfterSeconds: 900)) {
            try await invitations.accept(link, name: "", password: "harbour-2026")
        }
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
            email: "lin@example.com", password: "harbour-2026", from: origin)
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

extension Workshop {
    /// An invitation into the workshop for somebody who signs in elsewhere already.
    fileprivate func inviteKnown(
        _ email: String
    ) async throws -> (invitation: Invitation, secret: SecretToken) {
        let elsewhere = try await elsewhere()
        _ = try await installation.members.add(
            .init(name: "周岩", email: email, password: "harbour-2026"), role: .editor, by: elsewhere)
        return try await installation.invitations.make(email: email, role: .viewer, by: owner)
    }
}
