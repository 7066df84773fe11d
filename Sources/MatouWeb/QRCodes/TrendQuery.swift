import Matou

/// Which days the chart of a code shows, as the page's address has it: `days`, or else `from` and `to`.
struct TrendQuery: Sendable {
    static let names = ["days", "from", "to"]
    /// The numbers of days that the page offers.
    static let offered = [7, 30, 90]

    let days: ReportDays
    /// As it was typed.
    let from: String
    let to: String
    /// Why the days that were typed are not shown.
    let fault: FieldFault.Code?

    init(_ visit: Visit, today: Day) {
        from = visit.text("from")
        to = visit.text("to")
        let offered = visit.query("days").flatMap { Self.offered.contains($0) ? $0 : nil }
        let standard = ReportDays(last: offered ?? ReportDays.standardCount)
        if from.isEmpty, to.isEmpty {
            days = standard
            fault = nil
            return
        }
        do {
            days = try ReportDays(
                from: Self.day(from), to: Self.day(to), today: today)
            fault = nil
        } catch Refusal.invalid(let faults) {
            days = standard
            fault = faults.first?.code
        } catch {
            days = standard
            fault = .malformed
        }
    }

    private static func day(_ text: String) throws(Refusal) -> Day? {
        if text.isEmpty { return nil }
        guard let day = Day.parameter(text) else { throw .invalid("from", .malformed) }
        return day
    }

    /// Whether the days are typed ones.
    var isTyped: Bool { !(from.isEmpty && to.isEmpty) }
}

extension QRCodeShowView.Trend {
    init(_ context: QRCodeShowContext) {
        let (query, wording) = (context.trend, context.wording)
        let address = context.address.with("from", nil).with("to", nil)
        ranges = TrendQuery.offered.map { days in
            Tab(
                path: address.with("days", String(days)).text,
                label: wording("common.range.days", ["days": String(days)]), count: "",
                isCurrent: !query.isTyped && days == query.days.count)
        }
        kept = address.with("days", nil).fields.map(HiddenField.init)
        from = query.isTyped ? query.from : (context.report.days.first?.day.iso ?? "")
        to = query.isTyped ? query.to : (context.report.days.last?.day.iso ?? "")
        error = query.fault.map { fault in
            guard case .outOfRange(_, let most) = fault else {
                return fault.words(wording.locales, in: wording.language)
            }
            return wording("qr-codes.trend.wrong-range", ["max": String(most)])
        }
        chart = DayChart(context.report, rowsPath: context.code.path + "/figures", wording)
    }
}
