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

    /// The days from `first` to `last` on which something happened to any of the account's codes, deleted
    /// ones too.
    func days(
        of account: Account.ID, from first: Day, through last: Day, in workspace: Workspace.ID
    ) throws -> [(day: Day, counts: CodeCounts)] {
        try rows(
            """
            SELECT day, scans, scanners, new_scanners, new_followers, unfollowed, replies_sent,
                replies_failed, replies_too_late, replies_unknown
            FROM account_days
            WHERE workspace_id = \(workspace) AND account_id = \(account)
                AND day BETWEEN \(first) AND \(last)
            ORDER BY day
            """
        ).map { (try $0.get("day"), try CodeCounts(day: $0)) }
    }
}
