import Glibc

extension EventLoop {
    /// A body up to this size goes into the buffer with its head; a longer one is sent from where
    /// it is.
    private static let copiedBytesMax = 16 << 10

    /// Writes an answer, and leaves the connection ready for the next request or about to end.
    func respond(_ connection: Connection, _ exchange: Exchange, _ response: Response) {
        guard connection.phase != .closed else { return }
        guard response.status.code >= 200 else {
            return respond(connection, exchange, .refusal(.internalServerError))
        }
        let isPersistent = persists(connection, exchange)
        guard !exchange.isHead, !response.status.forbidsContent else {
            out.appendHead(response, date.lines, exchange.minorVersion, isPersistent: isPersistent)
            return finish(
                connection, exchange, response.status, isPersistent: isPersistent, bytesSent: 0)
        }
        switch response.body {
        case .none:
            out.appendHead(response, date.lines, exchange.minorVersion, isPersistent: isPersistent)
        case .bytes(let bytes):
            out.appendHead(response, date.lines, exchange.minorVersion, isPersistent: isPersistent)
            if bytes.count <= Self.copiedBytesMax {
                out.append(contentsOf: bytes)
            } else {
                sendLong(bytes, on: connection)
            }
        case .file(let path, let offset, let length):
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else {
                return respond(connection, exchange, refusal(of: FileError(path), exchange.request))
            }
            out.appendHead(response, date.lines, exchange.minorVersion, isPersistent: isPersistent)
            send(file: file, offset: offset, length: length, on: connection)
        case .stream(let length, let produce):
            return stream(connection, exchange, response, length: length, produce)
        case .endless(let produce):
            return stream(connection, exchange, response, isEndless: true, produce)
        }
        finish(
            connection, exchange, response.status, isPersistent: isPersistent,
            bytesSent: response.body.length ?? 0)
    }

    /// The answer in place of a file that cannot be opened, after `onError` has heard of it.
    private func refusal(of error: FileError, _ request: Request) -> Response {
        let answer = state.configuration.onError(error, request)
        if error.isForLack { return state.refined(.refusal(.serviceUnavailable), request) }
        if case .file = answer.body { return .refusal(.internalServerError) }
        return answer
    }

    /// Whether the connection can take another request after this one.
    func persists(_ connection: Connection, _ exchange: Exchange) -> Bool {
        exchange.isPersistent && !isDraining && !(connection.inputEnded && connection.input.isEmpty)
    }

    /// After the last byte of an answer has been given to the connection.
    func finish(
        _ connection: Connection, _ exchange: Exchange, _ status: Status, isPersistent: Bool,
        bytesSent: Int
    ) {
        record(exchange, status, bytesSent: bytesSent)
        guard connection.phase != .closed else { return }
        connection.phase = isPersistent ? .head : .ending
        if !isPersistent, !exchange.asksToClose || !connection.input.isEmpty {
            connection.lingers = true
        }
    }

    func record(_ exchange: Exchange, _ status: Status, bytesSent: Int) {
        let nanoseconds = Clock.nanoseconds - exchange.startNanoseconds
        statistics.record(status, microseconds: nanoseconds / 1000)
        guard let log = state.configuration.accessLog else { return }
        let outcome = AccessLogEntry.Outcome(
            isUnderstood: exchange.isUnderstood, minorVersion: exchange.minorVersion,
            status: status, bytesSent: bytesSent, nanoseconds: nanoseconds,
            unixSeconds: date.unixSeconds)
        switch log {
        case .entries(let receive):
            receive(AccessLogEntry(loggedRequest: exchange.request, outcome: outcome))
        case .lines(let format, _):
            format.append(exchange.request, outcome, date, to: logLines)
            if logLines.count >= Self.logBytesMax { writeLog() }
        }
    }

    /// Gives the lines of the access log to whoever writes them.
    func writeLog() {
        guard !logLines.isEmpty, case .lines(_, let write) = state.configuration.accessLog else {
            return
        }
        write(Array(logLines.bytes))
        logLines.removeAll()
        logWrittenAt = now
    }

    private static var logBytesMax: Int { 64 << 10 }
}
