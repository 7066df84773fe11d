import HTTP
import Matou

/// Explains a number: `/qr-codes/{id}/figures/{metric}`, the rows that make a figure of a code; and
/// `/figures/{metric}`, the codes that make one of the selected account.
struct FigurePages: Pages {
    let installation: Installation
    let renderer: PageRenderer

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/qr-codes/{id}/figures/{metric}", ofCode),
            PageRoute(.get, "/figures/{metric}", ofAccount),
        ]
    }

    @Sendable private func ofCode(
        _ visit: Visit, _ id: QRCode.ID, _ metric: Metric
    ) async throws -> Response {
        let code = try await installation.qrCodes.find(evenDeleted: id, for: visit.principal)
        let filter = try FigureFilter(
            metric, from: visit.query("from"), to: visit.query("to"))
        let page = try await installation.stats.figure(
            filter, of: code.id,
            after: visit.cursor(of: FigurePage.sort), for: visit.principal)
        let wording = renderer.wording(visit)
        let view = FigureView(
            page, filter, of: code,
            at: PageAddress(visit.request, keeping: ["from", "to", "cursor"]), wording)
        return try await renderer.page(
            "figures/of-code", view, title: view.label, in: visit)
    }

    @Sendable private func ofAccount(_ visit: Visit, _ metric: Metric) async throws -> Response {
        guard let account = try await renderer.selectedAccount(visit) else {
            throw Refusal.missing
        }
        let filter = try FigureFilter(
            metric, from: visit.query("from"), to: visit.query("to"))
        let (figure, shares) = try await installation.stats.shares(
            of: filter, on: account.id,
            after: visit.cursor(of: metric.rawValue), for: visit.principal)
        let wording = renderer.wording(visit)
        let view = AccountFigureView(
            figure, shares, filter, account: account.name,
            at: PageAddress(visit.request, keeping: ["from", "to", "cursor"]), wording)
        return try await renderer.page(
            "figures/of-account", view, title: view.label, in: visit)
    }
}

extension Metric {
    /// The part of its keys in the locales, `new-followers`.
    var key: String { rawValue.replacing("_", with: "-") }
}

extension QRCode {
    /// Where a figure of the code opens to its rows.
    func path(to metric: Metric) -> String { "\(path)/figures/\(metric.rawValue)" }
}
