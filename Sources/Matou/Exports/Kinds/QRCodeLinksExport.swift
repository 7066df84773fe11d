package import SQL
package import Sheets

/// The links of some codes, for whoever prints them or puts them into pages.
package struct QRCodeLinksExport: CodesExportKind {
    package static let name = "qr_code_links"

    package let codes: QRCodeSelection
    /// Scheme, host and port of the public pages, without a final slash.
    let publicURL: String

    package init(of codes: QRCodeSelection, publicURL: String) {
        self.codes = codes
        self.publicURL = publicURL
    }

    package func heads(in context: ExportContext) -> [String] {
        context.heads([
            "account", "code-type", "code", "code-id", "content", "lifetime", "expires",
            "download-page",
        ])
    }

    package func rows(
        of keys: [String], on connection: any Connection, in context: ExportContext
    ) throws -> [[Cell]] {
        let codes = try connection.exportedCodes(keys, in: context)
        let accounts = try connection.accountNames(in: context.workspace.id)
        return keys.compactMap { key in
            guard let code = codes[key] else { return nil }
            return [
                .text(accounts[code.account] ?? ""), context.type(of: code),
                .text(code.name), .text(code.id.text), Cell(code.made?.content),
                context.lifetime(of: code),
                context.time(code.made?.expiresAt), .text("\(publicURL)/c/\(code.slug)"),
            ]
        }
    }
}

extension ExportContext {
    func type(of code: QRCode) -> Cell { .text(text("qr-codes.type.\(code.kind.name.rawValue)")) }

    /// Its time to live, in days where it is whole days.
    func lifetime(of code: QRCode) -> Cell {
        guard case .temporary(let seconds) = code.kind else {
            return .text(text("exports.lifetime.unlimited"))
        }
        return seconds % 86_400 == 0
            ? .text(text("exports.lifetime.days", ["days": String(seconds / 86_400)]))
            : .text(text("exports.lifetime.seconds", ["seconds": String(seconds)]))
    }
}
