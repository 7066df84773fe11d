import Glibc

extension EventLoop {
    /// Requests of one connection that are answered before others get their turn.
    private static let requestsPerTurn = 64
    /// Empty lines that a client may send before a request line (RFC 9112 §2.2).
    private static let emptyLinesMax = 4

    func receive(_ connection: Connection) {
        switch Socket.read(connection.descriptor, into: UnsafeMutableRawBufferPointer(received)) {
        case .wouldBlock: return
        case .failed: return close(connection)
        case .bytes(0): return endInput(connection)
        case .bytes(let count):
            statistics.bytesReceived += count
            guard connection.phase != .lingering else { return keepLingering(connection) }
            let bytes = UnsafeBufferPointer(rebasing: received[..<count])
            if connection.input.isEmpty {
                let used = process(connection, bytes)
                if used < count { connection.keep(UnsafeBufferPointer(rebasing: bytes[used...])) }
            } else {
                connection.keep(bytes)
                processInput(connection)
            }
            settle(connection)
        }
    }

    /// Goes on with what the connection has kept.
    func processInput(_ connection: Connection) {
        guard !connection.input.isEmpty else { return }
        var input = connection.takeInput()
        let used = input.withUnsafeBufferPointer { process(connection, $0) }
        guard used < input.count, connection.phase != .closed else { return }
        if used > 0 { input.removeFirst(used) }
        connection.input = input
    }

    /// Reads requests and bodies as long as there are whole ones, and answers what can be answered
    /// at once.
    ///
    /// - Returns: How many bytes have been used; the connection keeps the others.
    private func process(_ connection: Connection, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        // Outside the loop while it is used, as `Connection.changeOutput` explains.
        var head = RequestHead()
        swap(&head, &spareHead)
        defer { swap(&head, &spareHead) }
        var position = 0
        var requestsLeft = Self.requestsPerTurn
        while position < bytes.count {
            switch connection.phase {
            case .head:
                guard connection.output.isEmpty else { return position }
                guard requestsLeft > 0 else {
                    makeReady(connection)
                    return position
                }
                requestsLeft -= 1
                guard readHead(connection, &head, bytes, &position) else { return position }
                if out.count >= limits.bufferedOutputBytesMax { flush(connection) }
            case .body:
                guard !connection.isUploadFull else { return position }
                readBody(connection, bytes, &position)
            case .handling, .streaming: return position
            case .ending, .lingering, .closed: return bytes.count
            }
        }
        return position
    }

    /// - Returns: false when the head is not complete.
    private func readHead(
        _ connection: Connection, _ head: inout RequestHead, _ bytes: UnsafeBufferPointer<UInt8>,
        _ position: inout Int
    ) -> Bool {
        guard skipEmptyLines(connection, bytes, &position) else { return false }
        let span = Span(_unsafeElements: UnsafeBufferPointer(rebasing: bytes[position...]))
        // Looks at a head again only when a line has been completed, so that dripped bytes stay
        // cheap.
        if connection.scanned > 0, span.firstIndex(of: .lf, from: connection.scanned) == nil,
            span.count < state.parser.targetBytesMax || span.firstIndex(of: .lf, from: 0) != nil,
            span.count <= limits.headBytesMax
        {
            connection.scanned = span.count
            return false
        }
        switch state.parser.parse(span, into: &head) {
        case .needsMore:
            connection.scanned = span.count
            return false
        case .refused(let status):
            connection.scanned = 0
            refuse(connection, status, unread: bytes[position...])
        case .head(let length):
            connection.scanned = 0
            connection.emptyLines = 0
            connection.headStarted = nil
            head.keep(UnsafeBufferPointer(rebasing: bytes[position..<(position + length)]))
            position += length
            begin(connection, head, bytes, &position)
        }
        return true
    }

    private func skipEmptyLines(
        _ connection: Connection, _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int
    ) -> Bool {
        while bytes[position] == .cr {
            guard position + 1 < bytes.count else { return false }
            guard bytes[position + 1] == .lf, connection.emptyLines < Self.emptyLinesMax else {
                return true
            }
            connection.emptyLines += 1
            position += 2
            guard position < bytes.count else { return false }
        }
        return true
    }

    private func readBody(
        _ connection: Connection, _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int
    ) {
        switch connection.body?.take(bytes, at: &position) {
        case .needsMore: break
        case .full: connection.isUploadFull = true
        case .complete: completeBody(connection)
        case .tooLong: refuseBody(connection, .contentTooLarge, ContentTooLarge())
        case .noRoom: refuseBody(connection, .serviceUnavailable, BodiesTooLarge())
        case .malformed: refuseBody(connection, .badRequest, ConnectionLost())
        case nil: connection.phase = .head
        }
    }

    /// The client has said that it sends no more.
    private func endInput(_ connection: Connection) {
        connection.inputEnded = true
        switch connection.phase {
        case .head where connection.input.isEmpty: close(connection)
        case .head:
            refuse(connection, .badRequest, unread: connection.input)
            settle(connection)
        case .body:
            refuseBody(connection, .badRequest, ConnectionLost())
            settle(connection)
        case .lingering: close(connection)
        case .handling, .streaming, .ending, .closed: watch(connection, [])
        }
    }

    private func makeReady(_ connection: Connection) {
        guard !connection.isReady else { return }
        connection.isReady = true
        ready.append(connection)
    }
}
