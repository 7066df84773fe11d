extension EventLoop {
    /// How long a connection that was accepted while draining may take to send its request.
    static var drainedArrivalMilliseconds: Int { 500 }

    func obey(_ command: Mailbox.Command) {
        switch command {
        case .respond(let token, let response):
            if let connection = connection(token) { finishHandling(connection, response) }
        case .write(let token, let chunk, let writer):
            guard let connection = connection(token) else {
                return writer.resume(throwing: ConnectionLost())
            }
            write(connection, chunk, writer)
        case .endStream(let token, let failed):
            if let connection = connection(token) { endStream(connection, failed: failed) }
        case .resumeUpload(let token):
            if let connection = connection(token) { resumeUpload(connection) }
        case .adopt(let descriptor, let peer): adopt(descriptor, peer)
        case .drain(let deadline): drain(until: deadline)
        }
    }

    /// Stops listening, ends what is idle or endless and lets the rest finish, each answer saying
    /// `Connection: close`.
    private func drain(until deadline: Int) {
        guard drainDeadline == nil else { return }
        drainDeadline = deadline
        closeListener()
        for case let connection? in connections {
            if connection.phase == .lingering { keepLingering(connection) }
            endEndlessStream(connection)
        }
        for case let connection? in connections where connection.isIdle {
            // A request may have come just now.
            receive(connection)
            guard connection.phase != .closed, connection.isIdle else { continue }
            if connection.requestCount > 0 {
                close(connection)
            } else {
                setDeadline(connection, now + Self.drainedArrivalMilliseconds)
            }
        }
    }

    /// Takes the connections that the kernel has accepted already; the server has made sure that no
    /// more come.
    private func closeListener() {
        guard let listener else { return }
        while case .connection(let descriptor, let peer) = listener.accept() {
            adopt(descriptor, peer)
        }
        poller.remove(listener.descriptor)
        listener.close()
        self.listener = nil
    }
}
