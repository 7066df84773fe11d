import SQL

extension Connection {
    func insert(_ token: APIToken, hash: String, by principal: Principal) throws {
        try run(
            """
            INSERT INTO api_tokens
                (workspace_id, id, name, token_hash, role, created_by, created_at, expires_at)
            VALUES (\(principal.workspace), \(token.id), \(token.name), \(hash), \(token.role),
                \(principal.actor), \(token.createdAt), \(token.expiresAt))
            """)
    }

    /// The latest first.
    func apiTokens(
        of workspace: Workspace.ID, after cursor: Cursor? = nil, limit: Int = .max
    ) throws -> [APIToken] {
        let time = try cursor?.number ?? .max
        return try rows(
            """
            SELECT id, name, role, created_by, created_at, used_at, expires_at, revoked_at
            FROM api_tokens
            WHERE workspace_id = \(workspace) AND (created_at, id) < (\(time), \(cursor?.id ?? ""))
            ORDER BY created_at DESC, id DESC LIMIT \(limit)
            """
        ).map(APIToken.init)
    }

    func apiToken(_ id: APIToken.ID, in workspace: Workspace.ID) throws -> APIToken? {
        try row(
            """
            SELECT id, name, role, created_by, created_at, used_at, revoked_at, expires_at
            FROM api_tokens
            WHERE workspace_id = \(workspace) AND id = \(id)
            """
        ).map(APIToken.init)
    }

    /// When the token ends that the principal acts with; nil for one that does not, and for a member.
    func tokenEnd(of principal: Principal) throws -> Timestamp? {
        try row(
            """
            SELECT expires_at FROM api_tokens
            WHERE workspace_id = \(principal.workspace) AND id = \(principal.actor)
            """
        )?.optional("expires_at")
    }

    @discardableResult
    func revokeToken(_ id: APIToken.ID, in workspace: Workspace.ID, at time: Timestamp) throws
        -> Bool
    {
        try run(
            """
            UPDATE api_tokens SET revoked_at = \(time)
            WHERE workspace_id = \(workspace) AND id = \(id) AND revoked_at IS NULL
            """) == 1
    }

    func principal(
        tokenHash: String, at time: Timestamp
    ) throws -> (principal: Principal, usedAt: Timestamp?)? {
        try row(
            """
            SELECT workspace_id, id, role, used_at FROM api_tokens
            WHERE token_hash = \(tokenHash) AND revoked_at IS NULL
                AND (expires_at IS NULL OR expires_at > \(time))
            """
        ).map { row in
            let id: APIToken.ID = try row.get("id")
            let principal = Principal(
                workspace: try row.get("workspace_id"), actor: id.text, role: try row.get("role"))
            return (principal, try row.get("used_at"))
        }
    }

    func touchToken(_ hash: String, at time: Timestamp) throws {
        try run("UPDATE api_tokens SET used_at = \(time) WHERE token_hash = \(hash)")
    }
}

extension Connection {
    func record(
        _ action: Revision.Action, _ token: APIToken, by principal: Principal, at time: Timestamp
    ) throws {
        let rights = TokenSnapshot(
            name: token.name, role: token.role.rawValue, expiresAt: token.expiresAt)
        try record(
            FreshRevision(
                action: action, kind: .token, objectID: token.id.text, objectName: token.name,
                before: action == .deleted ? rights : nil,
                after: action == .deleted ? nil : rights), by: principal, at: time)
    }
}

/// What a token is remembered by.
private struct TokenSnapshot: Encodable {
    let name: String
    let role: String
    let expiresAt: Timestamp?

    private enum CodingKeys: String, CodingKey {
        case name, role
        case expiresAt = "expires_at"
    }
}

extension APIToken {
    init(_ row: Row) throws {
        id = try row.get("id")
        name = try row.get("name")
        role = try row.get("role")
        createdBy = try row.get("created_by")
        createdAt = try row.get("created_at")
        usedAt = try row.get("used_at")
        expiresAt = try row.get("expires_at")
        revokedAt = try row.get("revoked_at")
    }
}
