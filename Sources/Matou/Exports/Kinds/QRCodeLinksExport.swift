package import SQL
package import Sheets

/// The links of some codes, for whoever prints them or puts them into pages.
package struct QRCodeLinksExport: CodesExportKind {
    package static let name = "qr_code_links"
    package static let title = ExportText("二维码链接", "QR code links")

    package let codes: QRCodeSelection
    /// Scheme, host and port of the public pages, without a final slash.
    let publicURL: String

    package init(of codes: QRCodeSelection, publicURL: String) {
        self.codes = codes
        self.publicURL = publicURL
    }

    package var columns: [ExportText] {
        [
            ExportText("公众号名称", "Official Account name"),
            ExportText("二维码类型", "QR code type"), ExportText("二维码名称", "QR code name"),
            ExportText("二维码 ID", "QR code ID"), ExportText("二维码 URL", "QR code URL"),
            ExportText("有效期", "TTL"), ExportText("到期时间", "Expires"),
            ExportText("下载页链接", "Download page"),
        ]
    }

    package func rows(
        of keys: [String], on connection: any Connection, in context: ExportContext
    ) throws -> [[Cell]] {
        let codes = try connection.exportedCodes(keys, in: context)
        let accounts = try connection.accountNames(in: context.workspace.id)
        return keys.compactMap { key in
            guard let code = codes[key] else { return nil }
            return [
                .text(accounts[code.account] ?? ""), .text(code.kind.exported(context.language)),
                .text(code.name), .text(code.id.text), Cell(code.made?.content),
                .text(code.kind.lifeExported(context.language)),
                context.time(code.made?.expiresAt), .text("\(publicURL)/c/\(code.slug)"),
            ]
        }
    }
}

extension QRCode.Kind {
    func exported(_ language: ExportLanguage) -> String {
        switch self {
        case .temporary: ExportText("临时", "Temporary")(language)
        case .permanent: ExportText("永久", "Permanent")(language)
        }
    }

    /// Its time to live, in days where it is whole days.
    func lifeExported(_ language: ExportLanguage) -> String {
        guard case .temporary(let seconds) = self else {
            return ExportText("永久有效", "Never expires")(language)
        }
        let days = seconds / 86_400
        if seconds % 86_400 == 0 { return ExportText("\(days) 天", "\(days) days")(language) }
        return ExportText("\(seconds) 秒", "\(seconds) seconds")(language)
    }
}
