import SQL

extension Connection {
    func insertSession(
        _ hash: String, user: User.ID, _ place: (workspace: Workspace.ID, account: Account.ID?),
        from origin: Sessions.Origin, at time: Timestamp, until end: Timestamp
    ) throws {
        try run(
            """
            INSERT INTO sessions (token_hash, user_id, workspace_id, account_id, address,
                user_agent, created_at, seen_at, expires_at)
            VALUES (\(hash), \(user), \(place.workspace), \(place.account), \(origin.address),
                \(String(origin.userAgent.prefix(300))), \(time), \(time), \(end))
            """)
    }

    /// Joined with the membership, so that leaving the workspace ends the session at once.
    func session(
        _ hash: String, at time: Timestamp
    ) throws -> (session: Session, createdAt: Timestamp, seenAt: Timestamp)? {
        guard
            let row = try row(
                """
                SELECT sessions.token_hash, sessions.account_id, sessions.created_at, sessions.seen_at,
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
        let user = try User(row)
        let session = Session(
            tokenHash: try row.get("token_hash"), user: user, workspace: workspace,
            role: try row.get("role"), accountID: try row.get("account_id"),
            workspaces: try workspaces(of: user.id))
        return (session, try row.get("created_at"), try row.get("seen_at"))
    }

    func touchSession(_ hash: String, at time: Timestamp, until end: Timestamp) throws {
        try run(
            """
            UPDATE sessions SET seen_at = \(time), expires_at = \(end)
            WHERE token_hash = \(hash)
            """)
    }

    func setAccount(_ account: Account.ID, of session: Session) throws {
        try run(
            "UPDATE sessions SET account_id = \(account) WHERE token_hash = \(session.tokenHash)")
        try run(
            """
            UPDATE memberships SET account_id = \(account)
            WHERE workspace_id = \(session.workspace.id) AND user_id = \(session.user.id)
            """)
    }

    /// Where a new session of the user begins: the workspace that they chose last, else the one that
    /// they joined first.
    func lastPlace(of user: User.ID) throws -> (workspace: Workspace.ID, account: Account.ID?)? {
        try row(
            """
            SELECT workspace_id, account_id FROM memberships WHERE user_id = \(user)
            ORDER BY COALESCE(visited_at, 0) DESC, created_at, workspace_id LIMIT 1
            """
        ).map { (try $0.get("workspace_id"), try $0.optional("account_id")) }
    }

    func workspaces(of user: User.ID) throws -> [WorkspaceName] {
        try rows(
            """
            SELECT workspaces.id AS id, workspaces.name AS name
            FROM memberships JOIN workspaces ON workspaces.id = memberships.workspace_id
            WHERE memberships.user_id = \(user)
            ORDER BY memberships.created_at, workspaces.id
            """
        ).map { WorkspaceName(id: try $0.get("id"), name: try $0.get("name")) }
    }

    func noteVisit(of user: User.ID, to workspace: Workspace.ID, at time: Timestamp) throws {
        try run(
            """
            UPDATE memberships SET visited_at = \(time)
            WHERE workspace_id = \(workspace) AND user_id = \(user)
            """)
    }

    func move(_ hash: String, to workspace: Workspace.ID, of user: User.ID) throws {
        try run(
            """
            UPDATE sessions SET workspace_id = \(workspace), account_id = (
                SELECT account_id FROM memberships
                WHERE workspace_id = \(workspace) AND user_id = \(user))
            WHERE token_hash = \(hash)
            """)
    }

    func deleteSession(_ hash: String) throws {
        try run("DELETE FROM sessions WHERE token_hash = \(hash)")
    }

    func deleteSessions(expiredBefore time: Timestamp) throws {
        try run("DELETE FROM sessions WHERE expires_at <= \(time)")
    }
}
