import Matou
import Synchronization

/// The machine's clock, which a demo puts back while it tells its story: so everything in it, on
/// both sides of the wire, carries the time that it would have had.
final class DemoClock: Sendable {
    private let lag = Mutex(Duration.zero)

    /// For an installation.
    var wallClock: WallClock { WallClock(now) }

    func now() -> Timestamp { WallClock.system.now() - lag.withLock { $0 } }

    /// Stands this long before the machine's clock, and runs on from there. A story goes forward: it
    /// never asks for more than before.
    func stand(before machine: Duration) { lag.withLock { $0 = machine } }
}
