import SQL

extension Connection {
    func standing(
        of selection: QRCodeSelection, in workspace: Workspace.ID, at now: Timestamp
    ) throws -> QRCodeSelection.StatusCounts {
        let cases = QRCode.Status.allCases.map { status -> Statement in
            "WHEN \(fragment: status.condition(at: now)) THEN \(status.rawValue)"
        }
        let rows = try rows(
            """
            SELECT CASE \(fragment: cases.joined(separator: " ")) END AS status, COUNT(*) AS codes
            FROM qr_codes WHERE \(fragment: selection.conditions(in: workspace, at: now))
            GROUP BY status
            """)
        var counts: [QRCode.Status: Int] = [:]
        for row in rows {
            guard let status = QRCode.Status(rawValue: try row.get("status")) else { continue }
            counts[status] = try row.get("codes")
        }
        return .init(counts: counts)
    }

    func ids(
        of selection: QRCodeSelection, after id: QRCode.ID?, limit: Int,
        in workspace: Workspace.ID, at now: Timestamp
    ) throws -> [QRCode.ID] {
        try rows(
            """
            SELECT qr_codes.id AS id FROM qr_codes
            WHERE \(fragment: selection.conditions(in: workspace, at: now))
                AND qr_codes.id > \(id?.text ?? "")
            ORDER BY qr_codes.id LIMIT \(limit)
            """
        ).map { try $0.get("id") }
    }

    func restoreQRCodes(
        deletedAt time: Timestamp, limit: Int, by principal: Principal, at now: Timestamp
    ) throws -> Int {
        let ids: [QRCode.ID] = try rows(
            """
            SELECT id FROM qr_codes
            WHERE workspace_id = \(principal.workspace) AND deleted_at = \(time)
                AND deleted_by = \(principal.actor) AND \(fragment: accountIsConnected)
            LIMIT \(limit)
            """
        ).map { try $0.get("id") }
        return try ids.count { try restore($0, by: principal, at: now) }
    }
}

extension QRCodeSelection {
    /// Hands over the ids in the list's order, or in the order they were ticked.
    func eachID(
        on connection: any Connection, in context: ExportContext, _ body: (QRCode.ID) throws -> Void
    ) throws {
        let workspace = context.workspace.id
        switch self {
        case .codes(let ids):
            let known = try connection.codeNames(Set(ids), in: workspace)
            for id in ids where known[id] != nil { try body(id) }
        case .matching(let filter):
            let ids: [QRCode.ID] = try connection.rows(
                """
                SELECT qr_codes.id AS id FROM qr_codes
                    LEFT JOIN code_counts ON code_counts.workspace_id = qr_codes.workspace_id
                        AND code_counts.code_id = qr_codes.id
                WHERE \(fragment: filter.conditions(in: workspace, at: context.now))
                ORDER BY \(fragment: filter.order(from: .first))
                """
            ).map { try $0.get("id") }
            for id in ids { try body(id) }
        }
    }
}
