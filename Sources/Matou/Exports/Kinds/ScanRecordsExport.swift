package import SQL
package import Sheets

/// Every scan of some codes in one table; a column says whose scan it was.
package struct ScanRecordsExport: CodesExportKind {
    package static let name = "scan_records"
    package static let title = ExportText("扫码记录", "Scan records")

    package let codes: QRCodeSelection

    package init(of codes: QRCodeSelection) { self.codes = codes }

    package var columns: [ExportText] {
        [
            ExportText("二维码名称", "QR code name"), ExportText("二维码 ID", "QR code ID"),
            ExportText("OpenID", "OpenID"), ExportText("粉丝标签", "Follower tags"),
            ExportText("扫码时间", "Scan time"), ExportText("回复状态", "Reply status"),
            ExportText("未送达原因", "Why not sent"), ExportText("方式", "How"),
            ExportText("当时状态", "Status then"),
        ]
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
                .text(context.text(reply.status.exported)), Cell(reply.reason(context.language)),
                .text(
                    context.text(
                        scan.isFollow
                            ? ExportText("扫码关注", "Scanned and followed")
                            : ExportText("扫码", "Scanned"))),
                Cell(scan.state.map { context.text($0.exported) }),
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

extension Fact.CodeState {
    fileprivate var exported: ExportText {
        switch self {
        case .inEffect: ExportText("进行中", "In progress")
        case .beforeStart: ExportText("开始之前", "Before its start")
        case .afterEnd: ExportText("到期之后", "After its end")
        case .deleted: ExportText("已删除", "Deleted")
        }
    }
}
