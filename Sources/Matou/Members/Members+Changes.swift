import SQL

/// Changing who may do what, and what a person changes of themselves.
extension Members {
    /// Gives a member another role. What they gave to others and could not give with the new one
    /// ends: their invitations that wait, and their tokens.
    ///
    /// - Throws: `Refusal.missing`; `Refusal.conflict(.lastOwner)`; `Refusal.forbidden` below admin,
    ///   and below the roles that are given and taken.
    package func changeRole(
        of id: User.ID, to role: Role, by principal: Principal
    ) async throws {
        let now = clock.now()
        try await database.write { connection in
            let (user, present) = try connection.place(of: id, changedBy: principal)
            try principal.require(role)
            guard role != present else { return }
            try connection.setRole(role, of: id, in: principal.workspace)
            try connection.record(.changed, user, from: present, to: role, by: principal, at: now)
            try connection.takeBack(whatWasGivenBy: id.text, nowOf: role, by: principal, at: now)
        }
    }

    /// Takes a person out of the workspace and ends their sessions in it, at once, and with them the
    /// tokens that they made and their invitations that wait: they know the texts of both.
    ///
    /// - Throws: `Refusal.missing`; `Refusal.conflict(.lastOwner)`; `Refusal.forbidden` below admin
    ///   and below the member's role.
    package func remove(_ id: User.ID, by principal: Principal) async throws {
        let now = clock.now()
        try await database.write { connection in
            let (user, role) = try connection.place(of: id, changedBy: principal)
            try connection.deleteMembership(of: id, in: principal.workspace)
            try connection.record(.deleted, user, from: role, to: nil, by: principal, at: now)
            try connection.takeBack(whatWasGivenBy: id.text, nowOf: nil, by: principal, at: now)
        }
    }

    /// - Throws: `Refusal.invalid`.
    package func rename(_ id: User.ID, to name: String) async throws {
        var faults = FieldFaults()
        let name = faults.line("name", name, limit: User.nameLimit)
        try faults.check()
        let now = clock.now()
        _ = try await database.write { connection in
            try connection.run(
                "UPDATE users SET name = \(name), updated_at = \(now) WHERE id = \(id)")
        }
    }

    /// Changes a person's password and ends all of their other sessions.
    ///
    /// - Throws: `Refusal.invalid`, also when the old password is wrong; `Refusal.tooMany`.
    package func changePassword(
        from old: String, to new: String, in session: Session, _ throttle: Throttle
    ) async throws {
        var faults = FieldFaults()
        if old.isEmpty { faults.add("password", .required) }
        faults.checkPassword("new_password", new)
        try faults.check()
        // Counted apart from signing in: a stranger's tries must not keep a member from this.
        let subject = Throttle.Subject("password:\(session.user.id)", limit: 10)
        try passwords.checkCrowd()
        try await throttle.take([subject])
        let email = session.user.email
        let known = try await database.read { try $0.passwordHash(email: email) }
        guard old.utf8.count <= Passwords.bytesMax,
            try await passwords.verify(old, against: known?.hash)
        else { throw Refusal.invalid("password", .unknown) }
        try await throttle.forget([subject])
        let hash = try await passwords.hash(new)
        let now = clock.now()
        try await database.write {
            try $0.setPassword(
                hash, of: session.user.id, keeping: session.tokenHash, at: now)
        }
    }

    /// Gives a person who forgot theirs a password that the operator chose, and ends their sessions.
    /// It counts in every workspace, so no member may do it to another.
    ///
    /// - Throws: `Refusal.invalid`; `Refusal.missing` when nobody has the address.
    package func setPassword(_ password: String, of email: String) async throws {
        var faults = FieldFaults()
        faults.checkPassword("password", password)
        try faults.check()
        let hash = try await passwords.hash(password)
        let now = clock.now()
        try await database.write { connection in
            guard let user = try connection.user(email: email) else { throw Refusal.missing }
            try connection.setPassword(hash, of: user.id, at: now)
            try connection.recordNewPassword(of: user, at: now)
        }
    }
}

extension FieldFaults {
    /// Checks a password that is to be used from now on.
    mutating func checkPassword(_ field: String, _ password: String) {
        if password.isEmpty {
            add(field, .required)
        } else if password.count < Passwords.lengths.lowerBound {
            add(field, .tooShort(limit: Passwords.lengths.lowerBound))
        } else if password.utf8.count > Passwords.bytesMax
            || password.count > Passwords.lengths.upperBound
        {
            add(field, .tooLong(limit: Passwords.lengths.upperBound, unit: .characters))
        }
    }
}
