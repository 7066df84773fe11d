import Matou

/// A figure of a code with the rows that make it, as its template shows it.
struct FigureView: Sendable {
    let code: RevisionListView.Head
    let label: String
    let definition: String
    let figure: String
    /// The days that it is of; nil for all time.
    let days: FigureDays?
    /// Asks for other days, of a figure that is kept by day.
    let range: DayForm?
    let timeLabel: String
    /// Whether its rows begin with a scan, by somebody who follows or followed by it.
    let hasKinds: Bool
    /// Whether its rows are scans, each with its reply.
    let hasReplies: Bool
    /// Whether its rows are reply items that did not arrive, each with the reason.
    let hasReasons: Bool
    let list: List?

    struct List: Sendable {
        let rows: [Row]
        let pager: Pager
    }

    struct Row: Sendable {
        let person: PersonView
        let time: String
        let date: String
        /// Of the columns that the figure has.
        let kinds: Kinds?
        let reply: Chip?
        let reason: String?
    }

    struct Kinds: Sendable {
        let kind: Chip?
        let state: Chip?
    }

    init(
        _ page: FigurePage, _ query: FigureQuery, of code: QRCode, at address: PageAddress,
        _ wording: Wording
    ) {
        let filter = query.filter
        let metric = filter.metric
        self.code = .init(path: code.path, name: code.name)
        label = wording("metric.\(metric.key)")
        definition = wording("metric.\(metric.key).definition")
        figure = wording.number(page.figure)
        days = FigureDays(filter, at: address)
        range = DayForm(query, wording)
        hasKinds = metric.beginsWithScan
        hasReplies = metric == .scans
        hasReasons = metric.isOfLostReplies
        timeLabel = wording("metric.\(metric.key).time")
        let rows = page.rows.elements.map { Row($0, of: code, metric, wording) }
        list =
            rows.isEmpty
            ? nil
            : List(
                rows: rows,
                pager: Pager(
                    total: wording("metric.rows-count", ["count": figure]), sizes: [],
                    firstPath: address.hasCursor ? address.with("cursor", nil).text : nil,
                    nextPath: page.rows.next.map { address.with("cursor", $0.text).text }))
    }
}

extension FigureView.Row {
    fileprivate init(_ row: FigureRow, of code: QRCode, _ metric: Metric, _ wording: Wording) {
        person = PersonView(
            name: row.name, openid: row.openid,
            path: PageAddress(code.path).with("openid", row.openid).text + "#scanners")
        time = row.at.rfc3339
        date = wording.exact(row.at)
        kinds = metric.beginsWithScan ? .init(row, wording) : nil
        reply = row.reply.map { Chip($0, wording) }
        reason = row.fault?.explanation(in: wording)
    }
}

extension FigureView.Kinds {
    fileprivate init(_ row: FigureRow, _ wording: Wording) {
        kind =
            switch row.kind {
            case .subscribe?: Chip(wording("metric.row.subscribe"), .good)
            case .scan?: Chip(wording("metric.row.scan"))
            default: nil
            }
        state =
            switch row.codeState {
            case nil, .inEffect?: nil
            case let state?: Chip(wording("metric.row.\(state.rawValue)"), .warn)
            }
    }
}

extension Metric {
    fileprivate var beginsWithScan: Bool {
        self != .unfollowed && self != .repliesSent && !isOfLostReplies
    }
}

/// The days that a figure is of, and the way to all time.
struct FigureDays: Sendable {
    let text: String
    let allPath: String

    /// Nil for a figure of all time.
    init?(_ filter: FigureFilter, at address: PageAddress) {
        guard let days = filter.days else { return nil }
        text =
            days.lowerBound == days.upperBound
            ? days.lowerBound.iso : "\(days.lowerBound.iso) – \(days.upperBound.iso)"
        allPath = address.path
    }
}

extension DayForm {
    /// Nil for a figure that is not kept by day.
    init?(_ query: FigureQuery, _ wording: Wording) {
        let filter = query.filter
        guard filter.metric.isDaily else { return nil }
        self.init(
            from: filter.days?.lowerBound.iso ?? query.typed.from,
            to: filter.days?.upperBound.iso ?? query.typed.to, fault: query.fault, wording)
    }
}

/// A figure of an account with the codes that make it.
struct AccountFigureView: Sendable {
    let label: String
    let definition: String
    let figure: String
    let account: String
    /// The days that it is of; nil for all time.
    let days: FigureDays?
    /// Asks for other days, of a figure that is kept by day.
    let range: DayForm?
    let list: List?

    struct List: Sendable {
        let shares: [Share]
        let pager: Pager
    }

    struct Share: Sendable {
        let path: String
        let codePath: String
        let name: String
        let figure: String
        let deleted: Chip?
    }

    init(
        _ figure: Int, _ page: Page<CodeShare>, _ query: FigureQuery, account: String,
        at address: PageAddress, _ wording: Wording
    ) {
        let filter = query.filter
        let metric = filter.metric
        label = wording("metric.\(metric.key)")
        let own = "overview.\(metric.key).definition"
        definition = wording(
            wording.locales.has(own) ? own : "metric.\(metric.key).definition")
        self.figure = wording.number(figure)
        self.account = account
        days = FigureDays(filter, at: address)
        range = DayForm(query, wording)
        let shares = page.elements.map { share in
            Share(
                path: PageAddress("/qr-codes/\(share.code)/figures/\(metric.rawValue)")
                    .with("from", filter.days?.lowerBound.iso)
                    .with("to", filter.days?.upperBound.iso).text,
                codePath: "/qr-codes/\(share.code)", name: share.name,
                figure: wording.number(share.figure),
                deleted: share.isDeleted ? Chip(wording("qr-codes.deleted"), .bad) : nil)
        }
        list =
            shares.isEmpty
            ? nil
            : List(
                shares: shares,
                pager: Pager(
                    total: wording("metric.sum", ["count": self.figure]), sizes: [],
                    firstPath: address.hasCursor ? address.with("cursor", nil).text : nil,
                    nextPath: page.next.map { address.with("cursor", $0.text).text }))
    }
}
