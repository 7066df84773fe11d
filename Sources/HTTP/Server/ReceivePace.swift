/// How fast a body comes: never silent for a period, and enough in each after the first. What came
/// fast buys no time for later.
///
/// Times are milliseconds of the monotonic clock.
struct ReceivePace {
    private var lastArrival: Int
    private var periodStart: Int
    /// Bytes that had come when the period began.
    private var countBefore = 0
    /// Bytes that the period must bring.
    private var countMin = 0

    init(now: Int) {
        lastArrival = now
        periodStart = now
    }

    mutating func noteArrival(now: Int) { lastArrival = now }

    /// When to look whether it is kept.
    func deadline(period: Int) -> Int { min(lastArrival, periodStart) + period }

    /// Whether enough has come by the deadline; begins the next period if so.
    ///
    /// - Parameters:
    ///   - count: bytes that have come in all.
    ///   - rateMin: bytes a second.
    mutating func isKept(by count: Int, now: Int, period: Int, rateMin: Int) -> Bool {
        guard now - lastArrival < period, count - countBefore >= countMin else { return false }
        countMin = rateMin * period / 1000
        periodStart = now
        countBefore = count
        return true
    }

    /// Begins a period anew: the client was kept waiting.
    mutating func resume(at count: Int, now: Int) {
        lastArrival = now
        periodStart = now
        countBefore = count
    }
}
