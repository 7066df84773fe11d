import SQL

/// Users and their places in workspaces.
package struct Members: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let passwords: Passwords

    /// Whether somebody can sign in already; until then `/setup` is open.
    package func isSetUp() async throws -> Bool {
        try await database.read { try $0.hasUsers() }
    }

    /// Makes the first workspace and its owner.
    ///
    /// - Throws: `Refusal.conflict(.alreadySetUp)` once there is a user; `Refusal.invalid`.
    package func setUp(
        _ draft: Draft, workspaceName: String, timeZone: String = Workspace.defaultTimeZone
    ) async throws -> Member {
        var faults = FieldFaults()
        let draft = draft.checked(&faults)
        let name = faults.line("workspace_name", workspaceName, limit: Workspace.nameLimit)
        faults.checkTimeZone("time_zone", timeZone)
        try faults.check()
        guard try await !isSetUp() else { throw Refusal.conflict(.alreadySetUp) }

        let hash = try await passwords.hash(draft.password)
        let now = clock.now()
        let workspace = Workspace.ID.make(at: now, from: randomness)
        let user = User(
            id: .make(at: now, from: randomness), email: draft.email, name: draft.name)
        return try await database.write { connection in
            // Asked again inside the write: two browsers may have posted the form at once.
            guard try !connection.hasUsers() else { throw Refusal.conflict(.alreadySetUp) }
            try connection.insertWorkspace(
                workspace, name: name, timeZone: timeZone, at: now)
            try connection.insert(user, passwordHash: hash, at: now)
            try connection.insertMembership(
                of: user.id, in: workspace, role: .owner, by: user.id.text, at: now)
            return Member(user: user, role: .owner, joinedAt: now)
        }
    }

    /// Adds a person to a workspace. One who belongs to another already keeps their name and password:
    /// nobody but them may change these.
    ///
    /// - Returns: the member, and whether they signed in already.
    /// - Throws: `Refusal.invalid`: the address is a member already, or a field is wrong.
    package func add(
        _ draft: Draft, role: Role, by principal: Principal
    ) async throws -> (member: Member, isKnown: Bool) {
        try principal.require(role.neededToGive)
        var faults = FieldFaults()
        let draft = draft.checked(&faults)
        try faults.check()
        let hash = try await passwords.hash(draft.password)
        let now = clock.now()
        let fresh = User(
            id: .make(at: now, from: randomness), email: draft.email, name: draft.name)
        return try await database.write { connection in
            let known = try connection.settledUser(email: draft.email)
            if let known, try connection.role(of: known.id, in: principal.workspace) != nil {
                throw Refusal.invalid("email", .taken)
            }
            let user = try known ?? connection.settle(fresh, passwordHash: hash, at: now)
            try connection.insertMembership(
                of: user.id, in: principal.workspace, role: role, by: principal.actor, at: now)
            try connection.record(.created, user, from: nil, to: role, by: principal, at: now)
            return (Member(user: user, role: role, joinedAt: now), known != nil)
        }
    }

    /// Nil for who is no member, or is no more.
    package func find(_ id: User.ID, for principal: Principal) async throws -> Member? {
        try await database.read { try $0.member(id, of: principal.workspace) }
    }

    /// Whether the person of the address signs in with this password.
    package func hasPassword(_ password: String, of email: String) async throws -> Bool {
        let known = try await database.read { try $0.passwordHash(email: email) }
        return try await passwords.verify(password, against: known?.hash)
    }

    package func list(for principal: Principal) async throws -> [Member] {
        try await database.read { try $0.members(of: principal.workspace) }
    }

    package func page(
        after cursor: Cursor?, limit: Int, for principal: Principal
    ) async throws -> Page<Member> {
        let members = try await database.read {
            try $0.members(of: principal.workspace, after: cursor, limit: limit + 1)
        }
        return Page(members, limit: limit) {
            Cursor(
                sort: Member.sort, at: $0.joinedAt, id: $0.user.id.text)
        }
    }

    /// Takes the person of that address out: see `remove(_:by:)`.
    package func remove(email: String, by principal: Principal) async throws {
        try principal.require(.admin)
        guard let user = try await database.read({ try $0.user(email: email) }) else {
            throw Refusal.missing
        }
        try await remove(user.id, by: principal)
    }

    /// The people behind ids in `created_by` and `updated_by`, for showing their names.
    package func names(
        of actors: Set<String>, for principal: Principal
    ) async throws -> [String: String] {
        try await database.read { try $0.actorNames(actors, in: principal.workspace) }
    }
}

extension Members {
    /// What a form or a command says of a new user.
    package struct Draft: Sendable {
        package var name: String
        package var email: String
        package var password: String

        package init(name: String, email: String, password: String) {
            self.name = name
            self.email = email
            self.password = password
        }

        /// - Throws: `Refusal.invalid`.
        package func check() throws(Refusal) {
            var faults = FieldFaults()
            _ = checked(&faults)
            try faults.check()
        }

        func checked(_ faults: inout FieldFaults) -> Draft {
            var draft = self
            draft.name = faults.line("name", name, limit: User.nameLimit)
            draft.email = faults.line("email", email, limit: User.emailLimit)
            if !draft.email.isEmpty, !User.isPlausible(email: draft.email) {
                faults.add("email", .malformed)
            }
            faults.checkPassword("password", password)
            return draft
        }
    }
}
