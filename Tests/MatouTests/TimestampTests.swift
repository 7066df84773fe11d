import Matou
import TestSupport
import Testing

@Suite struct `An instant` {
    @Test func `is told to the millisecond, and read back as it was`() throws {
        var random = SeededGenerator(seed: 7)
        let instants = (0..<1000).map { _ in
            Timestamp(
                milliseconds: .random(in: -2_000_000_000_000...4_000_000_000_000, using: &random))
        }
        for instant in instants + [Timestamp(milliseconds: 1_795_297_769_803)] {
            #expect(Timestamp(rfc3339: instant.rfc3339) == instant, "\(instant.rfc3339)")
        }
        #expect(Timestamp(milliseconds: 1_795_297_769_803).rfc3339 == "2026-11-21T21:49:29.803Z")
        #expect(Timestamp(milliseconds: -1).rfc3339 == "1969-12-31T23:59:59.999Z")
    }
}
