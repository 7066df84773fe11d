import SQL

extension Connection {
    func hasUsers() throws -> Bool {
        try row("SELECT 1 AS found FROM users LIMIT 1") != nil
    }

    func insert(_ user: User, passwordHash: String, at time: Timestamp) throws {
        try run(
            """
            INSERT INTO users
                (id, email, email_folded, name, password_hash, created_at, updated_at)
            VALUES (\(user.id), \(user.email), \(user.email.folded()), \(user.name),
                \(passwordHash), \(time), \(time))
            """)
    }

    func user(email: String) throws -> User? {
        try row("SELECT id, email, name FROM users WHERE email_folded = \(email.folded())")
            .map(User.init)
    }

    /// Who has that address and belongs to a workspace.
    func settledUser(email: String) throws -> User? {
        try row(
            """
            SELECT id, email, name FROM users WHERE email_folded = \(email.folded())
                AND EXISTS (SELECT 1 FROM memberships WHERE user_id = users.id)
            """
        ).map(User.init)
    }

    /// Makes the user, or lets one who has left every workspace begin anew: with the name and the
    /// password of `fresh`, whoever chose the ones before.
    func settle(_ fresh: User, passwordHash: String, at time: Timestamp) throws -> User {
        guard let left = try user(email: fresh.email) else {
            try insert(fresh, passwordHash: passwordHash, at: time)
            return fresh
        }
        let user = User(id: left.id, email: fresh.email, name: fresh.name)
        try run(
            """
            UPDATE users SET email = \(user.email), name = \(user.name), updated_at = \(time)
            WHERE id = \(user.id)
            """)
        try setPassword(passwordHash, of: user.id, at: time)
        return user
    }

    /// Sets a password and ends the sessions that were begun with another, but for `current`.
    func setPassword(
        _ hash: String, of user: User.ID, keeping current: String? = nil, at time: Timestamp
    ) throws {
        try run(
            """
            UPDATE users SET password_hash = \(hash), updated_at = \(time) WHERE id = \(user)
            """)
        try run(
            """
            DELETE FROM sessions WHERE user_id = \(user) AND token_hash <> \(current ?? "")
            """)
    }

    func passwordHash(email: String) throws -> (user: User, hash: String)? {
        try row(
            """
            SELECT id, email, name, password_hash FROM users
            WHERE email_folded = \(email.folded())
            """
        ).map { (try User($0), try $0.get("password_hash")) }
    }

    func insertMembership(
        of user: User.ID, in workspace: Workspace.ID, role: Role, by actor: String,
        at time: Timestamp
    ) throws {
        try run(
            """
            INSERT INTO memberships (workspace_id, user_id, role, created_by, created_at)
            VALUES (\(workspace), \(user), \(role), \(actor), \(time))
            """)
    }

    func role(of user: User.ID, in workspace: Workspace.ID) throws -> Role? {
        try row(
            """
            SELECT role FROM memberships
            WHERE workspace_id = \(workspace) AND user_id = \(user)
            """
        )?.get("role")
    }

    func member(_ id: User.ID, of workspace: Workspace.ID) throws -> Member? {
        try row(
            """
            SELECT users.id, users.email, users.name, memberships.role,
                memberships.created_at AS joined_at
            FROM memberships JOIN users ON users.id = memberships.user_id
            WHERE memberships.workspace_id = \(workspace) AND users.id = \(id)
            """
        ).map(Member.init)
    }

    /// Who joined first stands first.
    func members(
        of workspace: Workspace.ID, after cursor: Cursor? = nil, limit: Int = .max
    ) throws -> [Member] {
        let time = try cursor?.number ?? .min
        return try rows(
            """
            SELECT users.id, users.email, users.name, memberships.role,
                memberships.created_at AS joined_at
            FROM memberships JOIN users ON users.id = memberships.user_id
            WHERE memberships.workspace_id = \(workspace)
                AND (memberships.created_at, users.id) > (\(time), \(cursor?.id ?? ""))
            ORDER BY memberships.created_at, users.id LIMIT \(limit)
            """
        ).map(Member.init)
    }

    func countOwners(of workspace: Workspace.ID) throws -> Int {
        try row(
            """
            SELECT COUNT(*) AS owners FROM memberships
            WHERE workspace_id = \(workspace) AND role = \(Role.owner)
            """
        )?.get("owners") ?? 0
    }

    func deleteMembership(of user: User.ID, in workspace: Workspace.ID) throws {
        try run(
            "DELETE FROM sessions WHERE user_id = \(user) AND workspace_id = \(workspace)")
        try run(
            "DELETE FROM memberships WHERE user_id = \(user) AND workspace_id = \(workspace)")
    }

    func actorNames(_ actors: Set<String>, in workspace: Workspace.ID) throws -> [String: String] {
        guard !actors.isEmpty else { return [:] }
        let ids = actors.sorted()
        let found = try rows(
            """
            SELECT users.id AS id, users.name AS name
            FROM memberships JOIN users ON users.id = memberships.user_id
            WHERE memberships.workspace_id = \(workspace) AND users.id IN \(list: ids)
            UNION ALL
            SELECT id, name FROM api_tokens
            WHERE workspace_id = \(workspace) AND id IN \(list: ids)
            """)
        return Dictionary(
            try found.map { (try $0.get("id"), try $0.get("name")) },
            uniquingKeysWith: { first, _ in first })
    }
}

extension Connection {
    /// The member and their role, once it is sure that the principal may change it, and that an
    /// owner is left.
    func place(
        of id: User.ID, changedBy principal: Principal
    ) throws -> (user: User, role: Role) {
        try principal.require(.admin)
        guard
            let row = try row("SELECT id, email, name FROM users WHERE id = \(id)"),
            let role = try role(of: id, in: principal.workspace)
        else { throw Refusal.missing }
        try principal.require(role)
        if role == .owner, try countOwners(of: principal.workspace) == 1 {
            throw Refusal.conflict(.lastOwner)
        }
        return (try User(row), role)
    }

    func setRole(_ role: Role, of id: User.ID, in workspace: Workspace.ID) throws {
        try run(
            """
            UPDATE memberships SET role = \(role)
            WHERE workspace_id = \(workspace) AND user_id = \(id)
            """)
    }
}

extension Member {
    fileprivate init(_ row: Row) throws {
        self.init(
            user: try User(row), role: try row.get("role"), joinedAt: try row.get("joined_at"))
    }
}
