/// Deadlines of many connections, in steps of a quarter of a second.
///
/// Moving a deadline away costs nothing here: the connection keeps the new time, and is looked at
/// again when the old one comes.
struct TimerWheel {
    static let stepMilliseconds = 250
    private static let stepCount = 512

    private var buckets = [[ConnectionToken]](repeating: [], count: stepCount)
    /// The last step that has been looked at.
    private var step: Int
    /// No bucket before this step holds anything.
    private var earliest = Int.max

    init(now: Int) {
        step = now / Self.stepMilliseconds
    }

    /// - Parameter time: In milliseconds; what lies beyond the wheel's reach comes up early, and
    ///   can be scheduled again.
    /// - Returns: The step at which the token comes up.
    mutating func schedule(_ token: ConnectionToken, at time: Int) -> Int {
        let due = min(max(time / Self.stepMilliseconds + 1, step + 1), step + Self.stepCount - 1)
        buckets[due % Self.stepCount].append(token)
        earliest = min(earliest, due)
        return due
    }

    /// The tokens that came up until now, each with its step.
    mutating func advance(to now: Int) -> [(token: ConnectionToken, step: Int)] {
        let target = now / Self.stepMilliseconds
        guard target > step else { return [] }
        var due: [(token: ConnectionToken, step: Int)] = []
        for step in max(step + 1, target - Self.stepCount + 1)...target {
            let bucket = step % Self.stepCount
            guard !buckets[bucket].isEmpty else { continue }
            for token in buckets[bucket] { due.append((token, step)) }
            buckets[bucket].removeAll(keepingCapacity: buckets[bucket].count < 256)
        }
        step = target
        earliest = nextStep() ?? .max
        return due
    }

    /// Milliseconds until something can come up; nil when nothing is scheduled.
    func delay(from now: Int) -> Int? {
        earliest == .max ? nil : max(0, earliest * Self.stepMilliseconds - now)
    }

    private func nextStep() -> Int? {
        ((step + 1)..<(step + Self.stepCount)).first { !buckets[$0 % Self.stepCount].isEmpty }
    }
}
