import SQL

extension Connection {
    func totals(
        of account: Account.ID, in workspace: Workspace.ID
    ) throws -> CodeCounts {
        let row = try row(
            """
            SELECT CAST(COALESCE(SUM(scans), 0) AS BIGINT) AS scans,
                CAST(COALESCE(SUM(scanners), 0) AS BIGINT) AS scanners,
                CAST(COALESCE(SUM(new_scanners), 0) AS BIGINT) AS new_scanners,
                CAST(COALESCE(SUM(new_scans), 0) AS BIGINT) AS new_scans,
                CAST(COALESCE(SUM(new_followers), 0) AS BIGINT) AS new_followers,
                CAST(COALESCE(SUM(unfollowed), 0) AS BIGINT) AS unfollowed,
                CAST(COALESCE(SUM(replies_sent), 0) AS BIGINT) AS replies_sent,
                CAST(COALESCE(SUM(replies_received), 0) AS BIGINT) AS replies_received,
                CAST(COALESCE(SUM(replies_failed), 0) AS BIGINT) AS replies_failed,
                CAST(COALESCE(SUM(replies_too_late), 0) AS BIGINT) AS replies_too_late,
                CAST(COALESCE(SUM(replies_unknown), 0) AS BIGINT) AS replies_unknown
            FROM code_counts JOIN qr_codes
                ON qr_codes.workspace_id = code_counts.workspace_id
                AND qr_codes.id = code_counts.code_id
            WHERE code_counts.workspace_id = \(workspace) AND qr_codes.account_id = \(account)
            """)
        return try row.map(CodeCounts.init(total:)) ?? CodeCounts()
    }
}
