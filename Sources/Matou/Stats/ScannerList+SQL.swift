import SQL

extension Connection {
    func scanners(
        of code: QRCode.ID, _ filter: ScannerFilter, after cursor: Cursor?, limit: Int,
        in workspace: Workspace.ID
    ) throws -> Page<Scanner> {
        let rows = try rows(
            """
            SELECT openid, account_id, is_new, unfollowed, first_scan_at, last_scan_at, last_scan_seq, scans
            FROM code_scanners
            WHERE \(fragment: filter.conditions(of: code, after: cursor, in: workspace))
            ORDER BY \(fragment: filter.order) LIMIT \(limit + 1)
            """)
        let sends = try replySends(of: rows.map { try $0.get("last_scan_seq") }, in: workspace)
        // A code is of one account.
        let account: Account.ID? = try rows.first?.get("account_id")
        let openids: [String] = try rows.map { try $0.get("openid") }
        let tags = try account.map { try followerTaggings(of: openids, $0, in: workspace) }
        let names = try account.map { try contactNames(of: openids, on: $0, in: workspace) }
        let scanners = try rows.map { row in
            try Scanner(
                row, name: names?[try row.get("openid")],
                items: sends[try row.get("last_scan_seq")] ?? [],
                followerTags: tags?[try row.get("openid")] ?? [])
        }
        return Page(scanners, limit: limit) {
            Cursor(
                sort: filter.sort.rawValue, at: $0.lastScanAt, id: $0.openid)
        }
    }
}
