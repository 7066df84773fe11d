import Foundation
package import SQL

/// Whether the account of a row of `qr_codes` is in the workspace: one that was taken out has its codes
/// back when it is connected again, and none is brought back before.
let accountIsConnected: Statement = """
    EXISTS (SELECT 1 FROM accounts
        WHERE accounts.workspace_id = qr_codes.workspace_id
            AND accounts.id = qr_codes.account_id AND accounts.deleted_at IS NULL)
    """

extension Connection {
    /// The code, unless it was deleted.
    func qrCode(_ id: QRCode.ID, in workspace: Workspace.ID) throws -> QRCode? {
        let found = try qrCode(evenDeleted: id, in: workspace)
        return found?.deletedAt == nil ? found : nil
    }

    func qrCode(evenDeleted id: QRCode.ID, in workspace: Workspace.ID) throws -> QRCode? {
        try codes(
            """
            WHERE qr_codes.workspace_id = \(workspace) AND qr_codes.id = \(id)
            """, in: workspace
        ).first
    }

    /// Whether there is or was a code of this id: what it collected is kept after its deletion.
    func hasQRCode(_ id: QRCode.ID, in workspace: Workspace.ID) throws -> Bool {
        try row(
            """
            SELECT 1 AS found FROM qr_codes WHERE workspace_id = \(workspace) AND id = \(id)
            """) != nil
    }

    /// The codes that were deleted and can be brought back, the last one first.
    func deletedQRCodes(
        of account: Account.ID?, after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws -> [QRCode] {
        var conditions: [Statement] = [
            "qr_codes.workspace_id = \(workspace)", "qr_codes.deleted_at IS NOT NULL",
            accountIsConnected,
        ]
        if let account { conditions.append("qr_codes.account_id = \(account)") }
        if let cursor {
            conditions.append(
                try cursor.rows(below: "qr_codes.deleted_at", id: "qr_codes.id"))
        }
        return try codes(
            """
            WHERE \(fragment: conditions.joined(separator: " AND "))
            ORDER BY qr_codes.deleted_at DESC, qr_codes.id DESC LIMIT \(limit)
            """, in: workspace)
    }

    /// The code of a public address and its account's name. The slug is the secret that leads to
    /// it, whatever workspace.
    func qrCode(slug: String) throws -> (code: QRCode, account: String)? {
        let found = try row(
            """
            SELECT qr_codes.workspace_id AS workspace_id, qr_codes.id AS id,
                accounts.name AS account_name
            FROM qr_codes JOIN accounts ON accounts.workspace_id = qr_codes.workspace_id
                AND accounts.id = qr_codes.account_id
            WHERE qr_codes.slug = \(slug)
            """)
        guard let found, let code = try qrCode(found.get("id"), in: found.get("workspace_id"))
        else { return nil }
        return (code, try found.get("account_name"))
    }

    /// The code that an event's scene means, deleted ones as well, as far as a scan asks.
    ///
    /// Every callback reads it, so it takes no more columns than it needs.
    func scannedCode(
        scene: String, of account: Account.ID, in workspace: Workspace.ID
    ) throws -> ScannedCode? {
        try row(
            """
            SELECT id, starts_at, expires_at, deleted_at, source, reply, tags FROM qr_codes
            WHERE workspace_id = \(workspace) AND account_id = \(account) AND scene = \(scene)
            """
        ).map { row in
            ScannedCode(
                id: try row.get("id"), startsAt: try row.get("starts_at"),
                expiresAt: try row.get("expires_at"), deletedAt: try row.get("deleted_at"),
                source: try row.get("source"), replyJSON: try row.get("reply"),
                tagsJSON: try row.get("tags"))
        }
    }

    func qrCodes(
        _ filter: QRCodeFilter, at place: PagePlace, limit: Int, in workspace: Workspace.ID,
        at now: Timestamp
    ) throws -> [QRCode] {
        var conditions = filter.conditions(in: workspace, at: now)
        if let beyond = try filter.condition(at: place) { conditions += " AND " + beyond }
        return try codes(
            """
                LEFT JOIN code_counts ON code_counts.workspace_id = qr_codes.workspace_id
                    AND code_counts.code_id = qr_codes.id
            WHERE \(fragment: conditions) ORDER BY \(fragment: filter.order(from: place))
            LIMIT \(limit)
            """, in: workspace)
    }

    /// Codes of a selection by id.
    func codes(
        of selection: QRCodeSelection, after id: QRCode.ID?, limit: Int,
        in workspace: Workspace.ID, at now: Timestamp
    ) throws -> [QRCode] {
        try codes(
            """
            WHERE \(fragment: selection.conditions(in: workspace, at: now))
                AND qr_codes.id > \(id?.text ?? "")
            ORDER BY qr_codes.id LIMIT \(limit)
            """, in: workspace)
    }

    /// Codes by id, in no order; a code that is gone is left out.
    func codes(evenDeleted ids: [QRCode.ID], in workspace: Workspace.ID) throws -> [QRCode] {
        try codes(
            """
            WHERE qr_codes.workspace_id = \(workspace) AND qr_codes.id IN \(list: ids)
            """, in: workspace)
    }

    func countQRCodes(
        _ filter: QRCodeFilter, in workspace: Workspace.ID, at now: Timestamp
    ) throws -> Int {
        try value(
            """
            SELECT COUNT(*) AS codes FROM qr_codes
            WHERE \(fragment: filter.conditions(in: workspace, at: now))
            """) ?? 0
    }

    func countQRCodes(
        named name: String, on account: Account.ID, in workspace: Workspace.ID
    ) throws -> Int {
        try value(
            """
            SELECT COUNT(*) AS codes FROM qr_codes
            WHERE workspace_id = \(workspace) AND account_id = \(account)
                AND name_folded = \(name.folded()) AND deleted_at IS NULL
            """) ?? 0
    }

    /// The source channels of the account's latest codes, by name.
    func sources(of account: Account.ID, in workspace: Workspace.ID) throws -> [String] {
        try rows(
            """
            SELECT DISTINCT source FROM (
                SELECT source FROM qr_codes
                WHERE workspace_id = \(workspace) AND account_id = \(account)
                    AND deleted_at IS NULL
                ORDER BY created_at DESC, id DESC LIMIT 500
            ) AS latest WHERE source <> '' ORDER BY source
            """
        ).map { try $0.get("source") }
    }

    /// The members and tokens that made the account's latest codes.
    func creators(of account: Account.ID, in workspace: Workspace.ID) throws -> [String] {
        try rows(
            """
            SELECT DISTINCT created_by FROM (
                SELECT created_by FROM qr_codes
                WHERE workspace_id = \(workspace) AND account_id = \(account)
                    AND deleted_at IS NULL
                ORDER BY created_at DESC, id DESC LIMIT 500
            ) AS latest
            """
        ).map { try $0.get("created_by") }
    }

    func permanentCount(on account: Account.ID, in workspace: Workspace.ID) throws -> Int {
        try value(
            """
            SELECT COUNT(*) AS codes FROM qr_codes
            WHERE workspace_id = \(workspace) AND account_id = \(account)
                AND kind = 'permanent' AND making = 'made'
            """) ?? 0
    }
}

extension Connection {
    /// Codes in full.
    ///
    /// - Parameter rest: what follows the tables in the statement.
    private func codes(_ rest: Statement, in workspace: Workspace.ID) throws -> [QRCode] {
        let rows = try rows(
            """
            SELECT \(fragment: codeColumns)
            FROM qr_codes LEFT JOIN code_groups
                ON code_groups.workspace_id = qr_codes.workspace_id
                AND code_groups.id = qr_codes.group_id
            \(fragment: rest)
            """)
        let ids = try rows.map { try CodeTagIDs(json: $0.get("tags")) }
        return try zip(rows, codeTags(ids, in: workspace)).map(QRCode.init)
    }
}

private let codeColumns: Statement = """
    qr_codes.id AS id, qr_codes.account_id AS account_id, qr_codes.name AS name,
    qr_codes.group_id AS group_id, code_groups.name AS group_name, qr_codes.kind AS kind,
    qr_codes.lifetime_seconds AS lifetime_seconds, qr_codes.source AS source,
    qr_codes.starts_at AS starts_at, qr_codes.reply AS reply, qr_codes.tags AS tags,
    qr_codes.scene AS scene,
    qr_codes.slug AS slug, qr_codes.making AS making, qr_codes.failure_code AS failure_code,
    qr_codes.failure_words AS failure_words, qr_codes.ticket AS ticket,
    qr_codes.content AS content, qr_codes.made_at AS made_at, qr_codes.expires_at AS expires_at,
    qr_codes.created_by AS created_by, qr_codes.created_at AS created_at,
    qr_codes.updated_by AS updated_by, qr_codes.updated_at AS updated_at,
    qr_codes.version AS version, qr_codes.deleted_at AS deleted_at,
    qr_codes.deleted_by AS deleted_by,
    (SELECT design FROM code_designs WHERE code_designs.workspace_id = qr_codes.workspace_id
        AND code_designs.code_id = qr_codes.id) AS design
    """

extension QRCode {
    fileprivate init(_ row: Row, tags: CodeTags) throws {
        id = try row.get("id")
        account = try row.get("account_id")
        name = try row.get("name")
        group = try row.optional("group_id").map {
            CodeGroup(id: $0, name: try row.get("group_name"))
        }
        kind =
            try row.optional("lifetime_seconds").map { .temporary(lifetimeSeconds: $0) }
            ?? .permanent
        source = try row.get("source")
        startsAt = try row.get("starts_at")
        let json: String = try row.get("reply")
        reply = Reply(items: try StoredJSON.value([ReplyItem].self, of: json))
        design = try row.optional("design").map { try CodeDesign(json: $0) } ?? .plain
        self.tags = tags
        scene = try row.get("scene")
        slug = try row.get("slug")
        making = try Making(row)
        createdBy = try row.get("created_by")
        createdAt = try row.get("created_at")
        updatedBy = try row.get("updated_by")
        updatedAt = try row.get("updated_at")
        version = try row.get("version")
        deletedAt = try row.get("deleted_at")
        deletedBy = try row.get("deleted_by")
    }
}

extension QRCode.Making {
    fileprivate init(_ row: Row) throws {
        let making: String = try row.get("making")
        switch (making, try WeChatFault(row, code: "failure_code", words: "failure_words")) {
        case ("waiting", _): self = .waiting
        case ("made", _):
            self = .made(
                QRCode.Made(
                    ticket: try row.get("ticket"), content: try row.get("content"),
                    at: try row.get("made_at"), expiresAt: try row.get("expires_at")))
        case ("failed", let fault?): self = .failed(fault)
        default:
            throw Row.DecodingError.wrongType(
                column: "making", found: making, wanted: "\(QRCode.Making.self)")
        }
    }
}

extension QRCode: Revised {
    package static var revisionKind: Revision.Kind { .qrCode }

    package static func isKnown(
        _ id: QRCode.ID, on connection: any Connection, in workspace: Workspace.ID
    ) throws -> Bool {
        try connection.hasQRCode(id, in: workspace)
    }
}
