package import Foundation
package import SQL

/// A calendar day of the workspace's zone, held as the number yyyymmdd.
///
/// Days are computed here and stored, never in SQL: zones with daylight saving exist, and both
/// engines must agree.
package struct Day: Hashable, Comparable, Sendable {
    package let number: Int

    package init(number: Int) { self.number = number }

    package init(year: Int, month: Int, day: Int) { number = year * 10_000 + month * 100 + day }

    package var year: Int { number / 10_000 }
    package var month: Int { number / 100 % 100 }
    package var day: Int { number % 100 }

    package static func < (left: Day, right: Day) -> Bool { left.number < right.number }

    /// The day `count` days later (earlier when negative).
    package func advanced(by count: Int) -> Day {
        Day(daysSinceEpoch: daysSinceEpoch + count)
    }

    /// Whole days since 1970-01-01 in the proleptic Gregorian calendar.
    package var daysSinceEpoch: Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package init(daysSinceEpoch days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        self.init(year: year, month: month, day: day)
    }
}

extension Day: ValueConvertible {
    package var sqlValue: Value { .integer(Int64(number)) }

    package static func from(_ value: Value) -> Day? {
        guard case .integer(let number) = value else { return nil }
        return Day(number: Int(number))
    }
}

extension Timestamp {
    /// The calendar day on which this moment falls in `zone`.
    package func day(in zone: TimeZone) -> Day {
        let local = seconds + Int64(zone.secondsFromGMT(for: date))
        return Day(daysSinceEpoch: Int((Double(local) / 86_400).rounded(.down)))
    }
}
