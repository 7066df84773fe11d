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
        // SQLite takes a cross join in the order in which it is written: code by code the days that are
        // asked for, by the key, however many there are before them.
        try rows(
            """
            SELECT code_days.day AS day, CAST(SUM(code_days.scans) AS BIGINT) AS scans,
                CAST(SUM(code_days.scanners) AS BIGINT) AS scanners,
                CAST(SUM(code_days.new_scanners) AS BIGINT) AS new_scanners,
                CAST(SUM(code_days.new_followers) AS BIGINT) AS new_followers,
                CAST(SUM(code_days.unfollowed) AS BIGINT) AS unfollowed,
                CAST(SUM(code_days.replies_sent) AS BIGINT) AS replies_sent,
                CAST(SUM(code_days.replies_failed) AS BIGINT) AS replies_failed,
                CAST(SUM(code_days.replies_too_late) AS BIGINT) AS replies_too_late,
                CAST(SUM(code_days.replies_unknown) AS BIGINT) AS replies_unknown
            FROM qr_codes CROSS JOIN code_days
            WHERE qr_codes.workspace_id = \(workspace) AND qr_codes.account_id = \(account)
                AND code_days.workspace_id = qr_codes.workspace_id
                AND code_days.code_id = qr_codes.id
                AND code_days.day BETWEEN \(first) AND \(last)
            GROUP BY code_days.day ORDER BY code_days.day
            """
        ).map { (try $0.get("day"), try CodeCounts(day: $0)) }
    }
}
