import Glibc

/// Dates of RFC 9110 §5.6.7, in whole seconds since 1970-01-01T00:00:00Z.
public enum HTTPDate {
    /// IMF-fixdate, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    public static func string(unixSeconds: Int) -> String {
        bytes(unixSeconds: unixSeconds).text
    }

    /// Reads the three forms that a recipient must accept: IMF-fixdate, RFC 850 and asctime.
    ///
    /// - Parameter now: Decides the century of an RFC 850 date, which may lie at most 50 years
    ///   ahead; nil asks the clock.
    /// - Returns: nil when the text is none of them, or names a day that does not exist.
    public static func parse(_ text: String, now: Int? = nil) -> Int? {
        let words = text.utf8.split(separator: .space, omittingEmptySubsequences: false).map(
            Array.init)
        switch words.count {
        case 6
        where words[0].count == 4 && words[0][3] == UInt8(ascii: ",")
            && words[5] == Array("GMT".utf8):
            return seconds(
                day: words[1], month: words[2], year: number(words[3], digits: 4), time: words[4])
        case 4 where words[0].last == UInt8(ascii: ",") && words[3] == Array("GMT".utf8):
            let date = words[1].split(separator: UInt8(ascii: "-")).map(Array.init)
            guard date.count == 3, let short = number(date[2], digits: 2) else { return nil }
            let thisYear = civil(days: (now ?? time(nil)).floorDivided(by: 86_400)).year
            var year = thisYear - thisYear % 100 + short
            if year > thisYear + 50 { year -= 100 }
            return seconds(day: date[0], month: date[1], year: year, time: words[2])
        case 5, 6:
            // asctime pads a day of one digit with a space, which makes an empty word.
            var parts = words
            if parts.count == 6, parts[2].isEmpty { parts.remove(at: 2) }
            guard parts.count == 5, parts[0].count == 3 else { return nil }
            let day = parts[2].count == 1 ? [UInt8(ascii: "0")] + parts[2] : parts[2]
            return seconds(
                day: day, month: parts[1], year: number(parts[4], digits: 4), time: parts[3])
        default:
            return nil
        }
    }

    static func bytes(unixSeconds: Int) -> [UInt8] {
        let days = unixSeconds.floorDivided(by: 86_400)
        let second = unixSeconds - days * 86_400
        let date = civil(days: days)
        var text: [UInt8] = []
        text.reserveCapacity(29)
        text.append(contentsOf: dayNames[(days % 7 + 7 + 4) % 7].utf8)
        text.append(ascii: ", ")
        text.appendPadded(date.day)
        text.append(.space)
        text.append(contentsOf: monthNames[date.month - 1].utf8)
        text.append(.space)
        text.appendPadded(date.year / 100)
        text.appendPadded(date.year % 100)
        text.append(.space)
        text.appendPadded(second / 3600)
        text.append(UInt8(ascii: ":"))
        text.appendPadded(second / 60 % 60)
        text.append(UInt8(ascii: ":"))
        text.appendPadded(second % 60)
        text.append(ascii: " GMT")
        return text
    }

    /// The Gregorian date of a day number; eras of 400 years have 146,097 days.
    static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468  // days since 0000-03-01
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static let dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func seconds(day: [UInt8], month: [UInt8], year: Int?, time: [UInt8]) -> Int? {
        let clock = time.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard clock.count == 3, let year,
            let day = number(day, digits: 2),
            let month = monthNames.firstIndex(of: month.text),
            let hour = number(clock[0], digits: 2), hour < 24,
            let minute = number(clock[1], digits: 2), minute < 60,
            let second = number(clock[2], digits: 2), second <= 60
        else { return nil }
        let days = dayNumber(year: year, month: month + 1, day: day)
        guard civil(days: days) == (year, month + 1, day) else { return nil }
        return days * 86_400 + hour * 3600 + minute * 60 + second
    }

    private static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear.floorDivided(by: 400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    private static func number(_ bytes: some Collection<UInt8>, digits: Int) -> Int? {
        guard bytes.count == digits, bytes.allSatisfy(\.isDigit) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - 48) }
    }
}

extension Int {
    fileprivate func floorDivided(by divisor: Int) -> Int {
        self >= 0 ? self / divisor : (self - divisor + 1) / divisor
    }
}

extension Array where Element == UInt8 {
    /// Two digits.
    mutating func appendPadded(_ number: Int) {
        append(UInt8(truncatingIfNeeded: 48 + number / 10 % 10))
        append(UInt8(truncatingIfNeeded: 48 + number % 10))
    }
}
