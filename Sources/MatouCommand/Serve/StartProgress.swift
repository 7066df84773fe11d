import Synchronization

/// Whether a start is over: a demo is filled through the server, which listens before that.
final class StartProgress: Sendable {
    private let over = Atomic(false)

    var isOver: Bool { over.load(ordering: .acquiring) }

    func end() { over.store(true, ordering: .releasing) }
}
