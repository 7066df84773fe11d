import SQL

/// A browser that has signed in, and where it stands.
package struct Session: Sendable {
    /// How long a session lasts without use.
    package static let lifetime: Duration = .seconds(14 * 86_400)
    /// How long it lasts at most: a cookie that was stolen is used as well.
    package static let lifetimeMax: Duration = .seconds(90 * 86_400)

    package let tokenHash: String
    package let user: User
    package let workspace: Workspace
    package let role: Role
    /// The account that the switcher stands on, if one was chosen.
    package let accountID: Account.ID?
    /// The workspaces that the user is a member of, this one among them.
    package let workspaces: [WorkspaceName]

    /// What the services are asked as.
    package var principal: Principal {
        Principal(workspace: workspace.id, actor: user.id.text, role: role)
    }
}

/// A workspace by its id and name.
package struct WorkspaceName: Sendable, Equatable {
    package let id: Workspace.ID
    package let name: String
}

/// Signing in and out.
package struct Sessions: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let passwords: Passwords
    let throttle: Throttle

    /// Where a sign-in comes from, for the list of sessions and for throttling.
    package struct Origin: Sendable {
        package let address: String
        package let userAgent: String

        package init(address: String, userAgent: String) {
            self.address = address
            self.userAgent = userAgent
        }
    }

    /// Starts a session and returns what the cookie holds.
    ///
    /// - Throws: `Refusal.badCredentials`, whichever part is wrong; `Refusal.tooMany` after too many
    ///   failures from one address or for one e-mail, or while a crowd signs in; as `start`.
    package func signIn(
        email: String, password: String, from origin: Origin
    ) async throws -> SecretToken {
        // Measured in bytes and before anything else: folding takes long for a character of
        // thousands of combining marks.
        guard email.utf8.count <= 4 * User.emailLimit else { throw Refusal.badCredentials }
        let email = String(email.trimmingWhitespace().prefix(User.emailLimit))
        let network = Throttle.network(of: origin.address)
        let byAddress = Throttle.Subject("sign-in:address:" + network, limit: 30)
        // Few tries for one address at one e-mail. All addresses together have more, so that a
        // stranger's tries do not keep the e-mail's owner out, and are bounded still.
        let byEmail = Throttle.Subject("sign-in:email:" + email.folded(), limit: 100)
        let byBoth = Throttle.Subject(
            "sign-in:both:" + network + " " + email.folded(), limit: 10)
        try passwords.checkCrowd()
        try await throttle.take([byAddress, byBoth, byEmail])
        let known = try await database.read { try $0.passwordHash(email: email) }
        let right =
            password.utf8.count <= Passwords.bytesMax
            ? try await passwords.verify(password, against: known?.hash) : false
        guard right, let user = known?.user else { throw Refusal.badCredentials }
        try await throttle.forget([byBoth])
        // Only the one: who owns one account must not get new tries at the others with it.
        try await throttle.giveBack([byAddress, byEmail])
        return try await start(for: user, from: origin)
    }

    /// Starts a session for a user who has proved themselves, otherwise by setting up or joining.
    ///
    /// - Throws: `Refusal.conflict(.inNoWorkspace)` for one who was taken out of the last.
    package func start(for user: User, from origin: Origin) async throws -> SecretToken {
        let token = SecretToken.make(prefix: "ms_", from: randomness)
        let now = clock.now()
        try await database.write { connection in
            guard let place = try connection.lastPlace(of: user.id) else {
                throw Refusal.conflict(.inNoWorkspace)
            }
            try connection.deleteSessions(expiredBefore: now)
            try connection.insertSession(
                token.hash, user: user.id, place, from: origin, at: now,
                until: now + Session.lifetime)
        }
        return token
    }

    /// The session of a cookie, or nil when it is unknown, has ended, or its user has left the
    /// workspace. Using a session keeps it alive; that is written at most once an hour.
    package func find(_ token: SecretToken) async throws -> Session? {
        let now = clock.now()
        let hash = token.hash
        guard let found = try await database.read({ try $0.session(hash, at: now) }) else {
            return nil
        }
        if now - found.seenAt > .seconds(3600) {
            let end = min(now + Session.lifetime, found.createdAt + Session.lifetimeMax)
            try await database.write { try $0.touchSession(hash, at: now, until: end) }
        }
        return found.session
    }

    package func end(_ session: Session) async throws {
        try await database.write { try $0.deleteSession(session.tokenHash) }
    }

    /// Moves the session to another workspace of its user, to the account that they left there. The
    /// next session begins there too.
    ///
    /// - Throws: `Refusal.missing` for a workspace that the user is no member of.
    package func choose(_ workspace: Workspace.ID, in session: Session) async throws {
        let now = clock.now()
        try await database.write { connection in
            guard try connection.role(of: session.user.id, in: workspace) != nil else {
                throw Refusal.missing
            }
            try connection.noteVisit(of: session.user.id, to: workspace, at: now)
            try connection.move(session.tokenHash, to: workspace, of: session.user.id)
        }
    }

    /// Moves the session to another account of its workspace: every page follows, in the next session
    /// too.
    ///
    /// - Throws: `Refusal.missing`.
    package func choose(_ account: Account.ID, in session: Session) async throws {
        try await database.write { connection in
            guard try connection.account(account, in: session.workspace.id) != nil else {
                throw Refusal.missing
            }
            try connection.setAccount(account, of: session)
        }
    }
}
