/// How often a call that is safe to repeat is repeated, and after which pauses.
public struct RetryPolicy: Sendable, Equatable {
    /// The first try included; at least 1.
    public var attemptsMax: Int
    /// Before the second try; four times as long before each further one.
    public var firstPause: Duration

    public static let standard = RetryPolicy(attemptsMax: 3, firstPause: .milliseconds(200))
    public static let never = RetryPolicy(attemptsMax: 1, firstPause: .zero)

    public init(attemptsMax: Int, firstPause: Duration) {
        self.attemptsMax = attemptsMax
        self.firstPause = firstPause
    }

    /// The pause after the given failed attempt, counted from 1; nil when it was the last.
    func pause(after attempt: Int) -> Duration? {
        guard attempt < attemptsMax else { return nil }
        return (1..<attempt).reduce(firstPause) { pause, _ in pause * 4 }
    }
}
