import Glibc

/// One TCP connection to an account's server, used by one thread and with a deadline on every step.
final class CallbackConnection {
    let descriptor: Int32
    /// It has carried an answer before, so it may have been closed by the server meanwhile.
    private(set) var isUsed = false

    /// Connects to the first address of the host that takes it.
    init(host: String, port: UInt16, deadline: ContinuousClock.Instant) throws(CallbackFailure) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host, String(port), &hints, &found)
        guard result == 0, let first = found else {
            throw .cannotConnect(String(cString: gai_strerror(result)))
        }
        defer { freeaddrinfo(first) }
        var failure = CallbackFailure.cannotConnect("the name has no address")
        for address in sequence(first: first, next: \.pointee.ai_next) {
            do throws(CallbackFailure) {
                descriptor = try Self.connect(to: address.pointee, deadline)
                return
            } catch {
                failure = error
            }
        }
        throw failure
    }

    deinit {
        close(descriptor)
    }

    /// Sends a request and reads its answer.
    func exchange(_ request: [UInt8], deadline: ContinuousClock.Instant)
        throws(CallbackFailure) -> CallbackAnswer
    {
        try send(request, deadline)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8 << 10)
        while true {
            try Self.wait(for: descriptor, Int16(POLLIN), deadline)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count > 0 || !bytes.isEmpty else { throw .connectionLost }
            bytes += chunk.prefix(max(0, count))
            if let answer = try CallbackAnswer.parse(bytes, isComplete: count <= 0) {
                isUsed = true
                return answer
            }
            guard count > 0 else { throw .malformedAnswer("it ends too early") }
        }
    }

    private func send(_ request: [UInt8], _ deadline: ContinuousClock.Instant)
        throws(CallbackFailure)
    {
        var sent = 0
        while sent < request.count {
            let count = request.withUnsafeBytes { bytes in
                Glibc.send(
                    descriptor, bytes.baseAddress.map { $0 + sent }, request.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN || errno == EINTR {
                try Self.wait(for: descriptor, Int16(POLLOUT), deadline)
            } else {
                throw .connectionLost
            }
        }
    }

    private static func connect(to address: addrinfo, _ deadline: ContinuousClock.Instant)
        throws(CallbackFailure) -> Int32
    {
        let kind = address.ai_socktype | Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.ai_family, kind, address.ai_protocol)
        guard descriptor >= 0 else { throw .cannotConnect(String(cString: strerror(errno))) }
        do throws(CallbackFailure) {
            var on: Int32 = 1
            setsockopt(
                descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on,
                socklen_t(MemoryLayout<Int32>.size))
            if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) != 0 {
                guard errno == EINPROGRESS else {
                    throw CallbackFailure.cannotConnect(String(cString: strerror(errno)))
                }
                try wait(for: descriptor, Int16(POLLOUT), deadline)
                try checkConnected(descriptor)
            }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func checkConnected(_ descriptor: Int32) throws(CallbackFailure) {
        var problem: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &problem, &length)
        guard problem == 0 else { throw .cannotConnect(String(cString: strerror(problem))) }
    }

    private static func wait(
        for descriptor: Int32, _ events: Int16, _ deadline: ContinuousClock.Instant
    ) throws(CallbackFailure) {
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw .timedOut }
            let (seconds, attoseconds) = left.components
            let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1
            var poller = pollfd(fd: descriptor, events: events, revents: 0)
            let ready = poll(&poller, 1, Int32(clamping: milliseconds))
            if ready > 0 { return }
        }
    }
}
