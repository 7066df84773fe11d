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

    @Test func `a session ends after ninety days, however much it is used`() async throws {
        let workshop = try await Workshop()
        let sessions = workshop.installation.sessions
        let cookie = try await sessions.signIn(
            email: "lin@example.com", password: "harbour-2026", from: origin)
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

    @Test func `who signs in rightly uses up nobody's tries, and gives no new ones`() async throws {
        let workshop = try await Workshop()
        let sessions = workshop.installation.sessions
        func signIn(_ email: String, _ password: String) async throws {
            _ = try await sessions.signIn(email: email, password: password, from: origin)
        }
        for _ in 0..<110 { try await signIn("lin@example.com", "harbour-2026") }
        for number in 0..<30 {
            await #expect(throws: Refusal.badCredentials) {
                try await signIn("guess-\(number)@example.com", "harbour-2026")
            }
            if number == 20 { try await signIn("lin@example.com", "harbour-2026") }
        }
        await #expect(throws: Refusal.tooMany(retryAfterSeconds: 900)) {
            try await signIn("guess@example.com", "harbour-2026")
        }
    }

    @Test func `who was taken out is told so, and begins anew with the next invitation`()
        async throws
    {
        let workshop = try await Workshop()
        let (sessions, members) = (workshop.installation.sessions, workshop.installation.members)
        let invitations = workshop.installation.invitations
        let zhou = Members.Draft(
            name: "周岩", email: "zhou@example.com", password: "harbour-2026")
        let first = try await members.add(zhou, role: .editor, by: workshop.owner).member
        try await members.remove(first.user.id, by: workshop.owner)
        await #expect(throws: Refusal.conflict(.inNoWorkspace)) {
            try await sessions.signIn(email: zhou.email, password: zhou.password, from: origin)
        }

        let (_, link) = try await invitations.make(
            email: zhou.email, role: .viewer, by: workshop.owner)
        #expect(try await !invitations.find(link).isKnown)
        let again = try await invitations.accept(link, name: "周岩", password: "harbour-2027")
        #expect(again.user.id == first.user.id)
        await #expect(throws: Refusal.badCredentials) {
            try await sessions.signIn(email: zhou.email, password: zhou.password, from: origin)
        }
        _ = try await sessions.signIn(email: zhou.email, password: "harbour-2027", from: origin)
    }

    @Test func `a password that somebody chose for another's address does not outlive their place`()
        async throws
    {
        let workshop = try await Workshop()
        let (members, boss) = (workshop.installation.members, "boss@example.com")
        let (token, secret) = try await workshop.installation.tokens.make(
            name: "一", role: .admin, by: workshop.owner)
        let admin = try #require(try await workshop.installation.tokens.principal(of: secret))
        let (_, link) = try await workshop.installation.invitations.make(
            email: boss, role: .admin, by: admin)
        let taken = try await workshop.installation.invitations.accept(
            link, name: "x", password: "of-the-admin")
        try await members.remove(taken.user.id, by: admin)
        try await workshop.installation.tokens.revoke(token.id, by: workshop.owner)

        let added = try await members.add(
            .init(name: "老板", email: boss, password: "of-the-boss"), role: .owner,
            by: workshop.owner)
        #expect(!added.isKnown && added.member.user.name == "老板")
        await #expect(throws: Refusal.badCredentials) {
            try await workshop.installation.sessions.signIn(
                email: boss, password: "of-the-admin", from: origin)
        }
        _ = try await workshop.installation.sessions.signIn(
            email: boss, password: "of-the-boss", from: origin)
    }

    @Test func `the operator's new password takes the place of a forgotten one`() async throws {
        let workshop = try await Workshop()
        let (sessions, members) = (workshop.installation.sessions, workshop.installation.members)
        let cookie = try await sessions.signIn(
            email: "lin@example.com", password: "harbour-2026", from: origin)
        await #expect(throws: Refusal.invalid("password", .tooShort(limit: 8))) {
            try await members.setPassword("short", of: "lin@example.com")
        }
        await #expect(throws: Refusal.missing) {
            try await members.setPassword("harbour-2027", of: "nobody@example.com")
        }
        try await members.setPassword("harbour-2027", of: "LIN@example.com")
        #expect(try await sessions.find(cookie) == nil)
        _ = try await sessions.signIn(
            email: "lin@example.com", password: "harbour-2027", from: origin)
        let noted = try await workshop.installation.revisions.page(
            RevisionFilter(kind: .member, objectID: workshop.owner.actor), for: workshop.owner
        ).elements.first
        #expect(noted?.actor == "operator" && noted?.action == .changed)
        #expect(noted?.after?.contains(#""secrets":["password"]"#) == true)
        #expect(noted?.after?.contains("harbour") == false)
    }

    @Test func `of two links to one address the second asks for the first one's password`()
        async throws
    {
        let workshop = try await Workshop()
        let invitations = workshop.installation.invitations
        let elsewhere = try await workshop.elsewhere()
        let here = try await invitations.make(
            email: "zhou@example.com", role: .viewer, by: workshop.owner
        ).secret
        let there = try await invitations.make(
            email: "zhou@example.com", role: .viewer, by: elsewhere
        ).secret
        // Both ask whether the address is known before either has joined.
        let ends = await withTaskGroup(of: Refusal?.self) { group in
            for (link, password) in [(here, "of-the-first"), (there, "of-the-second")] {
                group.addTask {
                    do {
                        _ = try await invitations.accept(link, name: "周岩", password: password)
                        return nil
                    } catch { return error as? Refusal }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(ends.contains(nil) && ends.contains(.badCredentials))
    }

    @Test func `one invitation waits for each address`() async throws {
        let workshop = try await Workshop()
        let invitations = workshop.installation.invitations
        let first = try await invitations.make(
            email: "zhou@example.com", role: .viewer, by: workshop.owner
        ).secret
        let second = try await invitations.make(
            email: "ZHOU@example.com", role: .editor, by: workshop.owner)
        await #expect(throws: Refusal.missing) { try await invitations.find(first) }
        let waiting = try await invitations.list(for: workshop.owner)
        #expect(waiting == [second.invitation])
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
