import SQL

extension Connection {
    /// Adds the changes to the totals and the days, in the transaction of the fact they come from.
    func add(_ changes: CountChanges, in workspace: Workspace.ID) throws {
        for change in changes.changes where change.counts != CodeCounts() {
            try addToDay(change, in: workspace)
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
                new_followers, unfollowed, replies_sent)
            VALUES (\(workspace), \(change.code), \(change.day), \(counts.scans),
                \(counts.scanners), \(counts.newScanners), \(counts.newFollowers),
                \(counts.unfollowed), \(counts.repliesSent))
            ON CONFLICT (workspace_id, code_id, day) DO UPDATE SET
                scans = code_days.scans + excluded.scans,
                scanners = code_days.scanners + excluded.scanners,
                new_scanners = code_days.new_scanners + excluded.new_scanners,
                new_followers = code_days.new_followers + excluded.new_followers,
                unfollowed = code_days.unfollowed + excluded.unfollowed,
                replies_sent = code_days.replies_sent + excluded.replies_sent
            """)
    }

    private func addToTotal(
        of code: QRCode.ID, _ change: CodeCounts, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            INSERT INTO code_counts (workspace_id, code_id, scans, scanners, new_scanners,
                new_scans, new_followers, unfollowed, replies_sent, replies_received)
            VALUES (\(workspace), \(code), \(change.scans), \(change.scanners),
                \(change.newScanners), \(change.newScans), \(change.newFollowers),
                \(change.unfollowed), \(change.repliesSent), \(change.repliesReceived))
            ON CONFLICT (workspace_id, code_id) DO UPDATE SET
                scans = code_counts.scans + excluded.scans,
                scanners = code_counts.scanners + excluded.scanners,
                new_scanners = code_counts.new_scanners + excluded.new_scanners,
                new_scans = code_counts.new_scans + excluded.new_scans,
                new_followers = code_counts.new_followers + excluded.new_followers,
                unfollowed = code_counts.unfollowed + excluded.unfollowed,
                replies_sent = code_counts.replies_sent + excluded.replies_sent,
                replies_received = code_counts.replies_received + excluded.replies_received
            """)
    }

    /// The figures of each code; those that nothing has happened to are not in it.
    func counts(
        of codes: [QRCode.ID], in workspace: Workspace.ID
    ) throws -> [QRCode.ID: CodeCounts] {
        let found = try rows(
            """
            SELECT code_id, scans, scanners, new_scanners, new_scans, new_followers, unfollowed,
                replies_sent, replies_received
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
            SELECT day, scans, scanners, new_scanners, new_followers, unfollowed, replies_sent
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
    }

    init(total row: Row) throws {
        try self.init(day: row)
        newScans = try row.get("new_scans")
        repliesReceived = try row.get("replies_received")
    }
}
