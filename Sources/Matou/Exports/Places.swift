import Synchronization

/// Places at work that only so many may do at once. Who waits for one gets it in the order of coming.
final class Places: Sendable {
    private struct State {
        var free: Int
        var number = 0
        var waiting: [(number: Int, CheckedContinuation<Void, any Error>)] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    /// Does `body` once there is a place.
    ///
    /// - Throws: `CancellationError` while it waits; what `body` throws.
    func taking<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        try await take()
        defer { giveBack() }
        return try await body()
    }

    private func take() async throws {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isTaken = state.withLock { state -> Bool? in
                    if Task.isCancelled { return false }
                    if state.free == 0 {
                        state.waiting.append((number, continuation))
                        return nil
                    }
                    state.free -= 1
                    return true
                }
                switch isTaken {
                case true?: continuation.resume()
                case false?: continuation.resume(throwing: CancellationError())
                case nil: break
                }
            }
        } onCancel: {
            let cancelled = state.withLock {
                state -> (Int, CheckedContinuation<Void, any Error>)? in
                state.waiting.firstIndex { $0.number == number }.map {
                    state.waiting.remove(at: $0)
                }
            }
            cancelled?.1.resume(throwing: CancellationError())
        }
    }

    private func giveBack() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().1
        }
        next?.resume()
    }
}
