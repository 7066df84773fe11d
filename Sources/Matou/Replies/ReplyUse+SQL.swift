import SQL

extension Connection {
    /// The codes that are there and send it, the oldest first.
    func uses(
        of part: String, after cursor: Cursor? = nil, limit: Int, in workspace: Workspace.ID
    ) throws -> Page<ReplyUse> {
        let uses = try rows(
            """
            SELECT qr_codes.id AS id, qr_codes.name AS name FROM reply_uses
            JOIN qr_codes ON qr_codes.workspace_id = reply_uses.workspace_id
                AND qr_codes.id = reply_uses.code_id
            WHERE reply_uses.workspace_id = \(workspace) AND reply_uses.part_id = \(part)
                AND reply_uses.code_id > \(cursor?.id ?? "") AND qr_codes.deleted_at IS NULL
            ORDER BY reply_uses.code_id LIMIT \(limit + 1)
            """
        ).map { ReplyUse(code: try $0.get("id"), name: try $0.get("name")) }
        return Page(uses, limit: limit) {
            Cursor(sort: ReplyUse.sort, key: "", id: $0.code.text)
        }
    }

    /// Whether any code names it, a deleted one too.
    func isNamed(_ part: String, in workspace: Workspace.ID) throws -> Bool {
        try row(
            """
            SELECT code_id FROM reply_uses
            WHERE workspace_id = \(workspace) AND part_id = \(part) LIMIT 1
            """) != nil
    }

    /// Whether a code of the account sends it.
    func isSent(
        _ part: String, by account: Account.ID, in workspace: Workspace.ID
    ) throws -> Bool {
        try row(
            """
            SELECT qr_codes.id FROM reply_uses
            JOIN qr_codes ON qr_codes.workspace_id = reply_uses.workspace_id
                AND qr_codes.id = reply_uses.code_id
            WHERE reply_uses.workspace_id = \(workspace) AND reply_uses.part_id = \(part)
                AND qr_codes.account_id = \(account) AND qr_codes.deleted_at IS NULL
            LIMIT 1
            """) != nil
    }

    /// Makes the uses of a code those of its reply.
    func keepUses(
        of reply: [ReplyItem], by code: QRCode.ID, in workspace: Workspace.ID
    ) throws {
        try run("DELETE FROM reply_uses WHERE workspace_id = \(workspace) AND code_id = \(code)")
        for part in Set(reply.compactMap(\.part)).sorted() {
            try run(
                """
                INSERT INTO reply_uses (workspace_id, part_id, code_id)
                VALUES (\(workspace), \(part), \(code))
                """)
        }
    }
}
