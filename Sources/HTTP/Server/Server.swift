import CEpoll
import Dispatch
import Glibc
import Synchronization

/// An HTTP/1.1 server: a few event loops, each on a serial queue of its own, and a router.
public final class Server: Sendable {
    private enum Life {
        case new
        case running(ServerState)
        case stopped(ServerState)
    }

    private let configuration: Configuration
    private let router: Router
    private let life = Lock(Life.new)
    private let loops = DispatchGroup()

    public init(configuration: Configuration, router: Router) {
        self.configuration = configuration
        self.router = router
    }

    /// Begins to listen. A server starts once.
    ///
    /// - Throws: `BindError` when the address is taken or not ours, or the process may have no more
    ///   descriptors.
    public func start() throws(BindError) -> BoundAddress {
        let address = configuration.address
        let listeners = try Self.listen(address, count: min(max(configuration.eventLoops, 1), 64))
        let mailboxes = listeners.compactMap { _ in Mailbox() }
        let pollers = listeners.compactMap { _ in Poller.open() }
        guard mailboxes.count == listeners.count, pollers.count == listeners.count else {
            for listener in listeners { listener?.close() }
            for poller in pollers { close(poller) }
            throw BindError(address: address, code: EMFILE)
        }
        let state = ServerState(configuration, router, mailboxes, listeners.compactMap(\.self))
        let isFirst = life.withLock { life in
            guard case .new = life else { return false }
            life = .running(state)
            return true
        }
        guard isFirst else {
            for listener in listeners { listener?.close() }
            for poller in pollers { close(poller) }
            throw BindError(address: address, code: EALREADY)
        }
        signal(SIGPIPE, SIG_IGN)
        for index in listeners.indices { run(state, index, pollers[index], listeners[index]) }
        return BoundAddress(address: listeners.first??.address ?? address)
    }

    /// Closes the listeners and what is idle, lets requests under way finish, and returns when all
    /// is closed.
    ///
    /// - Parameter limit: What is not finished by then is cut off.
    public func stop(drainingFor limit: Duration) async {
        let state = life.withLock { life -> ServerState? in
            guard case .running(let state) = life else { return nil }
            life = .stopped(state)
            return state
        }
        guard let state else { return }
        // All of them before any loop hears of it: otherwise who is closed by one loop could come
        // in by another.
        for listener in state.listeners { listener.refuseNewConnections() }
        let deadline = Clock.milliseconds + limit.milliseconds
        for mailbox in state.mailboxes { mailbox.post(.drain(until: deadline)) }
        await withCheckedContinuation { continuation in
            loops.notify(queue: .global()) { continuation.resume() }
        }
    }

    /// What the server has done until now; at most a quarter of a second old.
    public var statistics: Statistics {
        let state = life.withLock { life -> ServerState? in
            switch life {
            case .new: nil
            case .running(let state), .stopped(let state): state
            }
        }
        guard let state else { return Statistics() }
        var sum = Statistics()
        for share in state.statistics { sum += share.latest }
        sum.handlersPending = state.pendingHandlers.load(ordering: .relaxed)
        sum.uploadsPending = state.pendingUploads.load(ordering: .relaxed)
        sum.bodyBytesHeld = state.bodies.bytesUsed
        return sum
    }

    /// The loop is one block that ends when the server stops: it keeps a thread of its own, and no
    /// turn costs a hop.
    private func run(
        _ state: ServerState, _ index: Int, _ poller: Int32, _ listener: ListeningSocket?
    ) {
        DispatchQueue(label: "http.loop.\(index)", qos: .userInitiated).async(group: loops) {
            guard let loop = EventLoop(state, index: index, poller: poller, listener: listener)
            else {
                listener?.close()
                return
            }
            loop.run()
        }
    }

    /// A listener for each loop on the same port, or one in all for a Unix socket.
    private static func listen(_ address: Address, count: Int) throws(BindError)
        -> [ListeningSocket?]
    {
        guard case .ip(let host, let port) = address else {
            let listener = try ListeningSocket(address, isShared: false)
            return [listener] + [ListeningSocket?](repeating: nil, count: count - 1)
        }
        // Sockets that share a port would not notice another server that shares it too.
        if port != 0 { try ListeningSocket(address, isShared: false).close() }
        let first = try ListeningSocket(address, isShared: true)
        var listeners: [ListeningSocket?] = [first]
        for _ in 1..<max(count, 1) where count > 1 {
            do throws(BindError) {
                guard case .ip(_, let port) = first.address else { break }
                listeners.append(try ListeningSocket(.ip(host: host, port: port), isShared: true))
            } catch {
                for listener in listeners { listener?.close() }
                throw error
            }
        }
        return listeners
    }

    /// The processors that the process may use: of a container, or under `taskset`, fewer than the
    /// machine has, and loops that share one keep each other waiting.
    static var processorCount: Int {
        var usable = cpu_set_t()
        guard sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &usable) == 0 else { return 1 }
        let count = withUnsafeBytes(of: usable) { $0.reduce(0) { $0 + $1.nonzeroBitCount } }
        return min(max(1, count), 8)
    }
}

/// A server could not listen on its address.
public struct BindError: Error, Sendable, CustomStringConvertible {
    public let address: Server.Address
    public let reason: String

    init(address: Server.Address, code: Int32) {
        self.address = address
        reason = String(cString: strerror(code))
    }

    public var description: String {
        "Cannot listen on \(Server.BoundAddress(address: address)): \(reason)."
    }
}
