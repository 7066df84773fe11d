/// What replies that Matou sent while callbacks came in have written, for the peer to write too.
struct PlainReplies {
    typealias Write = [(statement: SQLite.Statement, row: SQLite.Row)]

    let source: SQLite
    let target: SQLite

    /// Puts the two writes of each reply behind the write of its callback, a commit and two commits
    /// later.
    ///
    /// - Parameter writes: those of the callbacks, in their order.
    func add(
        to writes: inout [Write], after seq: Int64, until end: Int64, batch: Int
    ) throws {
        let sent = """
            FROM reply_sends p JOIN facts f ON (f.workspace_id, f.account_id, f.dedupe_key)
                = (p.workspace_id, p.account_id, 'reply ' || p.scan_seq || ' ' || p.position)
            WHERE p.scan_seq > \(seq) AND p.state = 'sent' AND p.finished_at <= \(end)
            ORDER BY p.scan_seq, p.position
            """
        let scans = try source.rows("SELECT p.scan_seq \(sent)").map { $0.integer(0) }
        guard !scans.isEmpty else { return }
        let before = try steps(Self.before, sent)
        let after = try steps(Self.after, sent)
        let places = Dictionary(
            uniqueKeysWithValues: writes.enumerated().map { ($1[0].row.integer(1), $0) })
        var behind: [[Write]] = writes.map { [$0] }
        for (index, scan) in scans.enumerated() {
            guard let place = places[scan] else { continue }
            behind[min(place + batch, behind.count - 1)].append(before.map { ($0, $1[index]) })
            behind[min(place + 2 * batch, behind.count - 1)].append(after.map { ($0, $1[index]) })
        }
        writes = behind.flatMap { $0 }
    }

    private func steps(
        _ steps: [Step], _ sent: String
    ) throws -> [(SQLite.Statement, [SQLite.Row])] {
        try steps.map { step in
            (
                try target.prepare(step.statement),
                try source.rows("SELECT \(step.parameters) \(sent)")
            )
        }
    }

    private struct Step {
        let statement: String
        let parameters: String
    }

    private static let job = "p.workspace_id, 'reply-' || p.scan_seq"
    private static let item = "p.workspace_id, p.scan_seq, p.position"

    /// The job is claimed, and the item is about to be sent.
    private static let before = [
        Step(
            statement: """
                UPDATE jobs SET state = 'running', attempts = 1, lease_owner = 'matou',
                    lease_until = 1 WHERE workspace_id = ? AND id = ?
                """, parameters: job),
        Step(
            statement: """
                UPDATE reply_sends SET state = 'sending'
                WHERE workspace_id = ? AND scan_seq = ? AND position = ?
                """, parameters: item),
    ]

    /// The item has been sent, which is a fact that counts, and the job is done.
    private static let after = [
        Step(
            statement: """
                UPDATE reply_sends SET state = 'sent', finished_at = ?
                WHERE workspace_id = ? AND scan_seq = ? AND position = ?
                """, parameters: "p.finished_at, " + item),
        Step(
            statement: """
                INSERT INTO facts (workspace_id, seq, account_id, kind, occurred_at, received_at,
                    day, dedupe_key, person, code_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            parameters: """
                f.workspace_id, f.seq, f.account_id, f.kind, f.occurred_at, f.received_at, f.day,
                f.dedupe_key, f.person, f.code_id
                """),
        Step(
            statement: """
                UPDATE code_scanners SET replies_sent = replies_sent + 1
                WHERE workspace_id = ? AND code_id = ? AND openid = ?
                """, parameters: "p.workspace_id, p.code_id, p.openid"),
        Step(
            statement: """
                INSERT INTO code_days (workspace_id, code_id, day, scans, scanners, new_scanners,
                    new_followers, unfollowed, replies_sent) VALUES (?, ?, ?, 0, 0, 0, 0, 0, 1)
                ON CONFLICT (workspace_id, code_id, day)
                DO UPDATE SET replies_sent = replies_sent + 1
                """, parameters: "f.workspace_id, f.code_id, f.day"),
        Step(
            statement: """
                INSERT INTO account_days (workspace_id, account_id, day, scans, scanners,
                    new_scanners, new_followers, unfollowed, replies_sent, replies_failed,
                    replies_too_late, replies_unknown)
                VALUES (?, ?, ?, 0, 0, 0, 0, 0, 1, 0, 0, 0)
                ON CONFLICT (workspace_id, account_id, day)
                DO UPDATE SET replies_sent = replies_sent + 1
                """, parameters: "f.workspace_id, f.account_id, f.day"),
        Step(
            statement: """
                INSERT INTO code_counts (workspace_id, code_id, scans, scanners, new_scanners,
                    new_followers, unfollowed, replies_sent, replies_received, new_scans)
                VALUES (?, ?, 0, 0, 0, 0, 0, 1, 1, 0)
                ON CONFLICT (workspace_id, code_id) DO UPDATE SET
                replies_sent = replies_sent + 1, replies_received = replies_received + 1
                """, parameters: "f.workspace_id, f.code_id"),
        Step(statement: "DELETE FROM jobs WHERE workspace_id = ? AND id = ?", parameters: job),
    ]
}
