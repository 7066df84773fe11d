import SQL

extension Connection {
    /// Adds the changes to the totals and the days, in the transaction of the fact they come from.
    ///
    /// - Parameter account: of all the codes that they are of.
    func add(
        _ changes: CountChanges, of account: Account.ID, in workspace: Workspace.ID
    ) throws {
        for change in changes.changes where change.counts != CodeCounts() {
            try addToDay(change, in: workspace)
        }
        for (day, counts) in changes.days where counts != CodeCounts() {
            try addToDay(day, of: account, counts, in: workspace)
        }
        for (code, counts) in changes.totals where counts != CodeCounts() {
            try addToTotal(of: code, counts, in: workspace)
        }
    }

    private func addToDay(_ change: CountChanges.Change, in workspace: Workspace.ID) throws {
        let counts = change.counts
        try run(
            """
            INSERT INTO code_days (workspace_id, code_id, day, scans, scanners, new_scanners,
                new_followers, unfollowed, replies_sent, replies_failed, replies_too_late,
                replies_unknown)
            VALUES (\(workspace), \(change.code), \(change.day), \(counts.scans),
                \(counts.scanners), \(counts.newScanners), \(counts.newFollowers),
                \(counts.unfollowed), \(counts.repliesSent), \(counts.repliesFailed),
                \(counts.repliesTooLate), \(counts.repliesUnknown))
            ON CONFLICT (workspace_id, code_id, day) DO UPDATE SET
                scans = code_days.scans + excluded.scans,
                scanners = code_days.scanners + excluded.scanners,
                new_scanners = code_days.new_scanners + excluded.new_scanners,
                new_followers = code_days.new_followers + excluded.new_followers,
                unfollowed = code_days.unfollowed + excluded.unfollowed,
                replies_sent = code_days.replies_sent + excluded.replies_sent,
                replies_failed = code_days.replies_failed + excluded.replies_failed,
                replies_too_late = code_days.replies_too_late + excluded.replies_too_late,
                replies_unknown = code_days.replies_unknown + excluded.replies_unknown
            """)
    }

    private func addToDay(
        _ day: Day, of account: Account.ID, _ counts: CodeCounts, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            INSERT INTO account_days (workspace_id, account_id, day, scans, scanners, new_scanners,
                new_followers, unfollowed, replies_sent, replies_failed, replies_too_late,
                replies_unknown)
            VALUES (\(workspace), \(account), \(day), \(counts.scans), \(counts.scanners),
                \(counts.newScanners), \(counts.newFollowers), \(counts.unfollowed),
                \(counts.repliesSent), \(counts.repliesFailed), \(counts.repliesTooLate),
                \(counts.repliesUnknown))
            ON CONFLICT (workspace_id, account_id, day) DO UPDATE SET
                scans = account_days.scans + excluded.scans,
                scanners = account_days.scanners + excluded.scanners,
                new_scanners = account_days.new_scanners + excluded.new_scanners,
                new_followers = account_days.new_followers + excluded.new_followers,
                unfollowed = account_days.unfollowed + excluded.unfollowed,
                replies_sent = account_days.replies_sent + excluded.replies_sent,
                replies_failed = account_days.replies_failed + excluded.replies_failed,
                replies_too_late = account_days.replies_too_late + excluded.replies_too_late,
                replies_unknown = account_days.replies_unknown + excluded.replies_unknown
            """)
    }

    private func addToTotal(
        of code: QRCode.ID, _ change: CodeCounts, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            INSERT INTO code_counts (workspace_id, code_id, scans, scanners, new_scanners,
                new_scans, new_followers, unfollowed, replies_sent, replies_received,
                replies_failed, replies_too_late, replies_unknown)
            VALUES (\(workspace), \(code), \(change.scans), \(change.scanners),
                \(change.newScanners), \(change.newScans), \(change.newFollowers),
                \(change.unfollowed), \(change.repliesSent), \(change.repliesReceived),
                \(change.repliesFailed), \(change.repliesTooLate), \(change.repliesUnknown))
            ON CONFLICT (workspace_id, code_id) DO UPDATE SET
                scans = code_counts.scans + excluded.scans,
                scanners = code_counts.scanners + excluded.scanners,
                new_scanners = code_counts.new_scanners + excluded.new_scanners,
                new_scans = code_counts.new_scans + excluded.new_scans,
                new_followers = code_counts.new_followers + excluded.new_followers,
                unfollowed = code_counts.unfollowed + excluded.unfollowed,
                replies_sent = code_counts.replies_sent + excluded.replies_sent,
                replies_received = code_counts.replies_received + excluded.replies_received,
                replies_failed = code_counts.replies_failed + excluded.replies_failed,
                replies_too_late = code_counts.replies_too_late + excluded.replies_too_late,
                replies_unknown = code_counts.replies_unknown + excluded.replies_unknown
            """)
    }

    /// The figures of each code; those that nothing has happened to are not in it.
    func counts(
        of codes: [QRCode.ID], in workspace: Workspace.ID
    ) throws -> [QRCode.ID: CodeCounts] {
        let found = try rows(
            """
            SELECT code_id, scans, scanners, new_scanners, new_scans, new_followers, unfollowed,
                replies_sent, replies_received, replies_failed, replies_too_late, replies_unknown
            FROM code_counts WHERE workspace_id = \(workspace) AND code_id IN \(list: codes)
            """)
        return Dictionary(
            try found.map { (try $0.get("code_id"), try CodeCounts(total: $0)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The days from `first` to `last` on which something happened.
    func days(
        of code: QRCode.ID, from first: Day, through last: Day, in workspace: Workspace.ID
    ) throws -> [(day: Day, counts: CodeCounts)] {
        try rows(
            """
            SELECT day, scans, scanners, new_scanners, new_followers, unfollowed, replies_sent,
                replies_failed, replies_too_late, replies_unknown
            FROM code_days
            WHERE workspace_id = \(workspace) AND code_id = \(code)
                AND day BETWEEN \(first) AND \(last)
            ORDER BY day
            """
        ).map { (try $0.get("day"), try CodeCounts(day: $0)) }
    }

    /// Forgets every aggregate of the workspace, to count anew from the journal.
    func deleteAggregates(of workspace: Workspace.ID) throws {
        try run("DELETE FROM code_counts WHERE workspace_id = \(workspace)")
        try run("DELETE FROM code_days WHERE workspace_id = \(workspace)")
        try run("DELETE FROM account_days WHERE workspace_id = \(workspace)")
        try run("DELETE FROM code_reply_failures WHERE workspace_id = \(workspace)")
        try run("DELETE FROM code_scanners WHERE workspace_id = \(workspace)")
        try run("DELETE FROM followers WHERE workspace_id = \(workspace)")
    }
}

extension CodeCounts {
    init(day row: Row) throws {
        scans = try row.get("scans")
        scanners = try row.get("scanners")
        newScanners = try row.get("new_scanners")
        newFollowers = try row.get("new_followers")
        unfollowed = try row.get("unfollowed")
        repliesSent = try row.get("replies_sent")
        repliesFailed = try row.get("replies_failed")
        repliesTooLate = try row.get("replies_too_late")
        repliesUnknown = try row.get("replies_unknown")
    }

    init(total row: Row) throws {
        try self.init(day: row)
        newScans = try row.get("new_scans")
        repliesReceived = try row.get("replies_received")
    }
}
