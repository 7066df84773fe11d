import Foundation
import Matou
import Testing

@Suite struct `Days` {
    @Test func `a day begins at the workspace's midnight`() throws {
        let shanghai = try #require(TimeZone(identifier: "Asia/Shanghai"))
        // 2026-11-20T16:00:00Z is midnight in Shanghai.
        let midnight = Timestamp(seconds: 1_795_190_400)
        #expect(midnight.day(in: shanghai) == Day(year: 2026, month: 11, day: 21))
        #expect((midnight + .milliseconds(-1)).day(in: shanghai) == Day(number: 20_261_120))
    }

    @Test func `a zone with daylight saving and one of half an hour have their own days`() throws {
        let newYork = try #require(TimeZone(identifier: "America/New_York"))
        let kolkata = try #require(TimeZone(identifier: "Asia/Kolkata"))
        // 2026-07-01T04:00:00Z is midnight in New York's summer, 2026-12-01T05:00:00Z in its winter.
        #expect(Timestamp(seconds: 1_782_878_400).day(in: newYork) == Day(number: 20_260_701))
        #expect(Timestamp(seconds: 1_796_101_199).day(in: newYork) == Day(number: 20_261_130))
        // 2026-06-30T18:30:00Z is midnight in Kolkata.
        #expect(Timestamp(seconds: 1_782_844_200).day(in: kolkata) == Day(number: 20_260_701))
    }

    @Test func `days count over months, leap years and centuries`() {
        var day = Day(number: 19_691_228)
        for offset in 0..<60_000 {
            #expect(Day(daysSinceEpoch: day.daysSinceEpoch) == day)
            #expect(day.daysSinceEpoch == offset - 4)
            day = day.advanced(by: 1)
        }
        #expect(Day(number: 20_240_228).advanced(by: 1) == Day(number: 20_240_229))
        #expect(Day(number: 21_000_228).advanced(by: 1) == Day(number: 21_000_301))
    }
}
