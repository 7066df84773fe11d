import Jobs
import SQL
import WeChat

/// Both families of tags: contact tags 会员标签, which are ours, and follower tags 粉丝标签, which
/// live in WeChat.
package struct Tags: Sendable {
    /// The order of every list of tags.
    package static let sort = "name"

    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let wechat: WeChatAccounts
    let jobs: JobQueue

    package func contactTags(
        after cursor: Cursor? = nil, limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> Page<ContactTag> {
        try await database.read {
            try $0.contactTags(after: cursor, limit: limit, in: principal.workspace)
        }
    }

    /// - Throws: `Refusal.missing`.
    package func contactTag(
        _ id: ContactTag.ID, for principal: Principal
    ) async throws -> ContactTag {
        let found = try await database.read { try $0.contactTags([id], in: principal.workspace) }
        guard let tag = found[id] else { throw Refusal.missing }
        return tag
    }

    /// The account's tags by name, as the last sync found them.
    ///
    /// - Throws: `Refusal.missing` for an unknown account.
    package func followerTags(
        of account: Account.ID, for principal: Principal
    ) async throws -> [FollowerTag] {
        try await database.read { connection in
            guard try connection.account(account, in: principal.workspace) != nil else {
                throw Refusal.missing
            }
            return try connection.followerTags(of: account, in: principal.workspace)
        }
    }

    /// - Throws: `Refusal.missing`.
    package func followerTag(
        _ id: FollowerTag.ID, for principal: Principal
    ) async throws -> FollowerTag {
        let found = try await database.read { try $0.followerTags([id], in: principal.workspace) }
        guard let tag = found[id] else { throw Refusal.missing }
        return tag
    }

    /// The contact tag of this name: the one there is, or a new one.
    ///
    /// - Throws: `Refusal.invalid`; `Refusal.forbidden` below editor.
    package func makeContactTag(
        named name: String, by principal: Principal
    ) async throws -> ContactTag {
        try principal.require(.editor)
        let name = try checked(name, ContactTag.fault)
        let now = clock.now()
        let fresh = ContactTag.ID.make(at: now, from: randomness)
        return try await database.write {
            try $0.contactTag(named: name, orMakeAs: fresh, by: principal, at: now)
        }
    }

    /// Whether there is a contact tag of this name, capitals or not.
    ///
    /// - Throws: `Refusal.invalid`.
    package func hasContactTag(
        named name: String, for principal: Principal
    ) async throws -> Bool {
        let name = try checked(name, ContactTag.fault)
        return try await database.read {
            try $0.contactTag(named: name, in: principal.workspace) != nil
        }
    }

    /// Whether the account has a tag of this name, made at WeChat or not.
    ///
    /// - Throws: `Refusal.invalid`.
    package func hasFollowerTag(
        named name: String, of account: Account.ID, for principal: Principal
    ) async throws -> Bool {
        let name = try checked(name, FollowerTag.fault)
        return try await database.read {
            try $0.followerTag(named: name, of: account, in: principal.workspace) != nil
        }
    }

    /// - Throws: `Refusal.invalid`, also for a name that another tag has; `Refusal.missing`;
    ///   `Refusal.forbidden` below editor.
    package func renameContactTag(
        _ id: ContactTag.ID, to name: String, by principal: Principal
    ) async throws -> ContactTag {
        try principal.require(.editor)
        let found = try await contactTag(id, for: principal)
        let name = try checked(name, ContactTag.fault)
        if name == found.name { return found }
        let now = clock.now()
        try await database.write { connection in
            guard try connection.renameContactTag(id, to: name, in: principal.workspace) else {
                throw Refusal.invalid("name", .taken)
            }
            try connection.record(
                .changed, .contactTag, id.text, from: found.name, to: name, by: principal, at: now)
        }
        return ContactTag(id: id, name: name)
    }

    /// Takes the tag off everybody and forgets it.
    ///
    /// - Throws: `Refusal.missing`; `Refusal.forbidden` below editor.
    package func deleteContactTag(_ id: ContactTag.ID, by principal: Principal) async throws {
        try principal.require(.editor)
        let found = try await contactTag(id, for: principal)
        let now = clock.now()
        try await database.write { connection in
            try connection.deleteContactTag(id, in: principal.workspace)
            try connection.record(
                .deleted, .contactTag, id.text, from: found.name, to: nil, by: principal, at: now)
        }
    }

    /// The account's tag of this name. A new one is asked for at WeChat by a job, at once; when
    /// WeChat refuses, the tag keeps the reason.
    ///
    /// - Throws: `Refusal.invalid`; `Refusal.missing` for an unknown account; `Refusal.forbidden`
    ///   below editor.
    package func makeFollowerTag(
        named name: String, of account: Account.ID, by principal: Principal
    ) async throws -> FollowerTag {
        try principal.require(.editor)
        let name = try checked(name, FollowerTag.fault)
        let now = clock.now()
        let fresh = FollowerTag.ID.make(at: now, from: randomness)
        let tag = try await database.write { connection in
            guard try connection.account(account, in: principal.workspace) != nil else {
                throw Refusal.missing
            }
            let (tag, isNew) = try connection.followerTag(
                named: name, of: account, orMakeAs: fresh, by: principal, at: now)
            if isNew { try connection.enqueueMaking(of: tag, in: principal.workspace, at: now) }
            return tag
        }
        jobs.wake()
        return tag
    }

    /// Reads the account's tags from WeChat.
    ///
    /// - Returns: why WeChat could not be asked; nil when all is as WeChat has it.
    /// - Throws: `Refusal.missing` for an unknown account; `Refusal.forbidden` below editor.
    package func sync(
        _ account: Account.ID, by principal: Principal
    ) async throws -> WeChatFault? {
        try principal.require(.editor)
        _ = try await followerTags(of: account, for: principal)
        do {
            let found = try await wechat.call(account, in: principal.workspace) { client in
                try await client.tags()
            }
            let now = clock.now()
            let fresh = found.map { ($0, FollowerTag.ID.make(at: now, from: randomness)) }
            try await database.write {
                try $0.takeSync(fresh, of: account, in: principal.workspace, at: now)
            }
            return nil
        } catch let error as WeChatError {
            return WeChatFault(error)
        }
    }

    private func checked(
        _ name: String, _ fault: (String) -> FieldFault.Code?
    ) throws(Refusal) -> String {
        let name = name.utf8.count <= 1024 ? name.trimmingWhitespace() : name
        if let fault = fault(name) { throw .invalid("name", fault) }
        return name
    }
}
