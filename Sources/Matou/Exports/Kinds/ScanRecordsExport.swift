package import SQL
package import Sheets

/// Every scan of some codes in one table; a column says whose scan it was.
package struct ScanRecordsExport: CodesExportKind {
    package static let name = "scan_records"

    package let codes: QRCodeSelection

    package init(of codes: QRCodeSelection) { self.codes = codes }

    package func heads(in context: ExportContext) -> [String] {
        context.heads([
            "code", "code-id", "openid", "follower-tags", "scanned", "reply",
            "reply-failure", "way", "status-then",
        ])
    }

    package func eachKey(
        on connection: any Connection, in context: ExportContext,
        _ body: (String) throws -> Bool
    ) throws {
        let workspace = context.workspace.id
        do {
            try codes.eachID(on: connection, in: context) { code in
                try connection.each(
                    """
                    SELECT seq FROM facts
                    WHERE workspace_id = \(workspace) AND code_id = \(code)
                        AND kind IN (\(Fact.Kind.subscribe), \(Fact.Kind.scan))
                    ORDER BY occurred_at, seq
                    """
                ) { row in
                    guard case .integer(let seq) = row.values[0], try body(String(seq)) else {
                        throw EnoughKeys()
                    }
                }
            }
        } catch is EnoughKeys {}
    }

    package func rows(
        of keys: [String], on connection: any Connection, in context: ExportContext
    ) throws -> [[Cell]] {
        let workspace = context.workspace.id
        let seqs = keys.compactMap(Int64.init)
        var scans: [Int64: Scan] = [:]
        scans.reserveCapacity(seqs.count)
        try connection.each(
            """
            SELECT seq, kind, account_id, occurred_at, person, code_id, code_state FROM facts
            WHERE workspace_id = \(workspace) AND seq IN \(list: seqs)
            """
        ) { row in
            scans[try row.get("seq")] = Scan(
                isFollow: try row.get("kind", as: Fact.Kind.self) == .subscribe,
                account: try row.get("account_id"), at: try row.get("occurred_at"),
                person: try row.optional("person") ?? "",
                code: try row.get("code_id"), state: try row.optional("code_state"))
        }
        let names = try connection.codeNames(Set(scans.values.map(\.code)), in: workspace)
        let replies = try connection.replyOutcomes(of: seqs, in: workspace)
        let people = Dictionary(grouping: scans.values, by: \.account)
        let tags = try people.mapValues { scans in
            try connection.followerTagNames(
                of: Array(Set(scans.map(\.person))), scans[0].account, in: workspace)
        }
        return seqs.compactMap { seq in
            guard let scan = scans[seq] else { return nil }
            let reply = replies[seq] ?? .none
            return [
                .text(names[scan.code]?.name ?? ""), .text(scan.code.text), .text(scan.person),
                context.list(tags[scan.account]?[scan.person]), context.time(scan.at),
                reply.status(in: context), Cell(reply.reason(in: context)),
                .text(context.text(scan.isFollow ? "exports.way.follow" : "exports.way.scan")),
                Cell(scan.state.map { context.text("exports.status-then.\($0.rawValue)") }),
            ]
        }
    }

    private struct Scan {
        let isFollow: Bool
        let account: Account.ID
        let at: Timestamp
        let person: String
        let code: QRCode.ID
        let state: Fact.CodeState?
    }
}
