import Dispatch
import Synchronization

import enum SQL.DatabaseError

/// Calls that wait, in order and bounded, for a bounded number of threads of their own.
///
/// Each worker is a serial Dispatch queue, which has a thread whenever it has work; Swift's
/// cooperative pool never waits for the database.
final class CallQueue<Call: Sendable>: Sendable {
    private struct State {
        /// Newest last.
        var added: [Call] = []
        /// Oldest last; taken before `added`.
        var turned: [Call] = []
        var idleWorkers: [DispatchQueue]
        var isClosed = false
        var closers: [CheckedContinuation<Void, Never>] = []

        var waiting: Int { added.count + turned.count }
    }

    private let state: Mutex<State>
    private let workerCount: Int
    private let waitingMax: Int
    private let drain: @Sendable (CallQueue<Call>) -> Void

    /// - Parameter drain: takes calls with `next()` until there is none, on a worker's thread.
    init(
        label: String, workers: Int, waitingMax: Int,
        drain: @escaping @Sendable (CallQueue<Call>) -> Void
    ) {
        let queues = (1...max(workers, 1)).map { DispatchQueue(label: "\(label).\($0)") }
        workerCount = queues.count
        state = Mutex(State(idleWorkers: queues))
        self.waitingMax = waitingMax
        self.drain = drain
    }

    var waiting: Int { state.withLock(\.waiting) }

    /// - Throws: `.overloaded` when too many wait; `.closed`.
    func add(_ call: Call) throws(DatabaseError) {
        let worker = try state.withLock { state throws(DatabaseError) -> DispatchQueue? in
            guard !state.isClosed else { throw .closed }
            guard state.waiting < waitingMax else { throw .overloaded }
            state.added.append(call)
            return state.idleWorkers.popLast()
        }
        if let worker { start(worker) }
    }

    /// Takes the call that has waited longest.
    func next() -> Call? {
        state.withLock { state in
            if state.turned.isEmpty {
                state.turned = state.added.reversed()
                state.added.removeAll(keepingCapacity: true)
            }
            return state.turned.popLast()
        }
    }

    /// Refuses further calls and returns when those that wait have been served.
    func close() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isClosed = true
                let isIdle = state.idleWorkers.count == workerCount
                if !isIdle { state.closers.append(continuation) }
                return isIdle
            }
            if isIdle { continuation.resume() }
        }
    }

    private func start(_ worker: DispatchQueue) {
        worker.async { [self] in
            repeat { drain(self) } while !retire(worker)
        }
    }

    /// Makes the worker idle, unless a call has come meanwhile.
    private func retire(_ worker: DispatchQueue) -> Bool {
        let closers: [CheckedContinuation<Void, Never>]? = state.withLock { state in
            guard state.waiting == 0 else { return nil }
            state.idleWorkers.append(worker)
            guard state.idleWorkers.count == workerCount else { return [] }
            defer { state.closers = [] }
            return state.closers
        }
        guard let closers else { return false }
        for closer in closers { closer.resume() }
        return true
    }
}
