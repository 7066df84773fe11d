import Glibc
import Synchronization

/// One loop of a server: a thread's worth of connections, which never move to another loop.
///
/// It lives on one thread from `init` to the end of `run`. Others reach it through its mailbox
/// only.
final class EventLoop {
    let state: ServerState
    let index: Int
    let limits: Limits
    let timeouts: Timeouts
    let mailbox: Mailbox
    let poller: Poller
    var listener: ListeningSocket?

    var connections: [Connection?] = []
    var generations: [UInt32] = []
    var freeSlots: [Int] = []
    var connectionCount = 0
    /// Connections that have more to do than one turn allowed.
    var ready: [Connection] = []
    var wheel: TimerWheel

    /// What arrives, before a connection has to keep any of it.
    let received = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 64 << 10)
    /// The memory of the last head that was read. A request that outlives its turn keeps it, and
    /// the loop gets new memory.
    var spareHead = RequestHead()
    /// Answers to one connection, before they are sent as one.
    let out = OutputBuffer(capacity: 64 << 10)

    /// The monotonic clock at the beginning of the turn.
    var now: Int
    var turnNanoseconds: Int
    /// The monotonic clock at the end of the last turn, in milliseconds.
    private var turnEnd: Int
    var date: CurrentDate
    var statistics = Statistics()
    var publishedAt = 0
    /// Whether a turn has ended since the counts were published.
    private var hasUnpublishedCounts = false
    /// Lines of the access log, written once a second or when there are many.
    let logLines = OutputBuffer(capacity: 16 << 10)
    var logWrittenAt = 0
    var acceptsAgainAt: Int?
    var nextAdopter = 0
    /// When draining: the time at which every connection ends.
    var drainDeadline: Int?
    let firstRequestNumber = UInt64.random(in: .min ... .max)
    var requestCount: UInt64 = 0

    static let listenerToken = UInt64.max
    static let mailboxToken = UInt64.max - 1

    /// - Parameter poller: A descriptor from `Poller.open`.
    init?(_ state: ServerState, index: Int, poller descriptor: Int32, listener: ListeningSocket?) {
        let poller = Poller(descriptor: descriptor)
        guard poller.add(state.mailboxes[index].descriptor, .input, token: Self.mailboxToken)
        else { return nil }
        if let listener {
            guard poller.add(listener.descriptor, .input, token: Self.listenerToken) else {
                return nil
            }
        }
        self.state = state
        self.index = index
        self.listener = listener
        self.poller = poller
        mailbox = state.mailboxes[index]
        limits = state.configuration.limits
        timeouts = Timeouts(limits)
        turnNanoseconds = Clock.nanoseconds
        now = turnNanoseconds / 1_000_000
        turnEnd = now
        wheel = TimerWheel(now: now)
        date = CurrentDate(serverName: state.configuration.serverName)
        received.initialize(repeating: 0)
    }

    deinit {
        received.deallocate()
    }

    var isDraining: Bool { drainDeadline != nil }

    /// Turns until it has been told to drain and no connection is left.
    func run() {
        repeat { turn() } while !(isDraining && connectionCount == 0 && mailbox.closeIfEmpty())
        writeLog()
        publish()
    }

    private func turn() {
        let count = poller.wait(milliseconds: mailbox.letSleep() ? waitMilliseconds : 0)
        mailbox.wake()
        beginTurn()
        for index in 0..<count {
            let event = poller.event(index)
            switch event.token {
            case Self.listenerToken: acceptConnections()
            case Self.mailboxToken:
                mailbox.answerCall()
                // Who posts is often about to post more, as a writer that tells all of its group:
                // where it shares the processor it would else be woken between one and the next.
                sched_yield()
            default:
                if let connection = connection(ConnectionToken(rawValue: event.token)) {
                    handle(event.readiness, connection)
                }
            }
        }
        // Twice: a task that goes on may be about to answer.
        for _ in 0..<2 { for command in mailbox.collect() { obey(command) } }
        continueReadyConnections()
        checkDeadlines()
        endTurn()
    }

    private func beginTurn() {
        turnNanoseconds = Clock.nanoseconds
        now = turnNanoseconds / 1_000_000
        date.update(to: Clock.unixSeconds)
    }

    private func endTurn() {
        let end = Clock.nanoseconds
        let microseconds = (end - turnNanoseconds) / 1000
        turnEnd = end / 1_000_000
        if microseconds > statistics.longestTurnMicroseconds {
            statistics.longestTurnMicroseconds = microseconds
        }
        if now - logWrittenAt >= 1000 { writeLog() }
        hasUnpublishedCounts = true
        if now - publishedAt >= TimerWheel.stepMilliseconds || ready.isEmpty && publishedAt == 0 {
            publish()
        }
    }

    func publish() {
        publishedAt = now
        hasUnpublishedCounts = false
        var counts = statistics
        counts.connectionsOpen = connectionCount
        state.statistics[index].publish(counts)
    }

    private var waitMilliseconds: Int32 {
        guard ready.isEmpty else { return 0 }
        let now = turnEnd
        var delay = wheel.delay(from: now)
        if let time = acceptsAgainAt { delay = min(delay ?? .max, max(0, time - now)) }
        if let time = drainDeadline { delay = min(delay ?? .max, max(0, time - now)) }
        // Counts that nobody has seen yet are published within a step.
        if hasUnpublishedCounts || !logLines.isEmpty {
            delay = min(delay ?? .max, TimerWheel.stepMilliseconds)
        }
        return delay.map { Int32(clamping: $0) } ?? -1
    }

    private func handle(_ readiness: Poller.Readiness, _ connection: Connection) {
        if readiness.contains(.input), connection.wantsInput {
            receive(connection)
        } else if !readiness.isDisjoint(with: .hangUp) {
            close(connection)
            return
        } else if readiness.contains(.inputEnd) {
            abandon(connection)
        } else if readiness.contains(.input) {
            // Level-triggered: what is not read now would be reported again and again.
            let isHandling = connection.phase == .handling
            watch(connection, !connection.output.isEmpty ? .output : isHandling ? .inputEnd : [])
        }
        if readiness.contains(.output), connection.phase != .closed {
            drainOutput(connection)
        }
    }

    private func continueReadyConnections() {
        guard !ready.isEmpty else { return }
        let connections = ready
        ready.removeAll()
        for connection in connections where connection.phase != .closed {
            connection.isReady = false
            processInput(connection)
            settle(connection)
        }
    }

    // MARK: The table

    func connection(_ token: ConnectionToken) -> Connection? {
        let slot = Int(token.slot)
        guard slot < connections.count, generations[slot] == token.generation else { return nil }
        return connections[slot]
    }

    func watch(_ connection: Connection, _ interest: Poller.Readiness) {
        guard connection.interest != interest else { return }
        let isKnown = connection.interest != nil
        connection.interest = interest
        let token = connection.token.rawValue
        if isKnown {
            poller.change(connection.descriptor, interest, token: token)
        } else if !poller.add(connection.descriptor, interest, token: token) {
            close(connection)
        }
    }

    func close(_ connection: Connection) {
        guard connection.phase != .closed else { return }
        connection.phase = .closed
        Glibc.close(connection.descriptor)
        connection.changeOutput { $0.discard() }
        connection.handler?.cancel()
        connection.handler = nil
        connection.body?.upload?.finish(throwing: ConnectionLost())
        if let stream = connection.stream {
            for writer in stream.writers { writer.resume(throwing: ConnectionLost()) }
            stream.task.cancel()
        }
        if let exchange = connection.exchange {
            statistics.requestsBrokenOff += 1
            record(
                exchange, connection.stream?.status ?? .clientClosedRequest,
                bytesSent: connection.stream?.bytesSent ?? 0)
        }
        connection.stream = nil
        connection.exchange = nil
        connection.body = nil
        connection.input = []
        let slot = Int(connection.token.slot)
        connections[slot] = nil
        generations[slot] &+= 1
        freeSlots.append(slot)
        connectionCount -= 1
        state.openConnections.subtract(1, ordering: .relaxed)
        if connection.isCounted { state.leave(connection.peer) }
    }
}
