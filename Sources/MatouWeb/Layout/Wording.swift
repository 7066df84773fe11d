import Foundation
import Matou

/// Texts, numbers and times in one language and one zone.
struct Wording: Sendable {
    let locales: Locales
    let language: Language
    let zone: TimeZone

    func callAsFunction(_ key: String, _ values: [String: String] = [:]) -> String {
        locales.text(key, values, in: language)
    }

    /// `12,480`.
    func number(_ number: Int) -> String {
        var digits = String(number.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (number < 0 ? "−" : "") + ([digits] + groups).joined(separator: ",")
    }

    /// `14.7%`, nil when there is nothing to compare with.
    func share(_ part: Int, of whole: Int) -> String? {
        guard whole > 0 else { return nil }
        let tenths = (part * 1000 + whole / 2) / whole
        return tenths % 10 == 0 ? "\(tenths / 10)%" : "\(tenths / 10).\(tenths % 10)%"
    }

    /// `今天 14:02`, `昨天 18:20`, `9 月 2 日`, and with the year when it is another.
    func date(_ time: Timestamp, now: Timestamp) -> String {
        let day = time.day(in: zone)
        let today = now.day(in: zone)
        if day == today { return self("common.date.today", ["time": clock(time)]) }
        if day == today.advanced(by: -1) {
            return self("common.date.yesterday", ["time": clock(time)])
        }
        return self.day(day, today: today)
    }

    /// `9 月 2 日`, and with the year when it is another.
    func day(_ day: Day, today: Day) -> String {
        let key = day.year == today.year ? "common.date.year" : "common.date.full"
        let names = self("common.months").split(separator: ",").map(String.init)
        let index = day.month - 1
        return self(
            key,
            [
                "year": String(day.year), "month": String(day.month), "day": String(day.day),
                "monthName": names.indices.contains(index) ? names[index] : String(day.month),
            ])
    }

    /// `2026-11-21 14:02:11`, for where the second matters.
    func exact(_ time: Timestamp) -> String {
        "\(time.day(in: zone).iso) \(clock(time, withSeconds: true))"
    }

    /// `14:02`.
    func clock(_ time: Timestamp, withSeconds: Bool = false) -> String {
        let seconds = Int(time.seconds) + zone.secondsFromGMT(for: time.date)
        let ofDay = ((seconds % 86_400) + 86_400) % 86_400
        let two = { (number: Int) in (number < 10 ? "0" : "") + String(number) }
        let clock = "\(two(ofDay / 3600)):\(two(ofDay / 60 % 60))"
        return withSeconds ? "\(clock):\(two(ofDay % 60))" : clock
    }
}
