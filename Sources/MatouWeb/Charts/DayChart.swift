import Foundation
import Matou

/// A chart of one bar a day, as the page's template draws it: an SVG 100 high with an axis from zero,
/// and the same figures as a table.
struct DayChart: Sendable {
    struct OneDay: Sendable {
        let date: String
        /// The label under the bar, on some of the days.
        let tick: String?
        let x: String
        let scansTop: String
        let scansHeight: String
        let newFollowersTop: String
        let newFollowersHeight: String
        let scans: String
        let scanners: String
        let newFollowers: String
        let unfollowed: String
    }

    private static let step = 10.0
    private static let bar = 7.0
    private static let height = 100.0
    private static let lines = 4

    let width: Int
    let barWidth: String
    let description: String
    /// From the top to zero.
    let scale: [String]
    let gridlines: [String]
    let days: [OneDay]
    let zone: String

    init(_ report: CodeReport, _ wording: Wording) {
        let top = Self.roundTop(report.days.map(\.counts.scans).max() ?? 0)
        let count = report.days.count
        let ticks = max(1, count / 6)
        width = Int(Self.step) * max(1, count)
        barWidth = Self.text(Self.bar)
        description = wording("common.by-day")
        scale = (0...Self.lines).reversed().map { wording.number(top * $0 / Self.lines) }
        gridlines = (0...Self.lines).map { Self.text(Self.height * Double($0) / 4) }
        zone = wording("common.zone", ["zone": wording.zone.identifier])
        days = report.days.enumerated().map { index, day in
            let scans = Self.height * Double(day.counts.scans) / Double(top)
            let new = Self.height * Double(max(0, day.counts.newFollowers)) / Double(top)
            return OneDay(
                date: day.day.iso,
                tick: (count - 1 - index) % ticks == 0 ? "\(day.day.month)/\(day.day.day)" : nil,
                x: Self.text(Double(index) * Self.step + (Self.step - Self.bar) / 2),
                scansTop: Self.text(Self.height - scans), scansHeight: Self.text(scans),
                newFollowersTop: Self.text(Self.height - new),
                newFollowersHeight: Self.text(new), scans: wording.number(day.counts.scans),
                scanners: wording.number(day.counts.scanners),
                newFollowers: wording.number(day.counts.newFollowers),
                unfollowed: wording.number(day.counts.unfollowed))
        }
    }

    /// The smallest of 4, 8, 20, 40, 80, 200 … that is not below `most`: its quarters are whole.
    private static func roundTop(_ most: Int) -> Int {
        var unit = 4
        while true {
            for factor in [1, 2, 5] where unit * factor >= most { return unit * factor }
            unit *= 10
        }
    }

    private static func text(_ number: Double) -> String {
        let hundredths = Int((number * 100).rounded())
        guard hundredths % 100 != 0 else { return String(hundredths / 100) }
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
