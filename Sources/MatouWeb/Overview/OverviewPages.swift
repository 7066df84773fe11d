import HTTP
import Matou

/// `/`: how the selected account is doing, and what to do next.
struct OverviewPages: Pages {
    private static let latestMax = 6

    let installation: Installation
    let settings: SiteSettings
    let renderer: PageRenderer

    var routes: [PageRoute] { [PageRoute(.get, "/", show)] }

    @Sendable private func show(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        let account = try await renderer.selectedAccount(visit)
        let facts: OverviewFacts? =
            if let account { try await self.facts(of: account, visit) } else { nil }
        let view = OverviewView(facts, role: visit.session.role, settings: settings, wording)
        return try await renderer.page(
            "overview/show", view, title: wording("overview.title"), in: visit)
    }

    private func facts(of account: Account, _ visit: Visit) async throws -> OverviewFacts {
        let principal = visit.principal
        let now = installation.clock.now()
        let trend = TrendQuery(visit, today: now.day(in: visit.workspace.timeZone))
        let latest = try await installation.qrCodes.page(
            QRCodeFilter(account: account.id), limit: Self.latestMax, for: principal)
        var failed = QRCodeFilter(account: account.id)
        failed.status = .creationFailed
        return OverviewFacts(
            account: account,
            totals: try await installation.stats.totals(of: account.id, for: principal),
            days: try await installation.stats.days(of: account.id, trend.days, for: principal),
            trend: trend, address: PageAddress(visit.request, keeping: TrendQuery.names),
            latest: latest,
            failed: try await installation.qrCodes.page(failed, limit: 1, for: principal).total,
            names: try await installation.members.names(
                of: Set(latest.codes.elements.map(\.createdBy)), for: principal),
            now: now)
    }
}

/// What the overview of an account is drawn from.
struct OverviewFacts: Sendable {
    let account: Account
    let totals: CodeCounts
    let days: [CodeReport.OneDay]
    let trend: TrendQuery
    let address: PageAddress
    let latest: QRCodePage
    /// Codes that WeChat did not make.
    let failed: Int
    /// Of those who made the latest codes.
    let names: [String: String]
    let now: Timestamp

    var codes: Int { latest.total }
}
