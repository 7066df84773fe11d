/// The days that a report shows, one after the other.
package struct ReportDays: Sendable, Equatable {
    /// How many a report may have.
    package static let countMax = 366
    /// How many there are when nobody says so.
    package static let standardCount = 30

    /// Today if nil.
    private let last: Day?
    package let count: Int

    /// - Parameter last: the last of the days; nil for today.
    package init(last count: Int = standardCount, through last: Day? = nil) {
        self.last = last
        self.count = count
    }

    /// - Parameters:
    ///   - first: `standardCount` days before the last one if left out.
    ///   - last: today if left out.
    /// - Throws: `Refusal.invalid` for a range that ends before it begins, and for one of too many
    ///   days.
    package init(from first: Day?, to last: Day?, today: Day) throws(Refusal) {
        let end = last ?? today
        let start = first ?? end.advanced(by: 1 - Self.standardCount)
        var faults = FieldFaults()
        faults.range(last == nil ? "from" : "to", from: start, to: end)
        let count = end.daysSinceEpoch - start.daysSinceEpoch + 1
        if count > Self.countMax { faults.add("from", .tooManyDays(limit: Self.countMax)) }
        try faults.check()
        self.last = end
        self.count = count
    }

    /// The first and the last of them.
    package func range(until today: Day) -> ClosedRange<Day> {
        let last = self.last ?? today
        return last.advanced(by: 1 - count)...last
    }
}
