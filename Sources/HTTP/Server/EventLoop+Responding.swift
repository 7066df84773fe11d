import Glibc

extension EventLoop {
    /// A body up to this size goes into the buffer with its head; a longer one is sent from where it is.
    private static let copiedBytesMax = 16 << 10

    /// Writes an answer, and leaves the connection ready for the next request or about to end.
    func respond(_ connection: Connection, _ exchange: Exchange, _ response: Response) {
        guard connection.phase != .closed else { return }
        var exchange = exchange
        var response = response
        if response.status.code < 200 { response = .refusal(.internalServerError) }
        if response.status.forbidsContent { response.body = .none }
        if isDraining || connection.inputEnded && connection.input.isEmpty { exchange.isPersistent = false }
        var file: Int32?
        if case .file(let path, _, _) = response.body, !exchange.isHead {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            if descriptor >= 0 { file = descriptor } else { response = .refusal(.internalServerError) }
        }
        if case .stream(let length, let produce) = response.body, !exchange.isHead {
            return stream(connection, exchange, response, length: length, produce)
        }
        appendHead(response, exchange, isChunked: response.body.length == nil && exchange.minorVersion > 0)
        var sent = 0
        if !exchange.isHead {
            sent = response.body.length ?? 0
            switch response.body {
            case .none, .stream: break
            case .bytes(let bytes) where bytes.count <= Self.copiedBytesMax: out.append(contentsOf: bytes)
            case .bytes(let bytes): sendLong(bytes, on: connection)
            case .file(_, let offset, let length):
                flush(connection)
                guard let file else { break }
                guard connection.phase != .closed else { _ = Glibc.close(file); return }
                connection.output.append(file: file, offset: offset, length: length)
            }
        }
        record(exchange, response.status, bytesSent: sent)
        finish(connection, exchange)
    }

    /// After the last byte of an answer has been given to the connection.
    func finish(_ connection: Connection, _ exchange: Exchange) {
        guard connection.phase != .closed else { return }
        connection.phase = exchange.isPersistent ? .head : .ending
        if !exchange.isPersistent, !exchange.asksToClose || !connection.input.isEmpty { connection.lingers = true }
    }

    func record(_ exchange: Exchange, _ status: Status, bytesSent: Int) {
        let nanoseconds = Clock.nanoseconds - exchange.startNanoseconds
        statistics.responsesByClass[status.code / 100 - 1] += 1
        statistics.latency.record(microseconds: nanoseconds / 1000)
        guard let log = state.configuration.accessLog else { return }
        let entry = AccessLogEntry(
            loggedRequest: exchange.request, isUnderstood: exchange.isUnderstood, status: status,
            bytesSent: bytesSent, duration: .nanoseconds(nanoseconds), unixSeconds: date.unixSeconds)
        switch log {
        case .entries(let receive): receive(entry)
        case .lines(let format, _): format.append(entry, date, to: &logLines)
        }
        if logLines.count >= Self.logBytesMax { writeLog() }
    }

    /// Gives the lines of the access log to whoever writes them.
    func writeLog() {
        guard !logLines.isEmpty, case .lines(_, let write) = state.configuration.accessLog else { return }
        write(logLines)
        logLines.removeAll(keepingCapacity: true)
        logWrittenAt = now
    }

    private static var logBytesMax: Int { 64 << 10 }

    /// Status line and fields (RFC 9112 §4 and §5).
    func appendHead(_ response: Response, _ exchange: Exchange, isChunked: Bool) {
        let status = response.status
        if status.code == 200 {
            out.append(ascii: "HTTP/1.1 200 OK\r\n")
        } else {
            out.append(ascii: "HTTP/1.1 ")
            out.appendDecimal(status.code)
            out.append(.space)
            out.append(contentsOf: status.reason.utf8)
            out.append(ascii: "\r\n")
        }
        out.append(contentsOf: date.lines)
        append(response.fields)
        if isChunked {
            out.append(ascii: "Transfer-Encoding: chunked\r\n")
        } else if let length = response.body.length, !status.forbidsContent {
            out.append(ascii: "Content-Length: ")
            out.appendDecimal(length)
            out.append(ascii: "\r\n")
        }
        if !exchange.isPersistent {
            out.append(ascii: "Connection: close\r\n")
        } else if exchange.minorVersion == 0 {
            out.append(ascii: "Connection: keep-alive\r\n")
        }
        out.append(ascii: "\r\n")
    }

    /// A handler's fields, without those that only the server can know.
    private func append(_ fields: Fields) {
        for line in fields.lines {
            switch line.name.count {
            case 4 where fields.bytes[line.name].matches(lowercase: "date"): continue
            case 10 where fields.bytes[line.name].matches(lowercase: "connection"): continue
            case 14 where fields.bytes[line.name].matches(lowercase: "content-length"): continue
            case 17 where fields.bytes[line.name].matches(lowercase: "transfer-encoding"): continue
            default: break
            }
            out.append(contentsOf: fields.bytes[line.name])
            out.append(ascii: ": ")
            out.append(contentsOf: fields.bytes[line.value])
            out.append(ascii: "\r\n")
        }
    }
}
