import HTTP
import Imaging
import Matou

/// The pages of official-account codes.
struct QRCodePages: Pages {
    /// People of the list under the figures: a screenful.
    private static let scannersShown = 20

    let installation: Installation
    let settings: SiteSettings
    let renderer: PageRenderer
    let pictures: CodePictures

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/qr-codes", list),
            PageRoute(.post, "/qr-codes/columns", chooseColumns),
            PageRoute(.post, "/qr-codes/selection", act),
            PageRoute(
                .post, "/qr-codes/images", images, bodyBytesMax: LogoPages.bodyBytesMax + 1 << 20,
                fileBytesMax: Logo.fileBytesMax),
            PageRoute(.post, "/qr-codes/deletions", deleteSelection, for: .editor),
            PageRoute(.post, "/qr-codes/taggings", tagSelection, for: .editor),
            PageRoute(.post, "/qr-codes/undos", undo, for: .editor),
            PageRoute(.get, "/qr-codes/new", new, for: .editor),
            PageRoute(
                .post, "/qr-codes", create, for: .editor, bodyBytesMax: Self.formBytesMax,
                fileBytesMax: Material.bytesMax),
            PageRoute(.post, "/qr-codes/preview", preview, for: .editor),
            PageRoute(.get, "/qr-codes/deleted", deleted),
            PageRoute(.get, "/qr-codes/{id}", show),
            PageRoute(.get, "/qr-codes/{id}/image", image),
            PageRoute(.get, "/qr-codes/{id}/edit", edit, for: .editor),
            PageRoute(
                .post, "/qr-codes/{id}", change, for: .editor, bodyBytesMax: Self.formBytesMax,
                fileBytesMax: Material.bytesMax),
            PageRoute(.post, "/qr-codes/{id}/retry", retry, for: .editor),
            PageRoute(.get, "/qr-codes/{id}/delete", confirmDeletion, for: .editor),
            PageRoute(.post, "/qr-codes/{id}/delete", delete, for: .editor),
        ]
    }

    @Sendable private func show(_ visit: Visit, _ id: QRCode.ID) async throws -> Response {
        let code = try await installation.qrCodes.find(evenDeleted: id, for: visit.principal)
        return try await show(code, visit)
    }

    private func show(_ code: QRCode, _ visit: Visit) async throws -> Response {
        let principal = visit.principal
        let trend = TrendQuery(
            visit, today: installation.clock.now().day(in: visit.workspace.timeZone))
        var filter = ScannerFilter()
        filter.group = visit.query("kind") ?? .all
        filter.sort = visit.query("sort") ?? .latest
        filter.openid = visit.text("openid")
        let scanners = try await installation.stats.scanners(
            of: code.id, filter,
            after: visit.cursor(of: filter.sort.rawValue), limit: Self.scannersShown,
            for: principal)
        let context = QRCodeShowContext(
            code: code,
            account: try await installation.accounts.find(code.account, for: principal),
            report: try await installation.stats.report(of: code.id, trend.days, for: principal),
            references: try await installation.qrCodes.references(
                of: code.reply.items, on: code.account, withDeleted: true, for: principal),
            names: try await installation.members.names(
                of: [code.createdBy, code.updatedBy, code.deletedBy ?? code.createdBy],
                for: principal),
            mayEdit: principal.role >= .editor, settings: settings,
            address: PageAddress(
                visit.request,
                keeping: TrendQuery.names + ["kind", "sort", "openid", "cursor", "logo"]),
            hasLogo: code.design.logo != nil,
            filter: filter, trend: trend, now: installation.clock.now(),
            wording: renderer.wording(visit))
        let view = QRCodeShowView(
            context,
            scanners: ScannersView(scanners, context))
        return try await renderer.page("qr-codes/show", view, title: code.name, in: visit)
    }

    @Sendable private func image(_ visit: Visit, _ id: QRCode.ID) async throws -> Response {
        var response = try await pictures.answer(
            to: visit.request, for: try await code(id, visit), in: visit.workspace.id)
        // The text of a code never changes once it is made, its looks may.
        response.fields["Cache-Control"] = "private, no-cache"
        return try response.unlessKnown(to: visit.request)
    }

    @Sendable private func retry(_ visit: Visit, _ id: QRCode.ID) async throws -> Response {
        let code = try await installation.qrCodes.retry(id, by: visit.principal)
        return .redirect(to: code.path, notice: notice(of: code, renderer.wording(visit)))
    }

    @Sendable private func confirmDeletion(
        _ visit: Visit, _ id: QRCode.ID
    ) async throws -> Response {
        let code = try await code(id, visit)
        let wording = renderer.wording(visit)
        let report = try await installation.stats.report(
            of: code.id, ReportDays(last: 1), for: visit.principal)
        let view = QRCodeDeletionView(
            code, report.counts, now: installation.clock.now(), wording)
        return try await renderer.page(
            "qr-codes/delete", view, title: wording("qr-codes.delete"), in: visit)
    }

    @Sendable private func delete(_ visit: Visit, _ id: QRCode.ID) async throws -> Response {
        let code = try await code(id, visit)
        try await installation.qrCodes.delete(code.id, by: visit.principal)
        let text = renderer.wording(visit)("qr-codes.done.deleted", ["name": code.name])
        return .redirect(to: code.path, notice: Notice(.good, text))
    }

    func code(_ id: QRCode.ID, _ visit: Visit) async throws -> QRCode {
        try await installation.qrCodes.find(id, for: visit.principal)
    }

    /// What is said after a code was made or tried again.
    func notice(of code: QRCode, _ wording: Wording) -> Notice {
        if case .failed = code.making { return Notice(.bad, wording("qr-codes.done.failed")) }
        return Notice(.good, wording("qr-codes.done.created"))
    }
}

/// The question before a code is deleted: its words depend on what would stop.
struct QRCodeDeletionView: Sendable {
    let question: String
    let warning: Notice
    let code: Code

    struct Code: Sendable {
        let path: String
        let name: String
        let status: Chip
        let scans: String
        let scanners: String
    }

    init(_ code: QRCode, _ counts: CodeCounts, now: Timestamp, _ wording: Wording) {
        question = wording("qr-codes.delete.question", ["name": code.name])
        let isLive = [.inEffect, .notInEffect].contains(code.status(at: now))
        warning = Notice(
            isLive ? .warn : .plain,
            wording(isLive ? "qr-codes.delete.live" : "qr-codes.delete.over"))
        self.code = Code(
            path: code.path, name: code.name, status: code.statusChip(wording, now: now),
            scans: wording.number(counts.scans), scanners: wording.number(counts.scanners))
    }
}
