extension EventLoop {
    /// Sends a body that is written while it goes out.
    ///
    /// - Parameter isEndless: Whether it ends with the server at the latest.
    func stream(
        _ connection: Connection, _ exchange: Exchange, _ response: Response, length: Int? = nil,
        isEndless: Bool = false, _ produce: @escaping @Sendable (BodyWriter) async throws -> Void
    ) {
        var exchange = exchange
        let isChunked = length == nil && exchange.minorVersion > 0
        // An HTTP/1.0 client knows no chunks: the end of the connection is the end of the body.
        exchange.isPersistent = persists(connection, exchange) && (length != nil || isChunked)
        out.appendHead(
            response, date.lines, exchange.minorVersion, isPersistent: exchange.isPersistent)
        let token = connection.token
        let task = Task { [mailbox] in
            do {
                try await produce(
                    BodyWriter { chunk in
                        // Who looks for nothing else learns of the stop here.
                        if isEndless, Task.isCancelled { throw ConnectionLost() }
                        try await withCheckedThrowingContinuation {
                            (writer: CheckedContinuation<Void, any Error>) in
                            if !mailbox.post(.write(token, chunk, writer)) {
                                writer.resume(throwing: ConnectionLost())
                            }
                        }
                    })
                mailbox.post(.endStream(token, failed: false))
            } catch {
                mailbox.post(.endStream(token, failed: true))
            }
        }
        connection.phase = .streaming
        connection.exchange = exchange
        connection.stream = ResponseStream(
            task: task, isChunked: isChunked, isEndless: isEndless, remaining: length,
            status: response.status)
        if isDraining { endEndlessStream(connection) }
    }

    /// Has an endless stream end for the sake of a stop, also one whose client does not read.
    func endEndlessStream(_ connection: Connection) {
        guard let stream = connection.stream, stream.isEndless else { return }
        stream.task.cancel()
        connection.stream?.writers = []
        for writer in stream.writers { writer.resume(throwing: ConnectionLost()) }
    }

    func write(
        _ connection: Connection, _ chunk: [UInt8], _ writer: CheckedContinuation<Void, any Error>
    ) {
        guard let isChunked = connection.stream?.isChunked else {
            return writer.resume(throwing: ConnectionLost())
        }
        if let remaining = connection.stream?.remaining {
            guard chunk.count <= remaining else {
                writer.resume(throwing: ConnectionLost())
                return close(connection)
            }
            connection.stream?.remaining = remaining - chunk.count
        }
        connection.stream?.bytesSent += chunk.count
        // An empty chunk would be the last one.
        if isChunked, !chunk.isEmpty {
            out.append(String(chunk.count, radix: 16))
            out.append(ascii: "\r\n")
            out.append(contentsOf: chunk)
            out.append(ascii: "\r\n")
        } else {
            out.append(contentsOf: chunk)
        }
        connection.stream?.writers.append(writer)
        settle(connection)
    }

    func endStream(_ connection: Connection, failed: Bool) {
        guard let stream = connection.stream, let exchange = connection.exchange else { return }
        // A body that is not whole must not look whole; an endless one is, wherever we end it.
        let isCutOff = failed && !(stream.isEndless && isDraining)
        if isCutOff || (stream.remaining ?? 0) > 0 { return close(connection) }
        if stream.isChunked { out.append(ascii: "0\r\n\r\n") }
        connection.stream = nil
        connection.exchange = nil
        finish(
            connection, exchange, stream.status, isPersistent: persists(connection, exchange),
            bytesSent: stream.bytesSent)
        processInput(connection)
        settle(connection)
    }
}
