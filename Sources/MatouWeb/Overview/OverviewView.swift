import Matou

/// The overview, as its template shows it.
struct OverviewView: Sendable {
    let lead: String
    let newPath: String?
    let concerns: [Notice]
    let steps: FirstSteps?
    let figures: Figures?
    let trend: TrendView?
    let latest: Latest?

    struct Figures: Sendable { let stats: [Stat] }

    struct Latest: Sendable {
        let heads: [Head]
        let codes: [QRCodeListView.Row]
    }

    struct Head: Sendable {
        let label: String
        let isFigure: Bool
    }

    private static let columns: [QRCodeColumn] = [
        .status, .scans, .scanners, .newFollowers, .created,
    ]

    /// - Parameter facts: nil before there is an account.
    init(
        _ facts: OverviewFacts?, role: Role, settings: SiteSettings, _ wording: Wording
    ) {
        steps = FirstSteps(facts, role: role, settings: settings, wording)
        guard let facts else {
            lead = wording("overview.lead.none")
            newPath = nil
            concerns = []
            figures = nil
            trend = nil
            latest = nil
            return
        }
        lead = wording("overview.lead", ["account": facts.account.name])
        let canMake = role >= .editor && facts.account.obstacle == nil
        newPath = canMake ? "/qr-codes/new" : nil
        concerns = Self.concerns(facts, wording)
        figures = facts.codes > 0 ? Figures(stats: Self.stats(facts.totals, wording)) : nil
        trend =
            facts.codes > 0
            ? TrendView(
                facts.days, facts.trend, at: facts.address, rowsPath: "/figures", wording) : nil
        let rows = facts.latest.codes.elements.map { code in
            QRCodeListView.Row(
                code, facts.latest.counts[code.id] ?? CodeCounts(), columns: Self.columns,
                names: facts.names, settings: settings, mayEdit: false, now: facts.now, wording)
        }
        let heads = Self.columns.map { Head(label: $0.label(wording), isFigure: $0.isFigure) }
        latest = rows.isEmpty ? nil : Latest(heads: heads, codes: rows)
    }

    private static func concerns(_ facts: OverviewFacts, _ wording: Wording) -> [Notice] {
        var concerns: [Notice] = []
        let account = facts.account
        let look = wording("overview.concern.look")
        if let fault = account.health.apiFault {
            concerns.append(
                Notice(
                    .bad, wording("overview.concern.refused", ["account": account.name]),
                    detail: fault.explanation(in: wording),
                    action: Link(path: account.path, label: look)))
        } else if !account.isVerified {
            concerns.append(
                Notice(
                    .warn, wording("overview.concern.unverified", ["account": account.name]),
                    action: Link(path: account.path, label: look)))
        }
        if account.health.isClockSkewed {
            concerns.append(
                Notice(
                    .bad, wording("overview.concern.clock"),
                    action: Link(path: account.path, label: look)))
        }
        if facts.failed > 0 {
            let count = wording.number(facts.failed)
            concerns.append(
                Notice(
                    .warn, wording("overview.concern.failed", ["count": count]),
                    action: Link(path: "/qr-codes?status=creation_failed", label: look)))
        }
        return concerns
    }

    private static func stats(_ totals: CodeCounts, _ wording: Wording) -> [Stat] {
        func stat(_ metric: Metric, note: String?) -> Stat {
            Stat(
                path: "/figures/\(metric.rawValue)", isCurrent: false,
                label: wording("metric.\(metric.key)"),
                definition: wording("overview.\(metric.key).definition"),
                figure: wording.number(totals[metric]),
                note: note.map { Stat.Note(tone: "", text: $0) })
        }
        func shareOfScanners(_ part: Int) -> String? {
            wording.share(part, of: totals.scanners)
                .map { wording("metric.share", ["percent": $0]) }
        }
        return [
            stat(.scans, note: nil),
            stat(.scanners, note: nil),
            stat(.newFollowers, note: shareOfScanners(totals.newFollowers)),
            stat(.unfollowed, note: shareOfScanners(totals.unfollowed)),
            stat(
                .repliesSent,
                note: wording(
                    "metric.people", ["count": wording.number(totals.repliesReceived)])),
        ]
    }
}
