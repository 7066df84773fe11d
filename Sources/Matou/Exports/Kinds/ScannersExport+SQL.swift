import SQL
import Sheets

extension Connection {
    /// The openids that the filter meets, in its order.
    func eachScanner(
        of code: QRCode.ID, _ filter: ScannerFilter, in workspace: Workspace.ID,
        _ body: (String) throws -> Bool
    ) throws {
        try eachKey(
            """
            SELECT openid FROM code_scanners
            WHERE \(fragment: filter.conditions(of: code, after: nil, in: workspace))
            ORDER BY \(fragment: filter.order)
            """, body)
    }

    /// Scanners by openid, without what only a page shows of them.
    func scanners(
        of code: QRCode.ID, _ openids: [String], in workspace: Workspace.ID
    ) throws -> [String: ExportedScanner] {
        var people: [String: ExportedScanner] = [:]
        people.reserveCapacity(openids.count)
        try each(
            """
            SELECT openid, is_new, unfollowed, first_scan_at, last_scan_at, last_scan_seq, scans
            FROM code_scanners
            WHERE workspace_id = \(workspace) AND code_id = \(code) AND openid IN \(list: openids)
            """
        ) { row in
            people[try row.get("openid")] = ExportedScanner(
                isNew: try row.get("is_new"), isUnfollowed: try row.get("unfollowed"),
                firstScanAt: try row.get("first_scan_at"),
                lastScanAt: try row.get("last_scan_at"), lastScan: try row.get("last_scan_seq"),
                scans: try row.get("scans"))
        }
        return people
    }
}
