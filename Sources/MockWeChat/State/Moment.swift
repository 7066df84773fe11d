import Foundation

/// A point of time, in milliseconds since 1970-01-01T00:00:00Z.
package struct Moment: Sendable, Hashable, Comparable, Codable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package init(seconds: Int64) {
        milliseconds = seconds * 1000
    }

    /// Past every moment that the gateway's clock can be set to.
    static let latest = Moment(seconds: 4_102_444_800)

    /// Whole seconds since 1970, as WeChat writes all of its times.
    package var seconds: Int64 {
        milliseconds / 1000
    }

    /// Days since 1970 in China's time, by which WeChat counts its daily quotas.
    var dayInChina: Int64 {
        (seconds + 8 * 3600) / 86_400
    }

    /// For example `2026-11-21T09:30:00Z`.
    var rfc3339: String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }

    package init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    package static func < (one: Moment, other: Moment) -> Bool {
        one.milliseconds < other.milliseconds
    }

    package static func + (moment: Moment, span: Duration) -> Moment {
        let (seconds, attoseconds) = span.components
        return Moment(
            milliseconds: moment.milliseconds + seconds * 1000
                + attoseconds / 1_000_000_000_000_000)
    }

    package static func - (moment: Moment, earlier: Moment) -> Duration {
        .milliseconds(moment.milliseconds - earlier.milliseconds)
    }
}
