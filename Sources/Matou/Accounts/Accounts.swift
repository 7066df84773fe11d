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
    /// - Throws: `Refusal.invalid`; `Refusal.conflict(.appIDTaken)`; `Refusal.forbidden` below admin.
    package func connect(_ draft: Account.Draft, by principal: Principal) async throws -> Account {
        guard principal.role >= .admin else { throw Refusal.forbidden(needs: .admin) }
        let (checked, mode) = try draft.checked(isNew: true)
        let draft = checked.withOwnSecrets(from: randomness)
        let now = clock.now()
        let id = Account.ID.make(at: now, from: randomness)
        let secrets = try seal(draft, of: id)
        try await database.write { connection in
            guard try !connection.isTaken(appID: draft.appID) else {
                throw Refusal.invalid("app_id", .taken)
            }
            try connection.insertAccount(
                id, draft, mode: mode, secrets: secrets, by: principal, at: now)
        }
        try await checkAuthorization(of: id, for: principal)
        return try await find(id, for: principal)
    }

    /// Changes an account. Secrets that the draft leaves out stay.
    ///
    /// - Parameter version: the version that the change was made on, nil for whichever is there.
    /// - Throws: `Refusal.invalid`, also when the app id differs: codes and callbacks hang on it;
    ///   `Refusal.stale`; `Refusal.missing`; `Refusal.forbidden` below admin.
    package func change(
        _ id: Account.ID, to draft: Account.Draft, ifVersion version: Int? = nil,
        by principal: Principal
    ) async throws -> Account {
        guard principal.role >= .admin else { throw Refusal.forbidden(needs: .admin) }
        let present = try await find(id, for: principal)
        if draft.appID != present.appID { throw Refusal.invalid("app_id", .immutable) }
        let (draft, mode) = try draft.checked(isNew: false)
        let secrets = try seal(draft, of: id)
        let now = clock.now()
        try await database.write { connection in
            guard let found = try connection.account(id, in: principal.workspace) else {
                throw Refusal.missing
            }
            if let version, version != found.version { throw Refusal.stale(version: found.version) }
            try connection.updateAccount(
                id, draft, mode: mode, secrets: secrets, by: principal, at: now)
            // A token that the old secret fetched says nothing about the new one.
            if secrets.secret != nil {
                try connection.deleteAccessToken(id, in: principal.workspace)
            }
        }
        callbackKeys.forget(appID: present.appID)
        await wechat.forget(id)
        if draft.secret != nil { try await checkAuthorization(of: id, for: principal) }
        return try await find(id, for: principal)
    }

    /// - Throws: `Refusal.missing`.
    package func find(_ id: Account.ID, for principal: Principal) async throws -> Account {
        let found = try await database.read { try $0.account(id, in: principal.workspace) }
        guard let found else { throw Refusal.missing }
        return found
    }

    /// All accounts of the workspace, the oldest first. An installation has tens of them, not
    /// thousands, so there is one page.
    package func list(for principal: Principal) async throws -> [Account] {
        try await database.read { try $0.accounts(of: principal.workspace) }
    }

    /// What to paste into WeChat's console: the signing token and the AES key, in the clear.
    ///
    /// - Throws: `Refusal.missing`; `Refusal.forbidden` below admin; `SealingError`.
    package func callbackSecrets(
        of id: Account.ID, by principal: Principal
    ) async throws -> (token: String, aesKey: String) {
        guard principal.role >= .admin else { throw Refusal.forbidden(needs: .admin) }
        let sealed = try await database.read {
            try $0.sealedSecrets(of: id, in: principal.workspace)
        }
        guard let token = sealed?.token, let key = sealed?.aesKey else { throw Refusal.missing }
        return (
            try sealer.open(token, for: .token(of: id)), try sealer.open(key, for: .aesKey(of: id))
        )
    }

    /// Takes an account out. Its codes and what they collected must be deleted by themselves first.
    ///
    /// - Throws: `Refusal.conflict(.accountHasCodes)`; `Refusal.missing`; `Refusal.forbidden`.
    package func delete(_ id: Account.ID, by principal: Principal) async throws {
        guard principal.role >= .admin else { throw Refusal.forbidden(needs: .admin) }
        let account = try await find(id, for: principal)
        let now = clock.now()
        try await database.write { connection in
            guard try !connection.hasCodes(id, in: principal.workspace) else {
                throw Refusal.conflict(.accountHasCodes)
            }
            try connection.deleteAccount(id, by: principal, at: now)
        }
        callbackKeys.forget(appID: account.appID)
        await wechat.forget(id)
    }

    /// Asks WeChat for a token now and keeps what it answered.
    ///
    /// - Throws: `Refusal.missing`. WeChat's refusals are kept, not thrown.
    package func checkAuthorization(of id: Account.ID, for principal: Principal) async throws {
        let client = try await wechat.client(id, in: principal.workspace)
        do {
            _ = try await client.tokens.token()
            try await note(.authorized, fault: nil, of: id, in: principal.workspace)
        } catch let error as WeChatError {
            let present = try await find(id, for: principal)
            // A connection that fails says nothing about the credentials.
            let state =
                error.isAboutCredentials
                ? (present.authorization == .authorized ? .revoked : .unauthorized)
                : present.authorization
            try await note(
                state, fault: WeChatFault(error), of: id, in: principal.workspace)
        }
    }

    func note(
        _ state: Account.Authorization, fault: WeChatFault?, of id: Account.ID,
        in workspace: Workspace.ID
    ) async throws {
        try await database.write {
            try $0.setAuthorization(state, fault: fault, of: id, in: workspace)
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
struct SealedSecrets: Sendable {
    let secret: String?
    let token: String?
    let aesKey: String?
}

extension String {
    /// What each sealed column of an account is bound to.
    static func secret(of id: Account.ID) -> String { "accounts/\(id)/secret" }
    static func token(of id: Account.ID) -> String { "accounts/\(id)/token" }
    static func aesKey(of id: Account.ID) -> String { "accounts/\(id)/aes_key" }
    static func accessToken(of id: Account.ID) -> String { "accounts/\(id)/access_token" }
}
