import Foundation
import Matou

/// A chart of one bar a day, as the page's template draws it: an SVG 100 high with an axis from zero,
/// and the same figures as a table.
struct DayChart: Sendable {
    struct OneDay: Sendable {
        let date: String
        /// The label under the bar, on some of the days.
        let tick: String?
        let bars: [Bar]
        let figures: [Figure]
    }

    /// A figure of one day, with the place where it opens to its rows.
    struct Figure: Sendable {
        let label: String
        let text: String
        let path: String
    }

    /// A bar, or a part of one, of what its class says.
    struct Bar: Sendable {
        let series: String
        let x: String
        let width: String
        let top: String
        let height: String
    }

    private static let metrics: [Metric] = [
        .scans, .scanners, .newScanners, .existingScanners, .unfollowed,
    ]
    private static let step = 10.0
    private static let height = 100.0
    private static let lines = 4

    let width: Int
    let description: String
    /// From the top to zero.
    let scale: [String]
    let gridlines: [String]
    let days: [OneDay]
    let zone: String

    /// - Parameter rowsPath: where a figure of a day opens to its rows, before the name of the metric.
    init(_ reported: [CodeReport.OneDay], rowsPath: String, _ wording: Wording) {
        let top = Self.roundTop(
            reported.map { max($0.counts.scans, $0.counts.unfollowed) }.max() ?? 0)
        let count = reported.count
        let ticks = max(1, count / 6)
        width = Int(Self.step) * max(1, count)
        description = wording("common.by-day")
        scale = (0...Self.lines).reversed().map { wording.number(top * $0 / Self.lines) }
        gridlines = (0...Self.lines).map { Self.text(Self.height * Double($0) / 4) }
        zone = wording("common.zone", ["zone": wording.zone.identifier])
        let labels = Self.metrics.map { wording("metric.\($0.key)") }
        days = reported.enumerated().map { index, day in
            let counts = day.counts
            return OneDay(
                date: day.day.iso,
                tick: (count - 1 - index) % ticks == 0 ? "\(day.day.month)/\(day.day.day)" : nil,
                bars: Self.bars(counts, at: Double(index) * Self.step, top: top),
                figures: zip(Self.metrics, labels).map { metric, label in
                    Figure(
                        label: label, text: wording.number(counts[metric]),
                        path: "\(rowsPath)/\(metric.rawValue)?from=\(day.day.iso)")
                })
        }
    }

    /// Three bars side by side: scans; scanners, the new ones under the existing; who left.
    private static func bars(_ counts: CodeCounts, at x: Double, top: Int) -> [Bar] {
        func bar(
            _ series: String, _ figure: Int, on base: Int = 0, x offset: Double, _ width: Double
        ) -> Bar? {
            guard figure > 0 else { return nil }
            let bottom = height * Double(base) / Double(top)
            let size = height * Double(figure) / Double(top)
            return Bar(
                series: series, x: text(x + offset), width: text(width),
                top: text(height - bottom - size), height: text(size))
        }
        return [
            bar("scans", counts.scans, x: 1, 3),
            bar("new", counts.newScanners, x: 4, 3),
            bar("existing", counts.existingScanners, on: max(0, counts.newScanners), x: 4, 3),
            bar("lost", counts.unfollowed, x: 7, 2),
        ].compactMap(\.self)
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
