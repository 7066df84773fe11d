import Matou

/// Which days the chart of a code shows, as the page's address has it: `days`, or else `from` and `to`.
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

extension QRCodeShowView.Trend {
    init(_ context: QRCodeShowContext) {
        let (query, wording) = (context.trend, context.wording)
        let (typed, shown) = (query.typed, context.report.days)
        let address = context.address.with("from", nil).with("to", nil)
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
        chart = DayChart(context.report, rowsPath: context.code.path + "/figures", wording)
    }
}
