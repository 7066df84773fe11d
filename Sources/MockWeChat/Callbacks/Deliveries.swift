import Synchronization

/// The last deliveries, for whoever wants to know what became of a callback.
final class Deliveries: Sendable {
    private let recent = Mutex<[Delivery]>([])

    static let countMax = 1000

    func add(_ delivery: Delivery) {
        recent.withLock { recent in
            recent.append(delivery)
            if recent.count > Self.countMax * 2 { recent.removeFirst(recent.count - Self.countMax) }
        }
    }

    /// Newest first.
    func last(_ count: Int, of person: String? = nil) -> [Delivery] {
        recent.withLock { recent in
            Array(
                recent.reversed().lazy.filter { person == nil || $0.person == person }.prefix(count)
            )
        }
    }
}
