import CEpoll
import Glibc

/// How other threads speak to an event loop: a locked list, and an eventfd that wakes the loop when
/// it sleeps. While the loop is awake it looks into the list by itself, so that most posts cost no
/// call of the system.
final class Mailbox: Sendable {
    enum Command: Sendable {
        /// A handler off the loop has an answer.
        case respond(ConnectionToken, Response)
        /// A stream has a chunk, and waits to be told that it may send the next.
        case write(ConnectionToken, [UInt8], CheckedContinuation<Void, any Error>)
        case endStream(ConnectionToken, failed: Bool)
        /// An upload's reader has made room.
        case resumeUpload(ConnectionToken)
        /// A connection that another loop accepted.
        case adopt(descriptor: Int32, PeerAddress)
        /// Finish what is under way until this time, in milliseconds of the monotonic clock, and
        /// end.
        case drain(until: Int)
    }

    private struct State {
        var commands: [Command] = []
        var isAwake = true
        var isClosed = false
    }

    let descriptor: Int32
    private let state = Lock(State())

    /// nil when the system has no more descriptors.
    init?() {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else { return nil }
    }

    deinit {
        close(descriptor)
    }

    /// - Returns: false when the loop has ended, and nobody will read it.
    @discardableResult
    func post(_ command: Command) -> Bool {
        let (isOpen, wakes) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.commands.append(command)
            let wakes = !state.isAwake
            state.isAwake = true
            return (true, wakes)
        }
        if wakes { eventfd_write(descriptor, 1) }
        return isOpen
    }

    /// What has been posted since the last time.
    func collect() -> [Command] {
        state.withLock { state in
            let commands = state.commands
            state.commands = []
            return commands
        }
    }

    /// Says that the loop is about to wait, and is to be woken.
    ///
    /// - Returns: false when there are commands, and it may not.
    func letSleep() -> Bool {
        state.withLock { state in
            state.isAwake = !state.commands.isEmpty
            return !state.isAwake
        }
    }

    /// Says that the loop has waited.
    func wake() {
        state.withLock { $0.isAwake = true }
    }

    /// Takes note of the call that woke the loop.
    func answerCall() {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
    }

    /// Takes no further command, unless there are some to be obeyed first.
    func closeIfEmpty() -> Bool {
        state.withLock { state in
            state.isClosed = state.commands.isEmpty
            return state.isClosed
        }
    }
}
