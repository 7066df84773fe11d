import Synchronization

/// Counts calls from several tasks.
package final class Counter: Sendable {
    private let count = Mutex(0)

    package init() {}

    /// How many calls there were.
    package var value: Int { count.withLock { $0 } }

    /// 1, 2, 3…
    package func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
