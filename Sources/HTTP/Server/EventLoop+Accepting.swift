import Glibc
import Synchronization

extension EventLoop {
    /// How long accepting pauses when there are no descriptors or places left.
    private static let pauseMilliseconds = 250
    private static let acceptancesPerTurn = 64
    /// How long a new connection may be silent before another one gets its place.
    private static let silenceMilliseconds = 1000

    func acceptConnections() {
        guard let listener, acceptsAgainAt == nil else { return }
        for _ in 0..<Self.acceptancesPerTurn {
            guard state.openConnections.load(ordering: .relaxed) < state.connectionsMax else {
                makeRoom()
                return pauseAccepting()
            }
            switch listener.accept() {
            case .connection(let descriptor, let peer): distribute(descriptor, peer)
            case .none: return
            case .exhausted: return pauseAccepting()
            }
        }
    }

    /// A Unix socket has one acceptor, which deals connections out to all loops in turn.
    private func distribute(_ descriptor: Int32, _ peer: PeerAddress) {
        guard case .unix = peer, !isDraining, state.mailboxes.count > 1 else {
            return adopt(descriptor, peer)
        }
        nextAdopter = (nextAdopter + 1) % state.mailboxes.count
        if nextAdopter == index {
            adopt(descriptor, peer)
        } else if !state.mailboxes[nextAdopter].post(.adopt(descriptor: descriptor, peer)) {
            adopt(descriptor, peer)
        }
    }

    func adopt(_ descriptor: Int32, _ peer: PeerAddress) {
        let isCounted = state.isCounted(peer)
        guard !isCounted || state.enter(peer) else {
            statistics.connectionsRefused += 1
            Glibc.close(descriptor)
            return
        }
        let slot = takeSlot()
        let token = ConnectionToken(slot: slot, generation: generations[slot])
        let connection = Connection(
            descriptor: descriptor, token: token, peer: peer,
            trustedProxies: state.trustedProxies(behind: peer), isCounted: isCounted)
        connections[slot] = connection
        connectionCount += 1
        state.openConnections.add(1, ordering: .relaxed)
        statistics.connectionsAccepted += 1
        // Who connects has often asked already: a connection for one request may end here, and neither
        // the poller nor the timers hear of it.
        receive(connection)
        if connection.phase != .closed, connection.interest == nil { watch(connection, .input) }
        if connection.isIdle, connection.requestCount == 0 {
            setDeadline(
                connection,
                isDraining ? now + Self.drainedArrivalMilliseconds : now + timeouts.idle)
        }
    }

    private func takeSlot() -> Int {
        if let slot = freeSlots.popLast() { return slot }
        connections.append(nil)
        generations.append(0)
        return connections.count - 1
    }

    /// Stops watching the listener, which would otherwise report the same waiting connection for
    /// ever.
    private func pauseAccepting() {
        guard let listener else { return }
        statistics.acceptPauses += 1
        acceptsAgainAt = now + Self.pauseMilliseconds
        poller.change(listener.descriptor, [], token: Self.listenerToken)
    }

    func resumeAccepting() {
        acceptsAgainAt = nil
        guard let listener else { return }
        poller.change(listener.descriptor, .input, token: Self.listenerToken)
    }

    /// Closes connections that have waited without a request, so that those who have one to make
    /// get in.
    private func makeRoom() {
        var left = Self.acceptancesPerTurn
        let longSilent = now + timeouts.idle - Self.silenceMilliseconds
        for case let connection? in connections
        where left > 0 && connection.isIdle
            && (connection.requestCount > 0 || connection.deadline < longSilent)
        {
            close(connection)
            left -= 1
        }
    }
}

extension Connection {
    /// Between two requests, with nothing under way in either direction.
    var isIdle: Bool {
        phase == .head && input.isEmpty && emptyLines == 0 && output.isEmpty
    }
}
