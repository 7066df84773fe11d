import SQL

/// A person's standing with one code: what makes its figures independent of the order of facts.
struct CodeScanner: Equatable {
    let code: QRCode.ID
    let openid: String
    private(set) var firstScan: Moment
    private(set) var firstScanDay: Day
    private(set) var lastScanAt: Timestamp
    private(set) var lastScanSeq: Int64
    private(set) var scans: Int
    private(set) var isUnfollowed: Bool
    let repliesSent: Int

    /// A scanner is new when their first scan of the code was a follow.
    var isNew: Bool { firstScan.rank == Moment.rank(of: .subscribe) }

    /// A person's first scan of the code to arrive.
    init(_ fact: Fact, of code: QRCode.ID, openid: String, _ changes: inout CountChanges) {
        self.code = code
        self.openid = openid
        firstScan = fact.moment
        firstScanDay = fact.day
        lastScanAt = fact.occurredAt
        lastScanSeq = fact.seq
        scans = 1
        isUnfollowed = false
        repliesSent = 0
        changes.change(code, on: fact.day) { $0.scans += 1 }
        countFirstScan(1, &changes)
        countScansOfNew(1, &changes)
    }

    /// A further scan, which may have happened before those that arrived earlier.
    mutating func take(_ fact: Fact, _ changes: inout CountChanges) {
        // Whether they are new may change with the fact, and then for all of their scans.
        countScansOfNew(-1, &changes)
        defer { countScansOfNew(1, &changes) }
        scans += 1
        changes.change(code, on: fact.day) { $0.scans += 1 }
        if (fact.occurredAt, fact.seq) > (lastScanAt, lastScanSeq) {
            lastScanAt = fact.occurredAt
            lastScanSeq = fact.seq
        }
        if fact.moment < firstScan {
            countFirstScan(-1, &changes)
            firstScan = fact.moment
            firstScanDay = fact.day
            countFirstScan(1, &changes)
        }
    }

    /// Takes in whether the person has left since their first scan. The loss stands on the day of it.
    ///
    /// - Parameter previous: the turn that this row was counted with.
    mutating func take(
        _ follower: Follower, since previous: Follower.Turn?, _ changes: inout CountChanges
    ) {
        if isUnfollowed, let previous {
            changes.change(code, on: previous.day) { $0.unfollowed -= 1 }
        }
        isUnfollowed = follower.hasUnfollowed(since: firstScan)
        if isUnfollowed, let turn = follower.turn {
            changes.change(code, on: turn.day) { $0.unfollowed += 1 }
        }
    }

    private func countScansOfNew(_ sign: Int, _ changes: inout CountChanges) {
        guard isNew else { return }
        changes.change(code, on: firstScanDay) { $0.newScans += sign * scans }
    }

    private func countFirstScan(_ sign: Int, _ changes: inout CountChanges) {
        changes.change(code, on: firstScanDay) { counts in
            counts.scanners += sign
            if isNew { counts.newScanners += sign }
        }
    }
}

extension Connection {
    func scanner(
        _ openid: String, of code: QRCode.ID, in workspace: Workspace.ID
    ) throws -> CodeScanner? {
        try row(
            """
            SELECT \(fragment: scannerColumns) FROM code_scanners
            WHERE workspace_id = \(workspace) AND code_id = \(code) AND openid = \(openid)
            """
        ).map(CodeScanner.init)
    }

    /// The person's standing with every code of the account that they scanned.
    func scanners(
        _ openid: String, of account: Account.ID, in workspace: Workspace.ID
    ) throws -> [CodeScanner] {
        try rows(
            """
            SELECT \(fragment: scannerColumns) FROM code_scanners
            WHERE workspace_id = \(workspace) AND account_id = \(account) AND openid = \(openid)
            """
        ).map(CodeScanner.init)
    }

    /// Notes one more reply item that WeChat accepted.
    ///
    /// - Returns: how many that makes; nil for somebody who has not scanned the code.
    func addReply(
        to openid: String, of code: QRCode.ID, in workspace: Workspace.ID
    ) throws -> Int? {
        // A column that no index has: the rest of the row stays as it is.
        try value(
            """
            UPDATE code_scanners SET replies_sent = replies_sent + 1
            WHERE workspace_id = \(workspace) AND code_id = \(code) AND openid = \(openid)
            RETURNING replies_sent
            """)
    }

    func save(
        _ scanner: CodeScanner, of account: Account.ID, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            INSERT INTO code_scanners (workspace_id, code_id, openid, account_id, first_scan_at,
                first_scan_day, first_scan_key, is_new, last_scan_at, last_scan_seq, scans,
                unfollowed, replies_sent)
            VALUES (\(workspace), \(scanner.code), \(scanner.openid), \(account),
                \(scanner.firstScan.at), \(scanner.firstScanDay), \(scanner.firstScan.key),
                \(scanner.isNew), \(scanner.lastScanAt), \(scanner.lastScanSeq),
                \(scanner.scans), \(scanner.isUnfollowed), \(scanner.repliesSent))
            ON CONFLICT (workspace_id, code_id, openid) DO UPDATE SET
                first_scan_at = excluded.first_scan_at, first_scan_day = excluded.first_scan_day,
                first_scan_key = excluded.first_scan_key, is_new = excluded.is_new,
                last_scan_at = excluded.last_scan_at, last_scan_seq = excluded.last_scan_seq,
                scans = excluded.scans, unfollowed = excluded.unfollowed,
                replies_sent = excluded.replies_sent
            """)
    }
}

private let scannerColumns: Statement = """
    code_id, openid, first_scan_at, first_scan_day, first_scan_key, is_new, last_scan_at,
    last_scan_seq, scans, unfollowed, replies_sent
    """

extension CodeScanner {
    fileprivate init(_ row: Row) throws {
        code = try row.get("code_id")
        openid = try row.get("openid")
        let isNew: Bool = try row.get("is_new")
        firstScan = Moment(
            at: try row.get("first_scan_at"),
            rank: Moment.rank(of: isNew ? .subscribe : .scan), key: try row.get("first_scan_key"))
        firstScanDay = try row.get("first_scan_day")
        lastScanAt = try row.get("last_scan_at")
        lastScanSeq = try row.get("last_scan_seq")
        scans = try row.get("scans")
        isUnfollowed = try row.get("unfollowed")
        repliesSent = try row.get("replies_sent")
    }
}
