package import SQL
package import Sheets

/// The list of codes with its figures.
package struct QRCodesExport: CodesExportKind {
    package static let name = "qr_codes"

    package let codes: QRCodeSelection

    package init(of codes: QRCodeSelection) { self.codes = codes }

    package func heads(in context: ExportContext) -> [String] {
        context.heads([
            "account", "code", "code-id", "type", "status", "group", "source", "scans",
            "scanners", "new-scanners", "existing-scanners", "new-followers", "unfollowed",
            "replies-sent", "replies-received", "starts", "expires", "creator", "created",
            "updater", "updated",
        ])
    }

    package func rows(
        of keys: [String], on connection: any Connection, in context: ExportContext
    ) throws -> [[Cell]] {
        let workspace = context.workspace.id
        let codes = try connection.exportedCodes(keys, in: context)
        let counts = try connection.counts(of: codes.values.map(\.id), in: workspace)
        let accounts = try connection.accountNames(in: workspace)
        let people = try connection.actorNames(
            Set(codes.values.flatMap { [$0.createdBy, $0.updatedBy] }), in: workspace)
        return keys.compactMap { key in
            guard let code = codes[key] else { return nil }
            let counts = counts[code.id] ?? CodeCounts()
            let configuration: [Cell] = [
                Cell(accounts[code.account]), .text(code.name), .text(code.id.text),
                context.type(of: code),
                .text(context.text("qr-codes.status.\(code.status(at: context.now).rawValue)")),
                Cell(code.group?.name), Cell(code.source),
            ]
            let figures: [Cell] = [
                counts.scans, counts.scanners, counts.newScanners, counts.existingScanners,
                counts.newFollowers, counts.unfollowed, counts.repliesSent,
                counts.repliesReceived,
            ].map(Cell.integer)
            let record: [Cell] = [
                context.time(code.startsAt), context.time(code.made?.expiresAt),
                .text(people[code.createdBy] ?? code.createdBy), context.time(code.createdAt),
                .text(people[code.updatedBy] ?? code.updatedBy), context.time(code.updatedAt),
            ]
            return configuration + figures + record
        }
    }
}
