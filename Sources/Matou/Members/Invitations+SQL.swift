import SQL

extension Connection {
    func insert(_ invitation: Invitation, hash: String) throws {
        try run(
            """
            INSERT INTO invitations (workspace_id, id, email, email_folded, role, token_hash,
                created_by, created_at, expires_at)
            VALUES (\(invitation.workspace), \(invitation.id), \(invitation.email),
                \(invitation.email.folded()), \(invitation.role), \(hash),
                \(invitation.createdBy), \(invitation.createdAt), \(invitation.expiresAt))
            """)
    }

    func invitations(
        of workspace: Workspace.ID, at time: Timestamp, after cursor: Cursor? = nil,
        limit: Int = .max
    ) throws -> [Invitation] {
        // No id is greater than this.
        let bound = cursor?.id ?? Invitation.idPrefix + "~"
        return try rows(
            """
            SELECT workspace_id, id, email, role, created_by, created_at, expires_at
            FROM invitations WHERE workspace_id = \(workspace) AND expires_at > \(time)
                AND id < \(bound)
            ORDER BY id DESC LIMIT \(limit)
            """
        ).map(Invitation.init)
    }

    /// The hash of the link's secret leads to it, whatever workspace.
    func invitation(_ hash: String, at time: Timestamp) throws -> Invitation? {
        try row(
            """
            SELECT workspace_id, id, email, role, created_by, created_at, expires_at
            FROM invitations WHERE token_hash = \(hash) AND expires_at > \(time)
            """
        ).map(Invitation.init)
    }

    func deleteInvitation(_ id: Invitation.ID, in workspace: Workspace.ID) throws {
        try run("DELETE FROM invitations WHERE workspace_id = \(workspace) AND id = \(id)")
    }

    /// - Throws: `Refusal.forbidden` below the role that it gives.
    func takeBack(
        _ invitation: Invitation, by principal: Principal, at time: Timestamp
    ) throws {
        try principal.require(invitation.role)
        try deleteInvitation(invitation.id, in: principal.workspace)
        try record(.deleted, invitation, by: principal, at: time)
    }

    func deleteInvitations(expiredBefore time: Timestamp) throws {
        try run("DELETE FROM invitations WHERE expires_at <= \(time)")
    }

    func record(
        _ action: Revision.Action, _ invitation: Invitation, by principal: Principal,
        at time: Timestamp
    ) throws {
        let place = ["email": invitation.email, "role": invitation.role.rawValue]
        try record(
            FreshRevision(
                action: action, kind: .invitation, objectID: invitation.id.text,
                objectName: invitation.email, before: action == .deleted ? place : nil,
                after: action == .deleted ? nil : place), by: principal, at: time)
    }

    /// Notes that a person's place in the workspace changed; a role of nil is no place.
    func record(
        _ action: Revision.Action, _ user: User, from old: Role?, to new: Role?,
        by principal: Principal, at time: Timestamp
    ) throws {
        try record(
            FreshRevision(
                action: action, kind: .member, objectID: user.id.text, objectName: user.name,
                before: old.map { MemberSnapshot(user, $0) },
                after: new.map { MemberSnapshot(user, $0) }),
            by: principal, at: time)
    }

    /// Notes in each of a person's workspaces that the operator has set their password, never which.
    func recordNewPassword(of user: User, at time: Timestamp) throws {
        let places = try rows(
            "SELECT workspace_id, role FROM memberships WHERE user_id = \(user.id)")
        for place in places {
            let role: Role = try place.get("role")
            let workspace: Workspace.ID = try place.get("workspace_id")
            try record(
                FreshRevision(
                    action: .changed, kind: .member, objectID: user.id.text,
                    objectName: user.name, before: MemberSnapshot(user, role),
                    after: MemberSnapshot(user, role, secrets: ["password"])),
                by: Principal(workspace: workspace, actor: "operator", role: .owner), at: time)
        }
    }
}

/// What a member is remembered by: never a password, only that it was replaced.
private struct MemberSnapshot: Encodable {
    let email: String
    let role: String
    let secrets: [String]?

    init(_ user: User, _ role: Role, secrets: [String]? = nil) {
        email = user.email
        self.role = role.rawValue
        self.secrets = secrets
    }
}

extension Invitation {
    fileprivate init(_ row: Row) throws {
        id = try row.get("id")
        workspace = try row.get("workspace_id")
        email = try row.get("email")
        role = try row.get("role")
        createdBy = try row.get("created_by")
        createdAt = try row.get("created_at")
        expiresAt = try row.get("expires_at")
    }
}
