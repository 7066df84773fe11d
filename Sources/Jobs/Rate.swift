/// How often jobs that share a key may begin, such as the calls of one account.
public struct Rate: Sendable, Hashable {
    public var key: String
    public var perSecond: Double
    /// How many may begin at once after a pause.
    public var burst: Int

    /// - Precondition: `perSecond` and `burst` are positive.
    public init(key: String, perSecond: Double, burst: Int = 1) {
        precondition(perSecond > 0 && burst > 0, "a rate lets something through")
        self.key = key
        self.perSecond = perSecond
        self.burst = burst
    }

    /// Milliseconds from one to the next.
    fileprivate var interval: Double { 1000 / perSecond }
}

/// The rates as this process keeps them.
///
/// For each key the generic cell rate algorithm (ITU-T I.371): the time at which the next one would
/// come if all came evenly, which may run ahead of the clock by the burst.
struct Rates: Sendable {
    private struct Booking: Hashable {
        let key: String
        let priority: Int
    }

    private var expected: [String: Double] = [:]
    /// The latest time that was given to a job of this key and priority that had to wait.
    private var booked: [Booking: Double] = [:]

    /// Lets a job begin now, or names the time for it to come back. Jobs that wait get times one
    /// interval apart, so that each comes back about once.
    mutating func admit(_ rate: Rate, priority: Int, now: Int64) -> Admission {
        let now = Double(now)
        let next = max(expected[rate.key] ?? now, now)
        let earliest = next - Double(rate.burst - 1) * rate.interval
        if earliest <= now {
            expected[rate.key] = next + rate.interval
            return .now
        }
        let booking = Booking(key: rate.key, priority: priority)
        let time = max(earliest, (booked[booking] ?? 0) + rate.interval)
        booked[booking] = time
        return .later(Int64(time.rounded(.up)))
    }

    enum Admission: Hashable {
        case now
        case later(Int64)
    }

    /// Forgets what lies behind; a key's absence says the same.
    mutating func forget(before now: Int64) {
        expected = expected.filter { $0.value > Double(now) }
        booked = booked.filter { $0.value > Double(now) }
    }
}
