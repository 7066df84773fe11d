import Synchronization

/// Numbers facts: the time in milliseconds in the upper bits, a counter in the lower twenty, so that
/// numbers rise with time and two processes seldom come near each other.
package final class FactSequence: Sendable {
    private static let counterBits: Int64 = 20

    private let last = Mutex<Int64>(0)

    package init() {}

    /// Below every number that is given from this time on, unless the clock steps back.
    static func least(at time: Timestamp) -> Int64 { time.milliseconds << counterBits }

    /// A number above every one given before, also when the clock steps back.
    func next(at time: Timestamp) -> Int64 {
        last.withLock { last in
            last = max(last + 1, time.milliseconds << Self.counterBits)
            return last
        }
    }
}
