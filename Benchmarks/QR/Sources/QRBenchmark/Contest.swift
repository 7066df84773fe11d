import Glibc

/// Two ways to do the same, measured alternately in one run: what else the machine does then falls on
/// both. The best round counts; load only ever adds time.
struct Contest {
    let name: String
    let rounds: Int
    let ours: () -> Int
    let theirs: () -> Int

    struct Result {
        let name: String
        let ours: Double
        let theirs: Double
        var ratio: Double { theirs / ours }
    }

    func run() -> Result {
        let (ourCalls, theirCalls) = (calls(ours), calls(theirs))
        var best = (ours: Double.infinity, theirs: Double.infinity)
        for _ in 0..<rounds {
            best.ours = min(best.ours, Self.microseconds(ourCalls, ours))
            best.theirs = min(best.theirs, Self.microseconds(theirCalls, theirs))
        }
        return Result(name: name, ours: best.ours, theirs: best.theirs)
    }

    /// How many calls take some ten milliseconds.
    private func calls(_ body: () -> Int) -> Int {
        max(1, Int(10_000 / Self.microseconds(20, body)))
    }

    /// Thread CPU time of one call.
    private static func microseconds(_ calls: Int, _ body: () -> Int) -> Double {
        let start = threadNanoseconds()
        var sum = 0
        for _ in 0..<calls { sum &+= body() }
        let elapsed = threadNanoseconds() - start
        // Nobody could know the sum in advance, so no call can be left out.
        precondition(sum != .min)
        return Double(elapsed) / 1000 / Double(calls)
    }

    private static func threadNanoseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
