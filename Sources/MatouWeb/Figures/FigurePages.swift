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

    @Sendable private func ofCode(_ visit: Visit) async throws -> Response {
        let metric = try metric(of: visit)
        let code = try await installation.qrCodes.find(
            evenDeleted: QRCode.ID(visit.request.parameter("id")), for: visit.principal)
        let filter = try FigureFilter(
            metric, from: visit.request.query("from").flatMap(Day.init(iso:)),
            to: visit.request.query("to").flatMap(Day.init(iso:)))
        let page = try await installation.stats.figure(
            filter, of: code.id, zone: visit.workspace,
            after: visit.request.query("cursor").flatMap {
                Cursor(text: $0, sort: FigurePage.sort)
            }, for: visit.principal)
        let wording = renderer.wording(visit)
        let view = FigureView(
            page, filter, of: code,
            at: PageAddress(visit.request, keeping: ["from", "to", "cursor"]), wording)
        return try await renderer.page(
            "figures/of-code", view, title: view.label, in: visit)
    }

    @Sendable private func ofAccount(_ visit: Visit) async throws -> Response {
        let metric = try metric(of: visit)
        guard let account = try await renderer.selectedAccount(visit) else {
            throw Refusal.missing
        }
        let (figure, shares) = try await installation.stats.shares(
            of: metric, on: account.id,
            after: visit.request.query("cursor").flatMap {
                Cursor(text: $0, sort: metric.rawValue)
            }, for: visit.principal)
        let wording = renderer.wording(visit)
        let view = AccountFigureView(
            figure, shares, metric, account: account.name,
            at: PageAddress(visit.request, keeping: ["cursor"]), wording)
        return try await renderer.page(
            "figures/of-account", view, title: view.label, in: visit)
    }

    private func metric(of visit: Visit) throws -> Metric {
        guard let metric = Metric(rawValue: visit.request.parameter("metric")) else {
            throw Refusal.missing
        }
        return metric
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

extension Day {
    /// `2026-11-21`; nil for anything that is no day of the calendar.
    init?(iso text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.count == 3, let year = Int(parts[0]),
            let month = Int(parts[1]), let day = Int(parts[2]), (1970...9999).contains(year)
        else { return nil }
        let found = Day(year: year, month: month, day: day)
        guard Day(daysSinceEpoch: found.daysSinceEpoch) == found, found.iso == text else {
            return nil
        }
        self = found
    }
}
