package import Matou
import Synchronization

/// A clock that stands still until a test moves it.
package final class TestClock: Sendable {
    private let time: Mutex<Timestamp>

    /// Begins on 2026-11-21, 12:00 in Shanghai.
    package init(_ time: Timestamp = Timestamp(seconds: 1_795_233_600)) {
        self.time = Mutex(time)
    }

    package var now: Timestamp { time.withLock { $0 } }

    package func advance(by duration: Duration) {
        time.withLock { $0 = $0 + duration }
    }

    package var wallClock: WallClock { WallClock { self.now } }
}
