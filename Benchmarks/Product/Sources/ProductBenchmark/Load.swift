import Glibc

/// Keep-alive connections that each send a request, read its answer and go on with the next.
struct Load {
    let port: Int
    let connections: Int

    struct Outcome {
        /// Requests that were answered with `success`.
        let accepted: Int
        let seconds: Double
    }

    func run(_ requests: [[UInt8]]) throws -> Outcome {
        let lines = try (0..<min(connections, requests.count)).map { _ in try Line(port: port) }
        var waiting = requests[...]
        var accepted = 0
        var unanswered = requests.count
        let start = monotonicNanoseconds()
        for line in lines { try line.send(&waiting) }
        var polled = lines.map {
            pollfd(fd: $0.socket.descriptor, events: Int16(POLLIN), revents: 0)
        }
        while unanswered > 0 {
            guard poll(&polled, nfds_t(polled.count), 30_000) > 0 else {
                throw Failure("no answer within 30 s; \(unanswered) requests are open")
            }
            for index in polled.indices where polled[index].revents != 0 {
                guard let answer = try lines[index].receive() else { continue }
                unanswered -= 1
                if answer.status == 200, answer.body == Self.success { accepted += 1 }
                try lines[index].send(&waiting)
            }
        }
        return Outcome(
            accepted: accepted, seconds: Double(monotonicNanoseconds() - start) / 1_000_000_000)
    }

    private static let success = Array("success".utf8)
}

/// One connection of the load, with at most one request under way.
final class Line {
    let socket: Socket
    private var messages = MessageBuffer()

    init(port: Int) throws {
        socket = try Socket.connected(to: port)
    }

    func send(_ waiting: inout ArraySlice<[UInt8]>) throws {
        guard let request = waiting.popFirst() else { return }
        try socket.write(request)
    }

    /// - Returns: nil when the answer is not whole yet.
    func receive() throws -> MessageBuffer.Message? {
        guard try socket.read(into: &messages) else {
            throw Failure("the server closed a connection")
        }
        return messages.next()
    }

    func exchange(_ request: [UInt8]) throws -> MessageBuffer.Message {
        try socket.write(request)
        return try answer()
    }

    func answer() throws -> MessageBuffer.Message {
        while true {
            if let answer = try receive() { return answer }
        }
    }
}
