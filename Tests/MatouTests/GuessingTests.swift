import Matou
import TestWorld
import Testing

@Suite struct `Guessing a password` {
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
            email: "lin@example.com", password: "harbour-2026", from: .test)
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
                email: "lin@example.com", password: "harbour-2026", from: .test)
        }
        workshop.clock.advance(by: .seconds(901))
        _ = try await sessions.signIn(
            email: "lin@example.com", password: "harbour-2026", from: .test)
    }

    @Test func `who signs in rightly uses up nobody's tries, and gives no new ones`() async throws {
        let workshop = try await Workshop()
        let sessions = workshop.installation.sessions
        func signIn(_ email: String, _ password: String) async throws {
            _ = try await sessions.signIn(email: email, password: password, from: .test)
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
            email: "lin@example.com", password: "harbour-2026", from: .test)
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
