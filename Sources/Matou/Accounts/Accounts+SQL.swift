package import SQL

extension Connection {
    func isTaken(appID: String) throws -> Bool {
        // Unique in the installation, so it is asked across workspaces; nothing of the row is told.
        try row("SELECT 1 AS found FROM accounts WHERE app_id = \(appID)") != nil
    }

    func insertAccount(
        _ id: Account.ID, _ draft: Account.Draft, mode: Account.MessageMode,
        secrets: SealedSecrets, by principal: Principal, at time: Timestamp
    ) throws {
        try run(
            """
            INSERT INTO accounts (workspace_id, id, kind, name, app_id, original_id,
                secret_sealed, token_sealed, aes_key_sealed, message_mode, verified,
                authorization_state, created_by, created_at, updated_by, updated_at, version)
            VALUES (\(principal.workspace), \(id), \(Account.Kind.officialAccount), \(draft.name),
                \(draft.appID), \(draft.originalID), \(secrets.secret), \(secrets.token),
                \(secrets.aesKey), \(mode), \(draft.isVerified),
                \(Account.Authorization.unauthorized), \(principal.actor), \(time),
                \(principal.actor), \(time), 1)
            """)
    }

    func updateAccount(
        _ id: Account.ID, _ draft: Account.Draft, mode: Account.MessageMode,
        secrets: SealedSecrets, by principal: Principal, at time: Timestamp
    ) throws {
        // What WeChat's console has been told says nothing of new keys.
        let hasNewKeys = secrets.token != nil || secrets.aesKey != nil
        let callsAnew: Statement = "\(hasNewKeys) = 1 OR message_mode <> \(mode)"
        try run(
            """
            UPDATE accounts SET name = \(draft.name), original_id = \(draft.originalID),
                secret_sealed = COALESCE(\(secrets.secret), secret_sealed),
                token_sealed = COALESCE(\(secrets.token), token_sealed),
                aes_key_sealed = COALESCE(\(secrets.aesKey), aes_key_sealed),
                message_mode = \(mode), verified = \(draft.isVerified),
                callback_verified_at = CASE WHEN \(fragment: callsAnew) THEN NULL
                    ELSE callback_verified_at END,
                callback_seen_at = CASE WHEN \(fragment: callsAnew) THEN NULL
                    ELSE callback_seen_at END,
                updated_by = \(principal.actor), updated_at = \(time), version = version + 1
            WHERE workspace_id = \(principal.workspace) AND id = \(id) AND deleted_at IS NULL
            """)
    }

    func account(_ id: Account.ID, in workspace: Workspace.ID) throws -> Account? {
        try row(
            """
            SELECT \(fragment: accountColumns) FROM accounts
            WHERE workspace_id = \(workspace) AND id = \(id) AND deleted_at IS NULL
            """
        ).map(Account.init)
    }

    func accounts(of workspace: Workspace.ID) throws -> [Account] {
        try rows(
            """
            SELECT \(fragment: accountColumns) FROM accounts
            WHERE workspace_id = \(workspace) AND deleted_at IS NULL ORDER BY created_at, id
            """
        ).map(Account.init)
    }

    func accounts(of workspace: Workspace.ID, after cursor: Cursor?, limit: Int) throws -> [Account]
    {
        let time = try cursor?.number ?? .min
        return try rows(
            """
            SELECT \(fragment: accountColumns) FROM accounts
            WHERE workspace_id = \(workspace) AND deleted_at IS NULL
                AND (created_at, id) > (\(time), \(cursor?.id ?? ""))
            ORDER BY created_at, id LIMIT \(limit)
            """
        ).map(Account.init)
    }

    func sealedSecrets(
        of id: Account.ID, in workspace: Workspace.ID
    ) throws -> SealedSecrets? {
        try row(
            """
            SELECT secret_sealed, token_sealed, aes_key_sealed FROM accounts
            WHERE workspace_id = \(workspace) AND id = \(id) AND deleted_at IS NULL
            """
        ).map {
            SealedSecrets(
                secret: try $0.get("secret_sealed"), token: try $0.get("token_sealed"),
                aesKey: try $0.get("aes_key_sealed"))
        }
    }

    func hasCodes(_ id: Account.ID, in workspace: Workspace.ID) throws -> Bool {
        try row(
            """
            SELECT 1 AS found FROM qr_codes
            WHERE workspace_id = \(workspace) AND account_id = \(id) AND deleted_at IS NULL
            LIMIT 1
            """) != nil
    }

    /// The account of this app id that was taken out of the workspace last.
    func deletedAccount(appID: String, in workspace: Workspace.ID) throws -> Account.ID? {
        try row(
            """
            SELECT id FROM accounts
            WHERE workspace_id = \(workspace) AND app_id = 'deleted:' || id || ':' || \(appID)
            ORDER BY deleted_at DESC, id LIMIT 1
            """
        )?.get("id")
    }

    /// Brings an account back that was taken out, with the app id it had; its codes are still its own.
    ///
    /// - Returns: its version; nil when somebody else was faster.
    func restoreAccount(
        _ id: Account.ID, appID: String, by principal: Principal, at time: Timestamp
    ) throws -> Int? {
        try row(
            """
            UPDATE accounts SET app_id = \(appID), deleted_at = NULL,
                callback_verified_at = NULL, callback_seen_at = NULL,
                updated_by = \(principal.actor), updated_at = \(time), version = version + 1
            WHERE workspace_id = \(principal.workspace) AND id = \(id) AND deleted_at IS NOT NULL
            RETURNING version
            """
        )?.get("version")
    }

    /// The app id is given free, so that the account can be connected anew, here or elsewhere.
    func deleteAccount(_ id: Account.ID, by principal: Principal, at time: Timestamp) throws {
        try deleteAccessToken(id, in: principal.workspace)
        try run(
            """
            UPDATE accounts SET deleted_at = \(time), updated_by = \(principal.actor),
                updated_at = \(time), version = version + 1,
                app_id = 'deleted:' || id || ':' || app_id
            WHERE workspace_id = \(principal.workspace) AND id = \(id)
            """)
    }

    func setAuthorization(
        _ state: Account.Authorization, fault: WeChatFault?, of id: Account.ID,
        in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE accounts SET authorization_state = \(state), api_fault_code = \(fault?.number),
                api_fault_words = \(fault?.words)
            WHERE workspace_id = \(workspace) AND id = \(id)
            """)
    }

    func deleteAccessToken(_ id: Account.ID, in workspace: Workspace.ID) throws {
        try run(
            """
            DELETE FROM access_tokens
            WHERE workspace_id = \(workspace) AND account_id = \(id)
            """)
    }

    /// App id and sealed secret: what fetches a token.
    func credential(
        of id: Account.ID, in workspace: Workspace.ID
    ) throws -> (appID: String, secretSealed: String)? {
        try row(
            """
            SELECT app_id, secret_sealed FROM accounts
            WHERE workspace_id = \(workspace) AND id = \(id) AND deleted_at IS NULL
            """
        ).map { (try $0.get("app_id"), try $0.get("secret_sealed")) }
    }
}

private let accountColumns: Statement = """
    workspace_id, id, kind, name, app_id, original_id, message_mode, verified,
    authorization_state, api_fault_code, api_fault_words, callback_verified_at,
    callback_seen_at, clock_skew_ms, callback_refusal, callback_refused_at, created_by, created_at, updated_by, updated_at, version
    """

extension Account {
    init(_ row: Row) throws {
        id = try row.get("id")
        workspace = try row.get("workspace_id")
        kind = try row.get("kind")
        name = try row.get("name")
        appID = try row.get("app_id")
        originalID = try row.get("original_id")
        messageMode = try row.get("message_mode")
        isVerified = try row.get("verified")
        authorization = try row.get("authorization_state")
        health = Health(
            apiFault: try WeChatFault(row, code: "api_fault_code", words: "api_fault_words"),
            callbackVerifiedAt: try row.get("callback_verified_at"),
            callbackSeenAt: try row.get("callback_seen_at"),
            clockSkew: try row.optional("clock_skew_ms", as: Int64.self).map(
                Duration.milliseconds),
            lastRefusal: try row.optional("callback_refusal", as: CallbackRefusal.Reason.self).map {
                Health.Refused(reason: $0, at: try row.get("callback_refused_at"))
            })
        createdBy = try row.get("created_by")
        createdAt = try row.get("created_at")
        updatedBy = try row.get("updated_by")
        updatedAt = try row.get("updated_at")
        version = try row.get("version")
    }
}

extension Account: Revised {
    package static var revisionKind: Revision.Kind { .account }

    package static func isKnown(
        _ id: Account.ID, on connection: any Connection, in workspace: Workspace.ID
    ) throws -> Bool {
        try connection.account(id, in: workspace) != nil
    }
}
