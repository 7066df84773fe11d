import Glibc

extension EventLoop {
    /// Bytes that one connection may send in one turn.
    private static let bytesPerTurn = 1 << 20

    /// Sends what has been written for a connection; what the client does not take waits in its
    /// queue.
    func flush(_ connection: Connection) {
        guard !out.isEmpty else { return }
        defer { out.removeAll() }
        guard connection.phase != .closed else { return }
        guard connection.output.isEmpty else { return queue(out, on: connection) }
        switch Socket.write(connection.descriptor, out.bytes) {
        case .bytes(let count):
            statistics.bytesSent += count
            if count < out.count { queue(out, from: count, on: connection) }
        case .wouldBlock: queue(out, on: connection)
        case .failed: close(connection)
        }
    }

    /// Sends a long body together with the head before it, in one call and without a copy.
    func sendLong(_ body: [UInt8], on connection: Connection) {
        defer { out.removeAll() }
        guard connection.output.isEmpty else {
            queue(out, on: connection)
            return connection.changeOutput { $0.append(body) }
        }
        let transfer = body.withUnsafeBytes { Socket.write(connection.descriptor, out.bytes, $0) }
        switch transfer {
        case .failed: close(connection)
        case .bytes(let count):
            statistics.bytesSent += count
            queue(out, from: min(count, out.count), on: connection)
            connection.changeOutput { $0.append(body, sent: max(0, count - out.count)) }
        case .wouldBlock:
            queue(out, on: connection)
            connection.changeOutput { $0.append(body) }
        }
    }

    private func queue(_ bytes: OutputBuffer, from sent: Int = 0, on connection: Connection) {
        connection.changeOutput { $0.append(Array(bytes.bytes[sent...])) }
    }

    /// Sends an open file behind the head before it.
    func send(file: Int32, offset: Int, length: Int, on connection: Connection) {
        flush(connection)
        guard connection.phase != .closed else {
            Glibc.close(file)
            return
        }
        connection.changeOutput { $0.append(file: file, offset: offset, length: length) }
    }

    /// The client takes bytes again.
    func drainOutput(_ connection: Connection) {
        guard !connection.output.isEmpty else { return settle(connection) }
        var sent = 0
        let progress = connection.changeOutput {
            $0.send(to: connection.descriptor, bytesMax: Self.bytesPerTurn, sent: &sent)
        }
        statistics.bytesSent += sent
        switch progress {
        case .failed: return close(connection)
        case .blocked: connection.sentSinceMeasured += sent
        case .emptied:
            processInput(connection)
            settle(connection)
        }
    }

    /// Sends what there is, and decides what the connection waits for next. Every piece of work on
    /// a connection ends here.
    func settle(_ connection: Connection) {
        flush(connection)
        guard connection.phase != .closed else { return }
        guard connection.output.isEmpty else {
            if connection.interest != .output {
                watch(connection, .output)
                measurePace(connection)
            }
            return
        }
        switch connection.phase {
        case .ending: return end(connection)
        case .streaming: resumeWriter(connection)
        case .head where connection.inputEnded && !connection.isReady: return close(connection)
        default: break
        }
        if connection.wantsInput {
            watch(connection, .input)
        } else if connection.interest == .output || connection.isUploadFull {
            watch(connection, [])
        }
        updateDeadline(connection)
    }

    private func resumeWriter(_ connection: Connection) {
        guard let writers = connection.stream?.writers, !writers.isEmpty else { return }
        connection.stream?.writers = []
        for writer in writers { writer.resume() }
    }

    /// Closes, at once or when the client has had time to read the last answer: a close with bytes
    /// unread would reset the connection, and the answer with it.
    private func end(_ connection: Connection) {
        let lingers = connection.lingers || Socket.hasUnread(connection.descriptor)
        guard lingers, !connection.inputEnded else { return close(connection) }
        shutdown(connection.descriptor, Int32(SHUT_WR))
        connection.phase = .lingering
        connection.input = []
        watch(connection, .input)
        connection.lingersUntil = now + Self.lingerMillisecondsMax
        keepLingering(connection)
    }

    /// Waits on while the client still sends, but not for ever.
    func keepLingering(_ connection: Connection) {
        let pause = isDraining ? Self.drainedLingerMilliseconds : Self.lingerMilliseconds
        setDeadline(connection, min(now + pause, connection.lingersUntil))
    }

    /// From the last byte that came.
    private static var lingerMilliseconds: Int { 2000 }
    private static var lingerMillisecondsMax: Int { 10_000 }
    private static var drainedLingerMilliseconds: Int { 500 }
}
