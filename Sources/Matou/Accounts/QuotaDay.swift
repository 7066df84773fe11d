import Foundation

/// The day that WeChat counts an account's calls by.
enum QuotaDay {
    /// It begins in Beijing, whatever the workspace's zone.
    private static let zone = TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt
    /// Clocks differ a little.
    private static let margin: Duration = .seconds(60)

    /// How long to wait at `now` until WeChat has begun to count anew.
    static func untilNext(at now: Timestamp) -> Duration {
        let tomorrow = now.day(in: zone).advanced(by: 1).daysSinceEpoch
        let midnight = Int64(tomorrow) * 86_400 - Int64(zone.secondsFromGMT())
        return Timestamp(seconds: midnight) - now + margin
    }
}
