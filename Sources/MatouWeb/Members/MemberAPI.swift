import HTTP
import Matou

/// `/api/v1/members`, `/invitations` and `/tokens`: who may do what.
struct MemberAPI: APIResource {
    let installation: Installation
    let settings: SiteSettings

    var schemas: [String: JSON] { MemberSchemas.all }

    var routes: [APIRoute] {
        [
            APIRoute(
                .get, "/members", list, for: .viewer,
                Operation(
                    summary: "List the members with their roles.",
                    query: Operation.Parameter.paging(sort: Member.sort),
                    answer: .list(of: "Member"))),
            APIRoute(
                .patch, "/members/{id}", change, for: .admin,
                Operation(
                    summary: "Give a member another role.", body: "MemberChange",
                    answer: .object("Member"), conflicts: [.lastOwner])),
            APIRoute(
                .delete, "/members/{id}", remove, for: .admin,
                Operation(
                    summary: "Take a member out and end their sessions.", answer: .nothing,
                    conflicts: [.lastOwner])),
            APIRoute(
                .get, "/invitations", invitations, for: .admin,
                Operation(
                    summary: "List the invitations that wait, the latest first.",
                    query: Operation.Parameter.paging(sort: Invitation.sort),
                    answer: .list(of: "Invitation"))),
            APIRoute(
                .post, "/invitations", invite, for: .admin,
                Operation(
                    summary: "Invite a person; the answer has the link, which is shown only now.",
                    body: "NewInvitation", answer: .object("FreshInvitation", status: 201))),
            APIRoute(
                .delete, "/invitations/{id}", revokeInvitation, for: .admin,
                Operation(summary: "Take an invitation back.", answer: .nothing)),
            APIRoute(
                .get, "/tokens", tokens, for: .admin,
                Operation(
                    summary: "List the tokens, revoked ones too, the latest first.",
                    query: Operation.Parameter.paging(sort: APIToken.sort),
                    answer: .list(of: "Token"))),
            APIRoute(
                .post, "/tokens", makeToken, for: .admin,
                Operation(
                    summary: "Make a token; the answer has its text, which is shown only now.",
                    body: "NewToken", answer: .object("FreshToken", status: 201))),
            APIRoute(
                .delete, "/tokens/{id}", revokeToken, for: .admin,
                Operation(
                    summary: "Revoke a token, and with it the tokens and invitations made with it.",
                    answer: .nothing)),
        ]
    }

    @Sendable private func list(_ call: APICall) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Member.sort)
        let page = try await installation.members.page(
            after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    @Sendable private func change(_ call: APICall, _ id: User.ID) async throws -> Response {
        var body = try JSONBody(call.request)
        let role = body.role("role")
        try body.check()
        if let role {
            try await installation.members.changeRole(of: id, to: role, by: call.principal)
        }
        guard let member = try await installation.members.find(id, for: call.principal) else {
            throw Refusal.missing
        }
        return try .json(JSON(member))
    }

    @Sendable private func remove(_ call: APICall, _ id: User.ID) async throws -> Response {
        try await installation.members.remove(id, by: call.principal)
        return .empty(.noContent)
    }

    @Sendable private func invitations(_ call: APICall) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Invitation.sort)
        let page = try await installation.invitations.page(
            after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map { JSON($0) }, next: page.next)
    }

    @Sendable private func invite(_ call: APICall) async throws -> Response {
        var body = try JSONBody(call.request)
        let (email, role) = (body.text("email"), body.role("role"))
        try body.check()
        let (invitation, secret) = try await installation.invitations.make(
            email: email ?? "", role: role ?? .viewer, by: call.principal)
        return try .json(
            JSON(invitation, url: settings.invitationURL(secret)), status: .created)
    }

    @Sendable private func revokeInvitation(
        _ call: APICall, _ id: Invitation.ID
    ) async throws -> Response {
        try await installation.invitations.revoke(id, by: call.principal)
        return .empty(.noContent)
    }

    @Sendable private func tokens(_ call: APICall) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: APIToken.sort)
        let page = try await installation.tokens.page(
            after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map { JSON($0) }, next: page.next)
    }

    @Sendable private func makeToken(_ call: APICall) async throws -> Response {
        var body = try JSONBody(call.request)
        let (name, role) = (body.text("name"), body.role("role"))
        let expiresAt = body.time("expires_at")
        try body.check()
        let (token, secret) = try await installation.tokens.make(
            name: name ?? "", role: role ?? .viewer, expiresAt: expiresAt, by: call.principal)
        return try .json(JSON(token, text: secret.text), status: .created)
    }

    @Sendable private func revokeToken(
        _ call: APICall, _ id: APIToken.ID
    ) async throws -> Response {
        try await installation.tokens.revoke(id, by: call.principal)
        return .empty(.noContent)
    }
}

extension JSONBody {
    fileprivate mutating func role(_ name: String) -> Role? {
        guard let text = text(name) else { return nil }
        let role = Role(rawValue: text)
        if role == nil { add(name, .notOneOf(Role.allCases.map(\.rawValue))) }
        return role
    }
}

extension JSON {
    init(_ member: Member) {
        self = [
            "id": .string(member.user.id.text), "name": .string(member.user.name),
            "email": .string(member.user.email), "role": .string(member.role.rawValue),
            "joined_at": .string(member.joinedAt.rfc3339),
        ]
    }

    /// - Parameter url: the link, right after making.
    fileprivate init(_ invitation: Invitation, url: String? = nil) {
        var members: [String: JSON] = [
            "id": .string(invitation.id.text), "email": .string(invitation.email),
            "role": .string(invitation.role.rawValue),
            "created_by": .string(invitation.createdBy),
            "created_at": .string(invitation.createdAt.rfc3339),
            "expires_at": .string(invitation.expiresAt.rfc3339),
        ]
        if let url { members["url"] = .string(url) }
        self = .object(members)
    }

    /// - Parameter text: what the bearer sends, right after making.
    init(_ token: APIToken, text: String? = nil) {
        var members: [String: JSON] = [
            "id": .string(token.id.text), "name": .string(token.name),
            "role": .string(token.role.rawValue), "created_by": .string(token.createdBy),
            "created_at": .string(token.createdAt.rfc3339),
            "used_at": JSON(token.usedAt?.rfc3339),
            "expires_at": JSON(token.expiresAt?.rfc3339),
            "revoked_at": JSON(token.revokedAt?.rfc3339),
        ]
        if let text { members["token"] = .string(text) }
        self = .object(members)
    }
}

enum MemberSchemas {
    private typealias Common = CommonSchemas

    private static let role: JSON = CommonSchemas.choice(of: Role.self)
    private static let invitation: [String: JSON] = [
        "id": Common.text, "email": Common.text, "role": role, "created_by": Common.text,
        "created_at": Common.time, "expires_at": Common.time,
    ]
    private static let token: [String: JSON] = [
        "id": Common.text, "name": Common.text, "role": role, "created_by": Common.text,
        "created_at": Common.time, "used_at": Common.optionalTime,
        "expires_at": Common.optionalTime, "revoked_at": Common.optionalTime,
    ]

    static let all: [String: JSON] = [
        "Member": Common.object([
            "id": Common.text, "name": Common.text, "email": Common.text, "role": role,
            "joined_at": Common.time,
        ]),
        "MemberChange": Common.body(required: ["role"], ["role": role]),
        "Invitation": Common.object(invitation),
        "FreshInvitation": Common.object(
            invitation.merging(["url": Common.text]) { own, _ in own }),
        "NewInvitation": Common.body(required: ["email"], ["email": Common.text, "role": role]),
        "Token": Common.object(token),
        "FreshToken": Common.object(token.merging(["token": Common.text]) { own, _ in own }),
        "NewToken": Common.body(
            required: ["name"],
            ["name": Common.text, "role": role, "expires_at": Common.optionalTime]),
    ]
}
