/// The days that a report shows, one after the other.
package struct ReportDays: Sendable, Equatable {
    /// How many a report may have.
    package static let countRange = 1...366
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
        let last = last ?? today
        let first = first ?? last.advanced(by: 1 - Self.standardCount)
        let count = last.daysSinceEpoch - first.daysSinceEpoch + 1
        guard Self.countRange.contains(count) else {
            throw .invalid(
                "from",
                .outOfRange(lower: Self.countRange.lowerBound, upper: Self.countRange.upperBound))
        }
        self.last = last
        self.count = count
    }

    /// The first and the last of them.
    package func range(until today: Day) -> ClosedRange<Day> {
        let last = self.last ?? today
        return last.advanced(by: 1 - count)...last
    }
}
