import SQL

/// A place in a workspace that waits for its person: a link that works once, until it expires.
package struct Invitation: Sendable, Equatable, Identified {
    package typealias ID = Identifier<Invitation>
    package static let idPrefix = "iv"
    package static let sort = "-id"
    package static let lifetime: Duration = .seconds(7 * 86_400)

    package let id: ID
    package let workspace: Workspace.ID
    package let email: String
    package let role: Role
    package let createdBy: String
    package let createdAt: Timestamp
    package let expiresAt: Timestamp
}

/// Inviting people. No mail is sent: whoever invites passes the link on.
package struct Invitations: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let passwords: Passwords
    let throttle: Throttle

    /// Makes an invitation in place of one to the same address that waits. The secret of its link is
    /// in the answer and nowhere else.
    ///
    /// - Throws: `Refusal.forbidden` below admin, above one's own role, and when one to a higher role
    ///   waits; `Refusal.invalid`: the address is no address, or a member's.
    package func make(
        email: String, role: Role, by principal: Principal
    ) async throws -> (invitation: Invitation, secret: SecretToken) {
        try principal.require(role.neededToGive)
        var faults = FieldFaults()
        let email = faults.line("email", email, limit: User.emailLimit)
        if !email.isEmpty, !User.isPlausible(email: email) { faults.add("email", .malformed) }
        try faults.check()
        let now = clock.now()
        let secret = SecretToken.make(prefix: "mi_", from: randomness)
        let invitation = Invitation(
            id: .make(at: now, from: randomness), workspace: principal.workspace, email: email,
            role: role, createdBy: principal.actor, createdAt: now,
            expiresAt: now + Invitation.lifetime)
        try await database.write { connection in
            if let known = try connection.user(email: email),
                try connection.role(of: known.id, in: principal.workspace) != nil
            {
                throw Refusal.invalid("email", .taken)
            }
            try connection.deleteInvitations(expiredBefore: now)
            for earlier in try connection.invitations(of: principal.workspace, at: now)
            where earlier.email.folded() == email.folded() {
                try connection.takeBack(earlier, by: principal, at: now)
            }
            try connection.insert(invitation, hash: secret.hash)
            try connection.record(.created, invitation, by: principal, at: now)
        }
        return (invitation, secret)
    }

    /// Those that still wait, the latest first.
    ///
    /// - Throws: `Refusal.forbidden` below admin.
    package func list(for principal: Principal) async throws -> [Invitation] {
        try principal.require(.admin)
        let now = clock.now()
        return try await database.read { try $0.invitations(of: principal.workspace, at: now) }
    }

    /// A page of them.
    ///
    /// - Throws: `Refusal.forbidden` below admin.
    package func page(
        after cursor: Cursor?, limit: Int, for principal: Principal
    ) async throws -> Page<Invitation> {
        try principal.require(.admin)
        let now = clock.now()
        let waiting = try await database.read {
            try $0.invitations(
                of: principal.workspace, at: now, after: cursor, limit: limit + 1)
        }
        return Page(waiting, limit: limit) {
            Cursor(sort: Invitation.sort, key: "", id: $0.id.text)
        }
    }

    /// Takes an invitation back: its link leads nowhere from now on.
    ///
    /// - Throws: `Refusal.missing`; `Refusal.forbidden` below admin and below the invited's role.
    package func revoke(_ id: Invitation.ID, by principal: Principal) async throws {
        try principal.require(.admin)
        let now = clock.now()
        try await database.write { connection in
            guard
                let found = try connection.invitations(of: principal.workspace, at: now)
                    .first(where: { $0.id == id })
            else { throw Refusal.missing }
            try connection.takeBack(found, by: principal, at: now)
        }
    }

    /// Whom a link invites, into which workspace, and whether they sign in elsewhere already.
    ///
    /// - Throws: `Refusal.missing` for a link that is unknown, used, taken back or too old.
    package func find(
        _ secret: SecretToken
    ) async throws -> (invitation: Invitation, workspace: Workspace, isKnown: Bool) {
        let (hash, now) = (secret.hash, clock.now())
        return try await database.read { connection in
            guard let invitation = try connection.invitation(hash, at: now),
                let workspace = try connection.workspace(invitation.workspace)
            else { throw Refusal.missing }
            return (
                invitation, workspace, try connection.settledUser(email: invitation.email) != nil
            )
        }
    }

    /// Makes whom the link invites a member. Somebody new chooses a name and a password; somebody
    /// who signs in already proves themselves with theirs.
    ///
    /// - Throws: `Refusal.missing` as `find`; `Refusal.invalid`; `Refusal.badCredentials` and
    ///   `Refusal.tooMany` when a known person's password is wrong.
    package func accept(
        _ secret: SecretToken, name: String, password: String
    ) async throws -> Member {
        let (invitation, _, isKnown) = try await find(secret)
        let now = clock.now()
        var fresh: (user: User, hash: String)?
        if isKnown {
            try await prove(invitation, password)
        } else {
            var faults = FieldFaults()
            let draft = Members.Draft(name: name, email: invitation.email, password: password)
                .checked(&faults)
            try faults.check()
            fresh = (
                User(
                    id: .make(at: now, from: randomness), email: draft.email, name: draft.name),
                try await passwords.hash(draft.password)
            )
        }
        let newcomer = fresh
        return try await database.write { connection in
            // Asked again inside the write: the link works once.
            guard try connection.invitation(secret.hash, at: now) != nil else {
                throw Refusal.missing
            }
            try connection.deleteInvitation(invitation.id, in: invitation.workspace)
            let known = try connection.settledUser(email: invitation.email)
            // Somebody who has joined by another link since is not this one yet: only their password
            // tells, and it has not been asked for.
            guard (known != nil) == isKnown else { throw Refusal.badCredentials }
            let user =
                if let known { known } else if let newcomer {
                    try connection.settle(newcomer.user, passwordHash: newcomer.hash, at: now)
                } else { throw Refusal.badCredentials }
            let member = Member(user: user, role: invitation.role, joinedAt: now)
            if try connection.role(of: user.id, in: invitation.workspace) == nil {
                try connection.insertMembership(
                    of: user.id, in: invitation.workspace, role: invitation.role,
                    by: invitation.createdBy, at: now)
                try connection.record(
                    .created, user, from: nil, to: invitation.role,
                    by: Principal(
                        workspace: invitation.workspace, actor: user.id.text,
                        role: invitation.role), at: now)
            }
            return member
        }
    }

    /// An admin who invites somebody else's address gets few tries at their password, with however
    /// many invitations. They are counted apart from signing in: a stranger's tries must not keep
    /// the invited out.
    private func prove(_ invitation: Invitation, _ password: String) async throws {
        let email = invitation.email
        try passwords.checkCrowd()
        try await throttle.take([
            Throttle.Subject("join:\(invitation.workspace) " + email.folded(), limit: 10)
        ])
        let known = try await database.read { try $0.passwordHash(email: email) }
        guard password.utf8.count <= Passwords.bytesMax,
            try await passwords.verify(password, against: known?.hash)
        else { throw Refusal.badCredentials }
    }
}
