package import SQL

extension Connection {
    /// Scanners of a code as rows, in place of as many callbacks: `o1`, `o2` and so on.
    ///
    /// - Parameter time: of the first scan in milliseconds; each of the others is one later.
    package func addScanners(_ count: Int, of code: String, from time: Int64) throws {
        try run(
            """
            INSERT INTO code_scanners (workspace_id, code_id, openid, account_id, first_scan_at,
                first_scan_day, first_scan_key, is_new, last_scan_at, last_scan_seq, scans,
                unfollowed, replies_sent)
            WITH RECURSIVE numbers (n) AS (
                SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(count))
            SELECT workspace_id, id, 'o' || n, account_id, \(time) + n, 20261121, 'k' || n, n % 2,
                \(time) + n, n, 1, 0, 0
            FROM numbers JOIN qr_codes ON id = \(code)
            """)
    }
}
