import Foundation
import Synchronization

/// Times as texts of one zone, for millions of them: a zone is slow to ask for its offset, and it
/// changes only on a quarter of an hour.
final class LocalTimes: Sendable {
    private static let quarter: Int64 = 900

    private let zone: TimeZone
    private let offsets = Mutex<[Int64: Int64]>([:])

    init(_ zone: TimeZone) { self.zone = zone }

    /// `2026-11-21 14:02:11`.
    func text(_ time: Timestamp) -> String {
        let local = time.seconds + offset(at: time.seconds)
        let ofDay = Int(((local % 86_400) + 86_400) % 86_400)
        let day = Day(daysSinceEpoch: Int((local - Int64(ofDay)) / 86_400))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(19)
        func append(_ number: Int, digits: Int, then mark: UInt8?) {
            var power = 1
            for _ in 1..<digits { power *= 10 }
            while power > 0 {
                bytes.append(UInt8(ascii: "0") + UInt8(number / power % 10))
                power /= 10
            }
            if let mark { bytes.append(mark) }
        }
        append(day.year, digits: 4, then: UInt8(ascii: "-"))
        append(day.month, digits: 2, then: UInt8(ascii: "-"))
        append(day.day, digits: 2, then: UInt8(ascii: " "))
        append(ofDay / 3600, digits: 2, then: UInt8(ascii: ":"))
        append(ofDay / 60 % 60, digits: 2, then: UInt8(ascii: ":"))
        append(ofDay % 60, digits: 2, then: nil)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func offset(at seconds: Int64) -> Int64 {
        let quarter = seconds / Self.quarter
        return offsets.withLock { offsets in
            if let known = offsets[quarter] { return known }
            let date = Date(timeIntervalSince1970: Double(quarter * Self.quarter))
            let offset = Int64(zone.secondsFromGMT(for: date))
            offsets[quarter] = offset
            return offset
        }
    }
}
