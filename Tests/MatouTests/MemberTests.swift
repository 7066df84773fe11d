import Matou
import TestWorld
import Testing

/// What ends when somebody is removed, or may do less.
@Suite struct `What a member gave to others` {
    private let workshop: Workshop
    private let zhou: Principal

    init() async throws {
        workshop = try await Workshop()
        let member = try await workshop.installation.members.add(
            .init(name: "周岩", email: "zhou@example.com", password: "harbour-2026"), role: .admin,
            by: workshop.owner
        ).member
        zhou = Principal(
            workspace: workshop.owner.workspace, actor: member.user.id.text, role: .admin)
    }

    private var tokens: APITokens { workshop.installation.tokens }

    @Test func `ends when they are removed, with what was made with it`() async throws {
        let (_, firstSecret) = try await tokens.make(name: "一", role: .admin, by: zhou)
        let bearer = try #require(try await tokens.principal(of: firstSecret))
        let (_, secondSecret) = try await tokens.make(name: "二", role: .viewer, by: bearer)
        let (_, thirdSecret) = try await tokens.make(name: "三", role: .editor, by: zhou)
        let links = [
            try await workshop.installation.invitations.make(
                email: "a@example.com", role: .admin, by: zhou
            ).secret,
            try await workshop.installation.invitations.make(
                email: "b@example.com", role: .viewer, by: bearer
            ).secret,
        ]
        let (_, ownerSecret) = try await tokens.make(name: "主", role: .viewer, by: workshop.owner)

        try await workshop.installation.members.remove(
            email: "zhou@example.com", by: workshop.owner)
        for secret in [firstSecret, secondSecret, thirdSecret] {
            #expect(try await tokens.principal(of: secret) == nil)
        }
        for link in links {
            await #expect(throws: Refusal.missing) {
                try await workshop.installation.invitations.find(link)
            }
        }
        #expect(try await tokens.principal(of: ownerSecret) != nil)
        let filter = RevisionFilter(kind: .token)
        let history = try await workshop.installation.revisions.page(
            filter, after: nil, for: workshop.owner)
        #expect(
            history.elements.filter { $0.action == .deleted && $0.actor == workshop.owner.actor }
                .map(\.objectName).sorted() == ["一", "三", "二"])
    }

    @Test func `ends when a token is revoked, for what was made with it`() async throws {
        let (first, firstSecret) = try await tokens.make(name: "一", role: .admin, by: zhou)
        let bearer = try #require(try await tokens.principal(of: firstSecret))
        let (_, secondSecret) = try await tokens.make(name: "二", role: .admin, by: bearer)
        let second = try #require(try await tokens.principal(of: secondSecret))
        let link = try await workshop.installation.invitations.make(
            email: "a@example.com", role: .admin, by: second
        ).secret
        try await tokens.revoke(first.id, by: workshop.owner)
        #expect(try await tokens.principal(of: secondSecret) == nil)
        await #expect(throws: Refusal.missing) {
            try await workshop.installation.invitations.find(link)
        }
    }

    @Test func `is not an admin's to end when it is an owner's`() async throws {
        let invitations = workshop.installation.invitations
        let (token, _) = try await tokens.make(name: "主", role: .owner, by: workshop.owner)
        await #expect(throws: Refusal.forbidden(needs: .owner)) {
            try await tokens.revoke(token.id, by: zhou)
        }
        let (invitation, link) = try await invitations.make(
            email: "a@example.com", role: .owner, by: workshop.owner)
        await #expect(throws: Refusal.forbidden(needs: .owner)) {
            try await invitations.revoke(invitation.id, by: zhou)
        }
        await #expect(throws: Refusal.forbidden(needs: .owner)) {
            try await invitations.make(email: "A@example.com", role: .viewer, by: zhou)
        }
        _ = try await invitations.find(link)
    }

    @Test func `ends by itself on the day that was set, with what was made with it`() async throws {
        let end = workshop.clock.now + .seconds(86_400)
        let (token, secret) = try await tokens.make(
            name: "一", role: .admin, expiresAt: end, by: zhou)
        let bearer = try #require(try await tokens.principal(of: secret))
        let (child, _) = try await tokens.make(name: "二", role: .viewer, by: bearer)
        #expect(token.expiresAt == end && child.expiresAt == end)
        let noted = try await workshop.installation.revisions.page(
            RevisionFilter(kind: .token, objectID: token.id.text), for: workshop.owner)
        #expect(
            noted.elements.first?.after?.contains(#""expires_at":\#(end.milliseconds)"#) == true)
        workshop.clock.advance(by: .seconds(86_400))
        #expect(try await tokens.principal(of: secret) == nil)
        await #expect(throws: Refusal.invalid("expires_at", .inThePast)) {
            try await tokens.make(name: "三", role: .viewer, expiresAt: end, by: zhou)
        }
    }

    @Test func `ends with the role that gave it`() async throws {
        let (_, editing) = try await tokens.make(name: "一", role: .editor, by: zhou)
        let link = try await workshop.installation.invitations.make(
            email: "a@example.com", role: .viewer, by: zhou
        ).secret
        try await workshop.installation.members.changeRole(
            of: User.ID(zhou.actor), to: .owner, by: workshop.owner)
        #expect(try await tokens.principal(of: editing) != nil)

        let promoted = Principal(workspace: zhou.workspace, actor: zhou.actor, role: .owner)
        let (_, owning) = try await tokens.make(name: "二", role: .owner, by: promoted)
        try await workshop.installation.members.changeRole(
            of: User.ID(zhou.actor), to: .admin, by: workshop.owner)
        #expect(try await tokens.principal(of: owning) == nil)
        #expect(try await tokens.principal(of: editing) != nil)
        _ = try await workshop.installation.invitations.find(link)

        try await workshop.installation.members.changeRole(
            of: User.ID(zhou.actor), to: .editor, by: workshop.owner)
        #expect(try await tokens.principal(of: editing) == nil)
        await #expect(throws: Refusal.missing) {
            try await workshop.installation.invitations.find(link)
        }
    }
}
