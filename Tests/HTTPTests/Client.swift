import Dispatch
import Glibc
import HTTP
import Synchronization

/// One connection, byte by byte. Its blocking calls have a queue of their own, so that they hold up
/// no task.
final class Client: Sendable {
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "test.client")
    private let buffer = Mutex<[UInt8]>([])

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter source: the IPv4 address of this machine to speak from.
    init(
        _ address: Server.BoundAddress, from source: String? = nil, receiveBuffer: Int32? = nil
    ) throws {
        let family: Int32
        switch address.address {
        case .ip(let host, _): family = host.contains(":") ? AF_INET6 : AF_INET
        case .unix: family = AF_UNIX
        }
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        if let receiveBuffer { set(SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
        if family != AF_UNIX { set(Int32(IPPROTO_TCP), TCP_NODELAY, 1) }
        var timeout = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(
            descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let isBound = source.map { Self.bind(descriptor, to: $0) } ?? true
        guard isBound, Self.connect(descriptor, address.address) else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw Failure(description: "connect: \(reason)")
        }
    }

    deinit {
        close(descriptor)
    }

    func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) async throws {
        try await run { [descriptor] in
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else {
                    throw Failure(description: "send: \(String(cString: strerror(errno)))")
                }
                sent += count
            }
        }
    }

    /// Says that no more is sent.
    func halfClose() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Ends the connection by RST.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// The next answer.
    func reply(to method: String = "GET") async throws -> Reply {
        try await run { [self] in
            while true {
                let reply = try buffer.withLock {
                    try Reply.take(from: &$0, method: method, isEnd: false)
                }
                if let reply { return reply }
                guard try receive() else {
                    let last = try buffer.withLock {
                        try Reply.take(from: &$0, method: method, isEnd: true)
                    }
                    guard let last else { throw Failure(description: "closed without an answer") }
                    return last
                }
            }
        }
    }

    /// Whatever comes until the server closes.
    func rest() async throws -> String {
        try await run { [self] in
            while try receive() {}
            return buffer.withLock { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// At least so many bytes, as they are.
    func bytes(_ count: Int) async throws -> [UInt8] {
        try await run { [self] in
            while buffer.withLock({ $0.count }) < count, try receive() {}
            return buffer.withLock { buffer in
                let taken = Array(buffer.prefix(count))
                buffer.removeFirst(taken.count)
                return taken
            }
        }
    }

    private func receive() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0, errno == ECONNRESET { return false }
        guard count >= 0 else { throw Failure(description: "nothing came for a minute") }
        buffer.withLock { $0.append(contentsOf: chunk.prefix(count)) }
        return count > 0
    }

    private func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws
        -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }

    private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func bind(_ descriptor: Int32, to source: String) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, source, &address.sin_addr)
        return withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func connect(_ descriptor: Int32, _ address: Server.Address) -> Bool {
        switch address {
        case .ip(let host, let port) where host.contains(":"):
            var six = sockaddr_in6()
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = in_port_t(port).bigEndian
            inet_pton(AF_INET6, host, &six.sin6_addr)
            return connect(descriptor, six)
        case .ip(let host, let port):
            var four = sockaddr_in()
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = in_port_t(port).bigEndian
            inet_pton(AF_INET, host, &four.sin_addr)
            return connect(descriptor, four)
        case .unix(let path):
            var local = sockaddr_un()
            local.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &local.sun_path) { $0.copyBytes(from: path.utf8) }
            return connect(descriptor, local)
        }
    }

    private static func connect<Address>(_ descriptor: Int32, _ address: Address) -> Bool {
        withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size)) == 0
            }
        }
    }
}
