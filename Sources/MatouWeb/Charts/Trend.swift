import Matou

/// Which days a chart shows, as the page's address has it: `days`, or else `from` and `to`.
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

/// The chart of some days, and the way to others: partials/trend.
struct TrendView: Sendable {
    /// Of the page that it stands on.
    let path: String
    let ranges: [Tab]
    /// What the form of days keeps of the address.
    let kept: [HiddenField]
    let from: String
    let to: String
    /// Why the days that were typed are not shown.
    let error: String?
    let chart: DayChart

    /// - Parameters:
    ///   - address: of the page, with what stays when other days are chosen.
    ///   - rowsPath: where a figure of a day opens to its rows, before the name of the metric.
    init(
        _ days: [CodeReport.OneDay], _ query: TrendQuery, at address: PageAddress,
        rowsPath: String, _ wording: Wording
    ) {
        let address = address.with("from", nil).with("to", nil)
        path = address.path
        ranges = TrendQuery.offered.map { days in
            Tab(
                path: address.with("days", String(days)).text,
                label: wording("common.range.days", ["days": String(days)]), count: "",
                isCurrent: !query.isTyped && days == query.days.count)
        }
        kept = address.with("days", nil).fields.map(HiddenField.init)
        from = query.isTyped ? query.from : (days.first?.day.iso ?? "")
        to = query.isTyped ? query.to : (days.last?.day.iso ?? "")
        error = query.fault.map { fault in
            guard case .outOfRange(_, let most) = fault else {
                return fault.words(wording.locales, in: wording.language)
            }
            return wording("common.range.wrong", ["max": String(most)])
        }
        chart = DayChart(days, rowsPath: rowsPath, wording)
    }
}
