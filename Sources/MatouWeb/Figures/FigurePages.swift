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
        let query = FigureQuery(visit, metric)
        let page = try await installation.stats.figure(
            query.filter, of: code.id,
            after: visit.cursor(of: FigurePage.sort), for: visit.principal)
        let wording = renderer.wording(visit)
        let view = FigureView(
            page, query, of: code,
            at: PageAddress(visit.request, keeping: TypedDays.names + ["cursor"]), wording)
        return try await renderer.page(
            "figures/of-code", view, title: view.label, in: visit,
            status: query.fault == nil ? .ok : .unprocessableContent)
    }

    @Sendable private func ofAccount(_ visit: Visit, _ metric: Metric) async throws -> Response {
        guard let account = try await renderer.selectedAccount(visit) else {
            throw Refusal.missing
        }
        let query = FigureQuery(visit, metric)
        let (figure, shares) = try await installation.stats.shares(
            of: query.filter, on: account.id,
            after: visit.cursor(of: metric.rawValue), for: visit.principal)
        let wording = renderer.wording(visit)
        let view = AccountFigureView(
            figure, shares, query, account: account.name,
            at: PageAddress(visit.request, keeping: TypedDays.names + ["cursor"]), wording)
        return try await renderer.page(
            "figures/of-account", view, title: view.label, in: visit,
            status: query.fault == nil ? .ok : .unprocessableContent)
    }
}

/// Of which days a page shows a figure, as its address has it.
struct FigureQuery: Sendable {
    /// Of all time where the days that were typed cannot be taken.
    let filter: FigureFilter
    let typed: TypedDays
    let fault: FieldFault.Code?

    init(_ visit: Visit, _ metric: Metric) {
        typed = TypedDays(visit)
        let always = FigureFilter(metric)
        // A page without a form of days has none to correct.
        if metric.isDaily {
            (filter, fault) = typed.read(else: always) {
                try FigureFilter(metric, from: $0, to: $1)
            }
        } else {
            filter = always
            fault = nil
        }
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
