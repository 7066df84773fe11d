import SQL

/// What the first write of a code stores beside its draft.
struct FreshQRCode: Sendable {
    let id: QRCode.ID
    let account: Account.ID
    let group: CodeGroup.ID?
    let tags: CodeTagIDs
    let scene: String
    let slug: String
}

extension Connection {
    func insertQRCode(
        _ code: FreshQRCode, _ draft: QRCode.Draft, by principal: Principal, at time: Timestamp
    ) throws {
        try run(
            """
            INSERT INTO qr_codes (workspace_id, id, account_id, group_id, name, name_folded, kind,
                lifetime_seconds, source, starts_at, reply, tags, scene, slug, making, created_by,
                created_at, updated_by, updated_at, version)
            VALUES (\(principal.workspace), \(code.id), \(code.account), \(code.group),
                \(draft.name), \(draft.name.folded()), \(draft.kind),
                \(draft.lifetimeSeconds), \(draft.source), \(draft.startsAt),
                \(try StoredJSON.text(draft.reply)), \(try code.tags.json()), \(code.scene), \(code.slug), 'waiting',
                \(principal.actor), \(time), \(principal.actor), \(time), 1)
            """)
        try keepParts(
            of: draft.reply, code: code.id, on: code.account, in: principal.workspace, at: time)
    }

    func updateQRCode(
        _ id: QRCode.ID, _ draft: QRCode.Draft, group: CodeGroup.ID?, tags: CodeTagIDs,
        by principal: Principal, at time: Timestamp
    ) throws {
        try run(
            """
            UPDATE qr_codes SET name = \(draft.name), name_folded = \(draft.name.folded()),
                group_id = \(group), source = \(draft.source), starts_at = \(draft.startsAt),
                reply = \(try StoredJSON.text(draft.reply)), tags = \(try tags.json()), updated_by = \(principal.actor),
                updated_at = \(time), version = version + 1
            WHERE workspace_id = \(principal.workspace) AND id = \(id) AND deleted_at IS NULL
            """)
        let account: Account.ID? = try value(
            "SELECT account_id FROM qr_codes WHERE workspace_id = \(principal.workspace) AND id = \(id)"
        )
        guard let account else { return }
        try keepParts(
            of: draft.reply, code: id, on: account, in: principal.workspace, at: time)
    }

    /// What was changed of a code beside its row makes a new version of it.
    func countChange(of id: QRCode.ID, by principal: Principal, at time: Timestamp) throws {
        try run(
            """
            UPDATE qr_codes SET updated_by = \(principal.actor), updated_at = \(time),
                version = version + 1
            WHERE workspace_id = \(principal.workspace) AND id = \(id) AND deleted_at IS NULL
            """)
    }

    func setMade(_ id: QRCode.ID, _ made: QRCode.Made, in workspace: Workspace.ID) throws {
        try run(
            """
            UPDATE qr_codes SET making = 'made', ticket = \(made.ticket),
                content = \(made.content), made_at = \(made.at), expires_at = \(made.expiresAt),
                failure_code = NULL, failure_words = NULL
            WHERE workspace_id = \(workspace) AND id = \(id)
            """)
    }

    func setFailed(_ id: QRCode.ID, _ fault: WeChatFault, in workspace: Workspace.ID) throws {
        try run(
            """
            UPDATE qr_codes SET making = 'failed', failure_code = \(fault.number),
                failure_words = \(fault.words)
            WHERE workspace_id = \(workspace) AND id = \(id) AND making = 'waiting'
            """)
    }

    /// - Returns: false when the code has not failed, so there is nothing to try again.
    func setWaiting(_ id: QRCode.ID, in workspace: Workspace.ID) throws -> Bool {
        try run(
            """
            UPDATE qr_codes SET making = 'waiting'
            WHERE workspace_id = \(workspace) AND id = \(id) AND making = 'failed'
                AND deleted_at IS NULL
            """) == 1
    }

    /// Failed codes are to be asked for again.
    ///
    /// - Parameter ids: a query of ids.
    func setWaiting(among ids: Statement, in workspace: Workspace.ID) throws {
        try run(
            """
            UPDATE qr_codes SET making = 'waiting'
            WHERE workspace_id = \(workspace) AND making = 'failed' AND deleted_at IS NULL
                AND id IN (\(fragment: ids))
            """)
    }

    /// - Returns: false when it is not there or was deleted before.
    func deleteQRCode(_ id: QRCode.ID, by principal: Principal, at time: Timestamp) throws -> Bool {
        try run(
            """
            UPDATE qr_codes SET deleted_at = \(time), deleted_by = \(principal.actor),
                version = version + 1
            WHERE workspace_id = \(principal.workspace) AND id = \(id) AND deleted_at IS NULL
            """) == 1
    }

    /// - Returns: false when it was not deleted, or its account was taken out.
    func restoreQRCode(_ id: QRCode.ID, by principal: Principal, at time: Timestamp) throws -> Bool
    {
        try run(
            """
            UPDATE qr_codes SET deleted_at = NULL, deleted_by = NULL,
                updated_by = \(principal.actor), updated_at = \(time), version = version + 1
            WHERE workspace_id = \(principal.workspace) AND id = \(id)
                AND deleted_at IS NOT NULL AND \(fragment: accountIsConnected)
            """) == 1
    }

    /// The codes of a group that goes are in none, and know which it was.
    func leaveGroup(_ id: CodeGroup.ID, by principal: Principal, at time: Timestamp) throws {
        try run(
            """
            UPDATE qr_codes SET group_id = NULL, former_group_id = group_id,
                updated_by = \(principal.actor), updated_at = \(time), version = version + 1
            WHERE workspace_id = \(principal.workspace) AND group_id = \(id)
            """)
    }

    /// Those of a group's former codes that are in none since are in it again.
    func returnToGroup(_ id: CodeGroup.ID, by principal: Principal, at time: Timestamp) throws {
        try run(
            """
            UPDATE qr_codes SET group_id = former_group_id, former_group_id = NULL,
                updated_by = \(principal.actor), updated_at = \(time), version = version + 1
            WHERE workspace_id = \(principal.workspace) AND former_group_id = \(id)
                AND group_id IS NULL
            """)
    }

    /// Takes back a code that WeChat was not asked for, or that it made none for: nobody has seen it,
    /// and no event can name its scene. With it go what its reply names, its looks and its versions.
    func forgetUnmadeQRCode(_ id: QRCode.ID, in workspace: Workspace.ID) throws {
        let isUnmade =
            try row(
                """
                SELECT id FROM qr_codes
                WHERE workspace_id = \(workspace) AND id = \(id) AND making = 'waiting'
                """) != nil
        guard isUnmade else { return }
        try keepUses(of: [], by: id, in: workspace)
        try forgetDesign(of: id, in: workspace)
        try forgetRevisions(of: id.text, .qrCode, in: workspace)
        try run("DELETE FROM qr_codes WHERE workspace_id = \(workspace) AND id = \(id)")
    }
}

extension QRCode.Kind {
    var lifetimeSeconds: Int? {
        if case .temporary(let seconds) = self { seconds } else { nil }
    }
}
