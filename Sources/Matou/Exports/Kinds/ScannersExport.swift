package import SQL
package import Sheets

/// The people who scanned a code, as the list under its figures is filtered: with the columns that
/// the manuals name first, and then the others of that list.
package struct ScannersExport: ExportKind {
    package static let name = "scanners"
    package static let title = ExportText("扫码粉丝", "Scanners")

    let code: QRCode.ID
    let group: ScannerFilter.Group
    let openid: String
    let sort: ScannerFilter.Sort

    package init(of code: QRCode.ID, _ filter: ScannerFilter) {
        self.code = code
        group = filter.group
        openid = filter.openid
        sort = filter.sort
    }

    private var filter: ScannerFilter {
        var filter = ScannerFilter()
        filter.group = group
        filter.openid = openid
        filter.sort = sort
        return filter
    }

    package var columns: [ExportText] {
        [
            ExportText("OpenID", "OpenID"), ExportText("粉丝标签", "Follower tags"),
            ExportText("扫码时间", "Scan time"), ExportText("回复状态", "Reply status"),
            ExportText("未送达原因", "Why not sent"), ExportText("粉丝类型", "Kind"),
            ExportText("扫码次数", "Scans"), ExportText("首次扫码时间", "First scan"),
            ExportText("已取关", "Unfollowed"), ExportText("联系人姓名", "Contact name"),
        ]
    }

    package func fileName(
        on connection: any Connection, for principal: Principal, _ language: ExportLanguage
    ) throws -> String {
        guard let found = try connection.qrCode(evenDeleted: code, in: principal.workspace) else {
            throw Refusal.missing
        }
        return "\(found.name) \(Self.title(language))"
    }

    package func eachKey(
        on connection: any Connection, in context: ExportContext,
        _ body: (String) throws -> Bool
    ) throws {
        try connection.eachScanner(of: code, filter, in: context.workspace.id, body)
    }

    package func rows(
        of keys: [String], on connection: any Connection, in context: ExportContext
    ) throws -> [[Cell]] {
        let workspace = context.workspace.id
        let people = try connection.scanners(of: code, keys, in: workspace)
        let replies = try connection.replyOutcomes(
            of: people.values.map(\.lastScan), in: workspace)
        let account = try connection.qrCode(evenDeleted: code, in: workspace)?.account
        let tags =
            try account.map { try connection.followerTagNames(of: keys, $0, in: workspace) } ?? [:]
        let names =
            try account.map { try connection.contactNames(of: keys, on: $0, in: workspace) } ?? [:]
        return keys.compactMap { key in
            guard let person = people[key] else { return nil }
            let reply = replies[person.lastScan] ?? .none
            return [
                .text(key), context.list(tags[key]), context.time(person.lastScanAt),
                .text(context.text(reply.status.exported)), Cell(reply.reason(context.language)),
                .text(
                    context.text(
                        person.isNew
                            ? ExportText("新粉丝", "New") : ExportText("老粉丝", "Existing"))),
                .integer(person.scans), context.time(person.firstScanAt),
                .text(
                    context.text(person.isUnfollowed ? .yes : .no)),
                Cell(names[key]),
            ]
        }
    }
}

struct ExportedScanner {
    let isNew: Bool
    let isUnfollowed: Bool
    let firstScanAt: Timestamp
    let lastScanAt: Timestamp
    let lastScan: Int64
    let scans: Int
}
