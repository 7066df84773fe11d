import SQL

/// A bearer token of an integrator: it acts in one workspace with at most its role.
package struct APIToken: Sendable, Equatable, Identified {
    package typealias ID = Identifier<APIToken>
    package static let idPrefix = "tk"
    package static let sort = "-created_at"
    package static let nameLimit = 60

    package let id: ID
    package let name: String
    package let role: Role
    /// The member, the token or the `operator` who made it.
    package let createdBy: String
    package let createdAt: Timestamp
    package let usedAt: Timestamp?
    /// When it stops to let anybody in; nil for never.
    package let expiresAt: Timestamp?
    package let revokedAt: Timestamp?

    package enum State: String, Sendable { case valid, expired, revoked }

    package func state(at time: Timestamp) -> State {
        if revokedAt != nil { return .revoked }
        return expiresAt.map { $0 > time } ?? true ? .valid : .expired
    }
}

package struct APITokens: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness

    /// Makes a token. Its text is in the answer and nowhere else. One that is made with another ends
    /// with that one at the latest.
    ///
    /// - Throws: `Refusal.forbidden` below admin or above one's own role; `Refusal.invalid`.
    package func make(
        name: String, role: Role, expiresAt: Timestamp? = nil, by principal: Principal
    ) async throws -> (token: APIToken, secret: SecretToken) {
        try principal.require(role.neededToGive)
        var faults = FieldFaults()
        let name = faults.line("name", name, limit: APIToken.nameLimit)
        let now = clock.now()
        if let expiresAt, expiresAt <= now { faults.add("expires_at", .inThePast) }
        try faults.check()
        let secret = SecretToken.make(prefix: "mt_", from: randomness)
        let id = APIToken.ID.make(at: now, from: randomness)
        let token = try await database.write { connection in
            let end = try connection.tokenEnd(of: principal)
            let token = APIToken(
                id: id, name: name, role: role, createdBy: principal.actor, createdAt: now,
                usedAt: nil, expiresAt: [expiresAt, end].compactMap(\.self).min(), revokedAt: nil)
            try connection.insert(token, hash: secret.hash, by: principal)
            try connection.record(.created, token, by: principal, at: now)
            return token
        }
        return (token, secret)
    }

    /// - Throws: `Refusal.forbidden` below admin.
    package func list(for principal: Principal) async throws -> [APIToken] {
        try principal.require(.admin)
        return try await database.read { try $0.apiTokens(of: principal.workspace) }
    }

    /// - Throws: `Refusal.missing`.
    package func find(_ id: APIToken.ID, for principal: Principal) async throws -> APIToken {
        let found = try await database.read { try $0.apiToken(id, in: principal.workspace) }
        guard let found else { throw Refusal.missing }
        return found
    }

    /// - Throws: `Refusal.forbidden` below admin.
    package func page(
        after cursor: Cursor?, limit: Int, for principal: Principal
    ) async throws -> Page<APIToken> {
        try principal.require(.admin)
        let tokens = try await database.read {
            try $0.apiTokens(of: principal.workspace, after: cursor, limit: limit + 1)
        }
        return Page(tokens, limit: limit) {
            Cursor(
                sort: APIToken.sort, at: $0.createdAt, id: $0.id.text)
        }
    }

    /// Ends a token, and with it what was made with it: other tokens, and invitations that wait.
    ///
    /// - Throws: `Refusal.missing` when there is no such token or it was revoked before;
    ///   `Refusal.forbidden` below admin and below the token's role.
    package func revoke(_ id: APIToken.ID, by principal: Principal) async throws {
        try principal.require(.admin)
        let now = clock.now()
        try await database.write { connection in
            guard let token = try connection.apiToken(id, in: principal.workspace),
                token.revokedAt == nil
            else { throw Refusal.missing }
            try principal.require(token.role)
            try connection.revokeToken(id, in: principal.workspace, at: now)
            try connection.record(.deleted, token, by: principal, at: now)
            try connection.takeBack(whatWasGivenBy: id.text, nowOf: nil, by: principal, at: now)
        }
    }

    /// Who a bearer is, or nil. The last use is written at most once a minute.
    package func principal(of secret: SecretToken) async throws -> Principal? {
        let hash = secret.hash
        let now = clock.now()
        guard let found = try await database.read({ try $0.principal(tokenHash: hash, at: now) })
        else { return nil }
        if found.usedAt.map({ now - $0 > .seconds(60) }) ?? true {
            try await database.write { try $0.touchToken(hash, at: now) }
        }
        return found.principal
    }
}
