package import SQL
package import Sheets

/// The people who scanned a code, as the list under its figures is filtered: with the columns that
/// the manuals name first, and then the others of that list.
package struct ScannersExport: ExportKind {
    package static let name = "scanners"

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

    package func heads(in context: ExportContext) -> [String] {
        context.heads([
            "openid", "follower-tags", "scanned", "reply", "reply-failure", "scanner-kind",
            "scans", "first-scan", "has-unfollowed", "contact-name",
        ])
    }

    package func fileName(
        on connection: any Connection, for principal: Principal, title: String
    ) throws -> String {
        guard let found = try connection.qrCode(evenDeleted: code, in: principal.workspace) else {
            throw Refusal.missing
        }
        return "\(found.name) \(title)"
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
                reply.status(in: context), Cell(reply.reason(in: context)),
                .text(
                    context.text(person.isNew ? "metric.new-scanners" : "metric.existing-scanners")),
                .integer(person.scans), context.time(person.firstScanAt),
                context.answer(person.isUnfollowed), Cell(names[key]),
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
