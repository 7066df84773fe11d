import SQL

extension Connection {
    func insertSession(
        _ hash: String, user: User.ID, workspace: Workspace.ID, from origin: Sessions.Origin,
        at time: Timestamp, until end: Timestamp
    ) throws {
        try run(
            """
            INSERT INTO sessions (token_hash, user_id, workspace_id, account_id, address,
                user_agent, created_at, seen_at, expires_at)
            VALUES (\(hash), \(user), \(workspace), NULL, \(origin.address),
                \(String(origin.userAgent.prefix(300))), \(time), \(time), \(end))
            """)
    }

    /// Joined with the membership, so that leaving the workspace ends the session at once.
    func session(
        _ hash: String, at time: Timestamp
    ) throws -> (session: Session, seenAt: Timestamp)? {
        guard
            let row = try row(
                """
                SELECT sessions.token_hash, sessions.account_id, sessions.seen_at,
                    users.id AS id, users.email AS email, users.name AS name,
                    memberships.role AS role, sessions.workspace_id
                FROM sessions
                JOIN users ON users.id = sessions.user_id
                JOIN memberships ON memberships.user_id = sessions.user_id
                    AND memberships.workspace_id = sessions.workspace_id
                WHERE sessions.token_hash = \(hash) AND sessions.expires_at > \(time)
                """),
            let workspace = try workspace(try row.get("workspace_id"))
        else { return nil }
        let session = Session(
            tokenHash: try row.get("token_hash"), user: try User(row), workspace: workspace,
            role: try row.get("role"), accountID: try row.get("account_id"))
        return (session, try row.get("seen_at"))
    }

    func touchSession(_ hash: String, at time: Timestamp, until end: Timestamp) throws {
        try run(
            """
            UPDATE sessions SET seen_at = \(time), expires_at = \(end)
            WHERE token_hash = \(hash)
            """)
    }

    func setAccount(_ account: Account.ID, of hash: String) throws {
        try run("UPDATE sessions SET account_id = \(account) WHERE token_hash = \(hash)")
    }

    func deleteSession(_ hash: String) throws {
        try run("DELETE FROM sessions WHERE token_hash = \(hash)")
    }

    func deleteSessions(expiredBefore time: Timestamp) throws {
        try run("DELETE FROM sessions WHERE expires_at <= \(time)")
    }
}
