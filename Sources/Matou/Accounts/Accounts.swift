import SQL
import WeChat

/// The official accounts of a workspace: connecting, changing, and what their traffic shows.
package struct Accounts: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let sealer: Sealer
    let wechat: WeChatAccounts
    let callbackKeys: CallbackKeyCache

    /// Connects an account and asks WeChat for a token, which shows whether id and secret are right.
    ///
    /// The row comes first: an account whose secret is wrong, or whose WeChat cannot be reached, is
    /// kept as unauthorized with WeChat's words, so that nothing typed is lost.
    ///
    /// An account that was taken out of the workspace comes back: what its codes collected is its own,
    /// and WeChat still counts the permanent ones.
    ///
    /// - Parameter once: repeats of one request find what the first connected.
    /// - Throws: `Refusal.invalid`; `Refusal.conflict(.idempotencyKeyReused)`; `Refusal.forbidden`
    ///   below admin.
    package func connect(
        _ draft: Account.Draft, once: IdempotencyKey? = nil, by principal: Principal
    ) async throws -> Account {
        try principal.require(.admin)
        if let first: Account.ID = try await database.first(of: once, for: principal) {
            return try await find(first, for: principal)
        }
        let (checked, mode) = try draft.checked()
        let draft = checked.withOwnSecrets(from: randomness)
        let now = clock.now()
        let former = try await database.read {
            try $0.deletedAccount(appID: draft.appID, in: principal.workspace)
        }
        let chosen = former ?? Account.ID.make(at: now, from: randomness)
        let secrets = try seal(draft, of: chosen)
        let (id, isNew) = try await database.write { connection in
            try connection.make(once, by: principal, at: now) {
                guard try !connection.isTaken(appID: draft.appID) else {
                    throw Refusal.invalid("app_id", .taken)
                }
                let version = try former.flatMap {
                    try connection.restoreAccount($0, appID: draft.appID, by: principal, at: now)
                }
                if version == nil {
                    try connection.insertAccount(
                        chosen, draft, mode: mode, secrets: secrets, by: principal, at: now)
                } else {
                    try connection.updateAccount(
                        chosen, draft, mode: mode, secrets: secrets, by: principal, at: now)
                }
                try connection.record(
                    version == nil ? .created : .restored, chosen, named: draft.name,
                    version: version.map { $0 + 1 } ?? 1, from: nil, to: Account.Snapshot(draft),
                    by: principal, at: now)
                return chosen
            }
        }
        if isNew {
            wechat.forget(id)
            try await checkAuthorization(of: id, by: principal)
        }
        return try await find(id, for: principal)
    }

    /// Changes an account. Secrets that the draft leaves out stay. A draft that says what is there
    /// already changes nothing, the version neither.
    ///
    /// - Parameter version: the version that the change was made on, nil for whichever is there.
    /// - Throws: `Refusal.invalid`; `Refusal.stale`; `Refusal.missing`; `Refusal.forbidden` below
    ///   admin.
    package func change(
        _ id: Account.ID, to draft: Account.Draft, ifVersion version: Int? = nil,
        as action: Revision.Action = .changed, by principal: Principal
    ) async throws -> Account {
        try principal.require(.admin)
        let present = try await find(id, for: principal)
        let (draft, mode) = try draft.checked(changing: present)
        let secrets = try seal(draft, of: id)
        let now = clock.now()
        let isChanged = try await database.write { connection in
            let found = try connection.account(id, in: principal.workspace).required(
                ifVersion: version)
            guard secrets != .none || !draft.isEqual(to: found) else { return false }
            try connection.updateAccount(
                id, draft, mode: mode, secrets: secrets, by: principal, at: now)
            try connection.record(
                action, id, named: draft.name, version: found.version + 1,
                from: Account.Snapshot(Account.Draft(found)),
                to: Account.Snapshot(draft, newSecrets: secrets), by: principal, at: now)
            // A token that the old secret fetched says nothing about the new one.
            if secrets.secret != nil {
                try connection.deleteAccessToken(id, in: principal.workspace)
            }
            return true
        }
        guard isChanged else { return present }
        callbackKeys.forget(appID: present.appID)
        wechat.forget(id)
        if draft.secret != nil { try await checkAuthorization(of: id, by: principal) }
        return try await find(id, for: principal)
    }

    /// - Throws: `Refusal.missing`.
    package func find(_ id: Account.ID, for principal: Principal) async throws -> Account {
        let found = try await database.read { try $0.account(id, in: principal.workspace) }
        guard let found else { throw Refusal.missing }
        return found
    }

    /// All accounts of the workspace, the oldest first: tens of them, not thousands.
    package func list(for principal: Principal) async throws -> [Account] {
        try await database.read { try $0.accounts(of: principal.workspace) }
    }

    /// The same list by pages.
    package func page(
        after cursor: Cursor?, limit: Int, for principal: Principal
    ) async throws -> Page<Account> {
        let accounts = try await database.read {
            try $0.accounts(of: principal.workspace, after: cursor, limit: limit + 1)
        }
        return Page(accounts, limit: limit) {
            Cursor(sort: Account.sort, at: $0.createdAt, id: $0.id.text)
        }
    }

    /// What to paste into WeChat's console: the signing token and the AES key, in the clear.
    ///
    /// - Throws: `Refusal.missing`; `Refusal.forbidden` below admin; `SealingError`.
    package func callbackSecrets(
        of id: Account.ID, by principal: Principal
    ) async throws -> (token: String, aesKey: String) {
        try principal.require(.admin)
        let sealed = try await database.read {
            try $0.sealedSecrets(of: id, in: principal.workspace)
        }
        guard let token = sealed?.token, let key = sealed?.aesKey else { throw Refusal.missing }
        return (
            try sealer.open(token, for: .token(of: id)), try sealer.open(key, for: .aesKey(of: id))
        )
    }

    /// Takes an account out. Its codes must be deleted by themselves first; what they collected stays.
    ///
    /// - Parameter version: the version that was meant, nil for whichever is there.
    /// - Throws: `Refusal.conflict(.accountHasCodes)`; `Refusal.stale`; `Refusal.missing`;
    ///   `Refusal.forbidden` below admin.
    package func delete(
        _ id: Account.ID, ifVersion version: Int? = nil, by principal: Principal
    ) async throws {
        try principal.require(.admin)
        let account = try await find(id, for: principal)
        let now = clock.now()
        try await database.write { connection in
            let found = try connection.account(id, in: principal.workspace).required(
                ifVersion: version)
            guard try !connection.hasCodes(id, in: principal.workspace) else {
                throw Refusal.conflict(.accountHasCodes)
            }
            try connection.deleteAccount(id, by: principal, at: now)
            try connection.record(
                .deleted, id, named: found.name, version: found.version + 1,
                from: Account.Snapshot(Account.Draft(found)), to: nil, by: principal, at: now)
        }
        callbackKeys.forget(appID: account.appID)
        wechat.forget(id)
    }

    /// Asks WeChat for a token now and keeps what it answered with the account.
    ///
    /// - Throws: `Refusal.missing`; `Refusal.forbidden` below editor. WeChat's refusals are kept,
    ///   not thrown.
    package func checkAuthorization(of id: Account.ID, by principal: Principal) async throws {
        try principal.require(.editor)
        _ = try await find(id, for: principal)
        do {
            try await wechat.call(id, in: principal.workspace) { client in
                _ = try await client.tokens.token()
            }
        } catch is WeChatError {
            return
        }
    }

    private func seal(_ draft: Account.Draft, of id: Account.ID) throws -> SealedSecrets {
        SealedSecrets(
            secret: try draft.secret.map { try sealer.seal($0, for: .secret(of: id)) },
            token: try draft.token.map { try sealer.seal($0, for: .token(of: id)) },
            aesKey: try draft.aesKey.map { try sealer.seal($0, for: .aesKey(of: id)) })
    }
}

/// The secrets of an account as the row holds them; nil where a change leaves one as it is.
struct SealedSecrets: Sendable, Equatable {
    static let none = SealedSecrets(secret: nil, token: nil, aesKey: nil)

    let secret: String?
    let token: String?
    let aesKey: String?
}

extension Account.Draft {
    /// Whether the account is as the draft says, as far as it is no secret.
    func isEqual(to account: Account) -> Bool {
        name == account.name && originalID == account.originalID
            && messageMode == account.messageMode.rawValue && isVerified == account.isVerified
    }
}

extension String {
    /// What each sealed column of an account is bound to.
    static func secret(of id: Account.ID) -> String { "accounts/\(id)/secret" }
    static func token(of id: Account.ID) -> String { "accounts/\(id)/token" }
    static func aesKey(of id: Account.ID) -> String { "accounts/\(id)/aes_key" }
    static func accessToken(of id: Account.ID) -> String { "accounts/\(id)/access_token" }
}
