package import SQL
package import Sheets

/// The list of codes with its figures.
package struct QRCodesExport: CodesExportKind {
    package static let name = "qr_codes"
    package static let title = ExportText("二维码列表", "QR codes")

    package let codes: QRCodeSelection

    package init(of codes: QRCodeSelection) { self.codes = codes }

    package var columns: [ExportText] {
        [
            ExportText("公众号名称", "Official Account name"),
            ExportText("二维码名称", "QR code name"), ExportText("二维码 ID", "QR code ID"),
            ExportText("类型", "Type"), ExportText("状态", "Status"), ExportText("分组", "Group"),
            ExportText("来源渠道", "Source channel"), ExportText("扫码次数", "Scans"),
            ExportText("总扫码人数", "Total scanners"), ExportText("新扫码人数", "New scanners"),
            ExportText("老粉扫码人数", "Existing scanners"), ExportText("新关注人数", "New followers"),
            ExportText("总取关人数", "Total unfollows"), ExportText("回复发送数", "Replies sent"),
            ExportText("回复人数", "People replied to"), ExportText("开始时间", "Starts"),
            ExportText("到期时间", "Expires"), ExportText("创建人", "Creator"),
            ExportText("创建时间", "Created"), ExportText("更新人", "Updated by"),
            ExportText("更新时间", "Updated"),
        ]
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
                .text(code.kind.exported(context.language)),
                .text(context.text(code.status(at: context.now).exported)),
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

extension QRCode.Status {
    fileprivate var exported: ExportText {
        switch self {
        case .notInEffect: ExportText("未生效", "Not in effect")
        case .inEffect: ExportText("进行中", "In progress")
        case .expired: ExportText("已过期", "Expired")
        case .creationFailed: ExportText("创建失败", "Creation failed")
        }
    }
}
