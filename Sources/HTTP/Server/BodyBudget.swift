import Synchronization

/// The room that bodies may take in memory, those of all requests of a server together.
final class BodyBudget: Sendable {
    /// So much of each body is counted and not refused.
    static let freeBytes = 64 << 10

    fileprivate let bytesMax: Int
    fileprivate let used = Atomic(0)

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// What all bodies take now.
    var bytesUsed: Int { used.load(ordering: .relaxed) }
}

/// What one body has taken of the budget. It is given back with the last copy of its request.
final class BodyRoom: Sendable {
    private let budget: BodyBudget
    private let count = Atomic(0)

    init(in budget: BodyBudget) { self.budget = budget }

    deinit { budget.used.subtract(count.load(ordering: .relaxed), ordering: .relaxed) }

    /// - Returns: false, with nothing taken, when there is no room for so many bytes more.
    func take(_ more: Int) -> Bool {
        let own = count.add(more, ordering: .relaxed).newValue
        let all = budget.used.add(more, ordering: .relaxed).newValue
        if all <= budget.bytesMax || own <= BodyBudget.freeBytes { return true }
        count.subtract(more, ordering: .relaxed)
        budget.used.subtract(more, ordering: .relaxed)
        return false
    }
}

/// The server holds as many bytes of bodies as it may. Unless the handler answers otherwise, the
/// client gets 503 and is asked to come again.
public struct BodiesTooLarge: RequestFault {
    public init() {}

    public var status: Status { .serviceUnavailable }
}
