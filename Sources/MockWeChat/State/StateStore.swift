import Dispatch
import Synchronization

/// Writes what changed to the state file, a few times a second and at the end.
final class StateStore: Sendable {
    private struct State {
        var file: StateFile
        /// A write failed, so the file may lack lines: the next one writes all of it.
        var lacksLines = false
        var isEnded = false
        var source: Source?
    }

    /// Where the lines come from.
    struct Source: Sendable {
        let changes: @Sendable () -> [StateLine]
        let everything: @Sendable () -> [StateLine]
    }

    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "mock-state")

    private static let interval = DispatchTimeInterval.milliseconds(200)

    init(_ file: StateFile) {
        state = Mutex(State(file: file))
    }

    func begin(_ source: Source) {
        state.withLock { $0.source = source }
        writeLater()
    }

    /// Writes what is left and closes the file.
    func end() {
        queue.sync {
            write()
            state.withLock { state in
                guard !state.isEnded else { return }
                state.isEnded = true
                state.source = nil
                try? state.file.end()
            }
        }
    }

    private func writeLater() {
        queue.asyncAfter(deadline: .now() + Self.interval) { [weak self] in
            guard let self, write() else { return }
            writeLater()
        }
    }

    /// - Returns: Whether the store goes on.
    @discardableResult
    private func write() -> Bool {
        guard let source = state.withLock({ $0.source }) else { return false }
        let changes = source.changes()
        state.withLock { state in
            do {
                if state.lacksLines || state.file.wantsCompaction {
                    try state.file.compact(to: source.everything())
                } else {
                    try state.file.append(changes)
                }
                state.lacksLines = false
            } catch {
                state.lacksLines = true
            }
        }
        return true
    }
}
