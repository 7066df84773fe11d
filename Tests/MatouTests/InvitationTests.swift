import Matou
import TestWorld
import Testing

@Suite struct `Being invited` {
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
            try await sessions.signIn(email: zhou.email, password: zhou.password, from: .test)
        }

        let (_, link) = try await invitations.make(
            email: zhou.email, role: .viewer, by: workshop.owner)
        #expect(try await !invitations.find(link).isKnown)
        let again = try await invitations.accept(link, name: "周岩", password: "harbour-2027")
        #expect(again.user.id == first.user.id)
        await #expect(throws: Refusal.badCredentials) {
            try await sessions.signIn(email: zhou.email, password: zhou.password, from: .test)
        }
        _ = try await sessions.signIn(email: zhou.email, password: "harbour-2027", from: .test)
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
                email: boss, password: "of-the-admin", from: .test)
        }
        _ = try await workshop.installation.sessions.signIn(
            email: boss, password: "of-the-boss", from: .test)
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
}
