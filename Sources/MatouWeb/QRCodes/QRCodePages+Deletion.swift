import HTTP
import Matou

/// The deleted codes of the selected account, with a way back for each.
extension QRCodePages {
    @Sendable func deleted(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        let account = try await renderer.selectedAccount(visit)
        let address = PageAddress(visit.request, keeping: ["cursor"])
        let (page, counts) = try await installation.qrCodes.deletedPage(
            of: account?.id,
            after: visit.cursor(of: QRCode.deletedSort), for: visit.principal)
        let names = try await installation.members.names(
            of: Set(page.elements.compactMap(\.deletedBy)), for: visit.principal)
        let now = installation.clock.now()
        let mayRestore = visit.principal.role >= .editor
        let rows = page.elements.map { code in
            DeletedCodesView.Row(
                path: code.path, name: code.name,
                scans: wording.number(counts[code.id]?.scans ?? 0),
                scanners: wording.number(counts[code.id]?.scanners ?? 0),
                deleted: code.deletedAt.map { wording.date($0, now: now) } ?? "",
                by: code.deletedBy.map { names[$0] ?? $0 } ?? "",
                restorePath: mayRestore ? code.path + "/restorations" : nil)
        }
        let pager = Pager(
            total: "", sizes: [],
            firstPath: address.hasCursor ? address.with("cursor", nil).text : nil,
            nextPath: page.next.map { address.with("cursor", $0.text).text })
        return try await renderer.page(
            "qr-codes/deleted",
            DeletedCodesView(list: rows.isEmpty ? nil : .init(codes: rows, pager: pager)),
            title: wording("qr-codes.deleted-codes"), in: visit)
    }
}

/// The deleted codes, as their template shows them.
struct DeletedCodesView: Sendable {
    let list: List?

    struct List: Sendable {
        let codes: [Row]
        let pager: Pager
    }

    struct Row: Sendable {
        let path: String
        let name: String
        let scans: String
        let scanners: String
        let deleted: String
        let by: String
        let restorePath: String?
    }
}
