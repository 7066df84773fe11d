import SQL

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
