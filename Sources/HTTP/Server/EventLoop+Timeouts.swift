extension EventLoop {
    /// Sets when the connection's present phase has lasted too long.
    func setDeadline(_ connection: Connection, _ time: Int) {
        connection.deadline = time
        let step = time / TimerWheel.stepMilliseconds + 1
        if let scheduled = connection.scheduledStep, scheduled <= step { return }
        connection.scheduledStep = wheel.schedule(connection.token, at: time)
    }

    /// After progress in a phase that waits for the client.
    func updateDeadline(_ connection: Connection) {
        switch connection.phase {
        case .head where connection.isIdle:
            connection.headStarted = nil
            setDeadline(connection, now + timeouts.idle)
        case .head:
            let started = connection.headStarted ?? now
            connection.headStarted = started
            setDeadline(connection, started + timeouts.head)
        case .body:
            connection.body?.pace.noteArrival(now: now)
            guard let pace = connection.body?.pace else { return }
            setDeadline(connection, pace.deadline(period: timeouts.body))
            if connection.isUploadFull { connection.deadline = .max }
        case .handling where connection.isAbandoned: break
        case .handling, .streaming:
            connection.deadline = .max
        case .ending, .lingering, .closed:
            break
        }
    }

    /// The client has closed its side while a handler is at work.
    func abandon(_ connection: Connection) {
        watch(connection, [])
        connection.isAbandoned = true
        setDeadline(connection, now + timeouts.abandoned)
    }

    func checkDeadlines() {
        for (token, step) in wheel.advance(to: now) {
            guard let connection = connection(token), connection.scheduledStep == step else {
                continue
            }
            connection.scheduledStep = nil
            if connection.deadline <= now {
                expire(connection)
            } else if connection.deadline != .max {
                setDeadline(connection, connection.deadline)
            }
        }
        if let time = acceptsAgainAt, time <= now { resumeAccepting() }
        if let time = drainDeadline, time <= now {
            for case let connection? in connections { close(connection) }
        }
    }

    /// Begins a period in which the client has to take enough of what waits for it.
    func measurePace(_ connection: Connection) {
        connection.sentSinceMeasured = 0
        connection.unacknowledgedBefore = Socket.unacknowledged(connection.descriptor)
        setDeadline(connection, now + timeouts.write)
    }

    /// Whether the client took enough since its pace was measured. What it acknowledged is counted: the
    /// kernel asks for more only when a good part of its own queue has gone.
    private func keepsPace(_ connection: Connection) -> Bool {
        let taken =
            connection.sentSinceMeasured + connection.unacknowledgedBefore
            - Socket.unacknowledged(connection.descriptor)
        return taken > 0 && taken >= limits.sendRateMin * timeouts.write / 1000
    }

    /// Whether the body comes fast enough; begins the next period if so.
    private func keepsReceivePace(_ connection: Connection) -> Bool {
        guard let count = connection.body?.count, var pace = connection.body?.pace,
            pace.isKept(
                by: count, now: now, period: timeouts.body, rateMin: limits.receiveRateMin)
        else { return false }
        connection.body?.pace = pace
        setDeadline(connection, pace.deadline(period: timeouts.body))
        return true
    }

    private func expire(_ connection: Connection) {
        guard connection.output.isEmpty else {
            return keepsPace(connection) ? measurePace(connection) : close(connection)
        }
        switch connection.phase {
        case .head where connection.input.isEmpty: close(connection)
        case .head:
            refuse(connection, .requestTimeout, unread: connection.input)
            settle(connection)
        case .body:
            guard !keepsReceivePace(connection) else { return }
            refuseBody(connection, .requestTimeout, ConnectionLost())
            settle(connection)
        case .ending, .lingering: close(connection)
        case .handling: connection.handler?.cancel()
        case .streaming, .closed: break
        }
    }
}
