import Matou

/// Which days a chart shows, as the page's address has it: `days`, or else `from` and `to`.
struct TrendQuery: Sendable {
    static let names = ["days"] + TypedDays.names
    /// The numbers of days that the page offers.
    static let offered = [7, 30, 90]

    let days: ReportDays
    let typed: TypedDays
    /// Why the days that were typed are not shown.
    let fault: FieldFault.Code?

    init(_ visit: Visit, today: Day) {
        typed = TypedDays(visit)
        let offered = visit.query("days").flatMap { Self.offered.contains($0) ? $0 : nil }
        let standard = ReportDays(last: offered ?? ReportDays.standardCount)
        if typed.isEmpty {
            days = standard
            fault = nil
        } else {
            (days, fault) = typed.read(else: standard) {
                try ReportDays(from: $0, to: $1, today: today)
            }
        }
    }
}

/// The chart of some days, and the way to others: partials/trend.
struct TrendView: Sendable {
    /// Of the page that it stands on.
    let path: String
    let ranges: [Tab]
    /// What the form of days keeps of the address.
    let kept: [HiddenField]
    let days: DayForm
    let chart: DayChart

    /// - Parameters:
    ///   - address: of the page, with what stays when other days are chosen.
    ///   - rowsPath: where a figure of a day opens to its rows, before the name of the metric.
    init(
        _ shown: [CodeReport.OneDay], _ query: TrendQuery, at address: PageAddress,
        rowsPath: String, _ wording: Wording
    ) {
        let typed = query.typed
        let address = address.with("from", nil).with("to", nil)
        path = address.path
        ranges = TrendQuery.offered.map { days in
            Tab(
                path: address.with("days", String(days)).text,
                label: wording("common.range.days", ["days": String(days)]), count: "",
                isCurrent: typed.isEmpty && days == query.days.count)
        }
        kept = address.with("days", nil).fields.map(HiddenField.init)
        days = DayForm(
            from: typed.isEmpty ? shown.first?.day.iso ?? "" : typed.from,
            to: typed.isEmpty ? shown.last?.day.iso ?? "" : typed.to, fault: query.fault, wording)
        chart = DayChart(shown, rowsPath: rowsPath, wording)
    }
}
