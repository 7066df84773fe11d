/// When a job that did not succeed is tried again, and when it is given up.
public struct RetryPolicy: Sendable, Hashable {
    /// How often a job is begun before it is given up.
    public var attemptsMax: Int
    /// How long the first retry waits; each further one waits twice as long.
    public var firstDelay: Duration
    /// The longest a retry waits.
    public var longestDelay: Duration

    public init(
        attemptsMax: Int = 10, firstDelay: Duration = .seconds(1),
        longestDelay: Duration = .seconds(15 * 60)
    ) {
        self.attemptsMax = attemptsMax
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
    }

    /// How long to wait when `attempts` have been made.
    func delay(after attempts: Int) -> Duration {
        let doublings = min(max(attempts - 1, 0), 30)
        return min(firstDelay * (1 << doublings), longestDelay)
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, so that what waits this long never wakes too early.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
