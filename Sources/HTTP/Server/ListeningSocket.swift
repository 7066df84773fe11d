import CEpoll
import Glibc

/// A socket that connections are accepted from. Its owner closes it.
struct ListeningSocket: Sendable {
    let descriptor: Int32
    let address: Server.Address

    enum Acceptance {
        case connection(Int32, PeerAddress)
        case none
        /// The process or the system is out of descriptors or memory: later, perhaps.
        case exhausted
    }

    /// - Parameter isShared: Whether further sockets will listen on the same port (SO_REUSEPORT). A
    ///   first, unshared one finds out that another server has the port, which sharing would hide.
    init(_ address: Server.Address, isShared: Bool) throws(BindError) {
        switch address {
        case .ip(let host, let port):
            try self.init(host, port, isShared, address)
        case .unix(let path):
            try self.init(path, address)
        }
    }

    private init(
        _ host: String, _ port: Int, _ isShared: Bool, _ address: Server.Address
    ) throws(BindError) {
        guard (0...65535).contains(port), let storage = Self.socketAddress(host, UInt16(port))
        else {
            throw BindError(address: address, code: EINVAL)
        }
        let family = Int32(storage.ss_family)
        let length =
            family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        var socket = try Self.open(family, address)
        socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
        if isShared { socket.set(SOL_SOCKET, SO_REUSEPORT, 1) }
        if family == AF_INET6, host == "::" { socket.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
        // Accepted sockets inherit it: an answer must not wait for the acknowledgement of the one
        // before.
        socket.set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        try socket.bindAndListen(storage, length)
        socket = ListeningSocket(
            descriptor: socket.descriptor, address: .ip(host: host, port: socket.boundPort))
        self = socket
    }

    private init(_ path: String, _ address: Server.Address) throws(BindError) {
        var storage = sockaddr_storage()
        let limit = MemoryLayout<sockaddr_un>.size - MemoryLayout<sa_family_t>.size
        guard !path.isEmpty, path.utf8.count < limit else {
            throw BindError(address: address, code: ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &storage) { bytes in
            bytes.storeBytes(of: sa_family_t(AF_UNIX), as: sa_family_t.self)
            for (offset, byte) in path.utf8.enumerated() {
                bytes[MemoryLayout<sa_family_t>.size + offset] = byte
            }
        }
        let socket = try Self.open(AF_UNIX, address)
        if Self.isStale(storage, path) { unlink(path) }
        try socket.bindAndListen(storage, MemoryLayout<sockaddr_un>.size)
        // The proxy's user connects as a member of this process's group.
        chmod(path, 0o660)
        self = socket
    }

    private init(descriptor: Int32, address: Server.Address) {
        self.descriptor = descriptor
        self.address = address
    }

    func accept() -> Acceptance {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        for _ in 0..<Self.deadMax {
            let connection = withUnsafeMutablePointer(to: &storage) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    accept4(
                        descriptor, $0, &length,
                        Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue))
                }
            }
            if connection >= 0 { return .connection(connection, Self.peer(storage)) }
            switch errno {
            case EAGAIN: return .none
            // A connection that died in the queue, by accept(2): there may be another behind it.
            case EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET,
                EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH, EPERM:
                continue
            default: return .exhausted
            }
        }
        return .exhausted
    }

    /// Connections that died in the queue and are passed over at once. What answers so for ever, as a
    /// filter may with EPERM, must not hold up the loop.
    private static let deadMax = 64

    /// Lets no further connection come about from now on, while those that the kernel has accepted
    /// can still be taken.
    ///
    /// Closing a socket resets whatever waits in its queue; a filter that drops every segment first
    /// makes the queue finite.
    func refuseNewConnections() {
        if case .unix(let path) = address {
            unlink(path)
            return
        }
        // BPF_RET | BPF_K with 0: no byte of a packet is kept.
        var dropAll = sock_filter(code: 0x06, jt: 0, jf: 0, k: 0)
        withUnsafeMutablePointer(to: &dropAll) {
            var program = sock_fprog(len: 1, filter: $0)
            _ = setsockopt(
                descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program,
                socklen_t(MemoryLayout<sock_fprog>.size))
        }
    }

    func close() {
        _ = Glibc.close(descriptor)
    }

    // MARK: Making

    private static func open(_ family: Int32, _ address: Server.Address) throws(BindError)
        -> ListeningSocket
    {
        let type =
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw BindError(address: address, code: errno) }
        return ListeningSocket(descriptor: descriptor, address: address)
    }

    private func bindAndListen(_ storage: sockaddr_storage, _ length: Int) throws(BindError) {
        let isBound = withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(length)) == 0
            }
        }
        guard isBound, listen(descriptor, 4096) == 0 else {
            let code = errno
            close()
            throw BindError(address: address, code: code)
        }
    }

    private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private var boundPort: Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = getsockname(descriptor, $0, &length)
            }
        }
        // The port lies at the same place in an IPv4 and an IPv6 address.
        return withUnsafeBytes(of: storage) {
            Int(UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)))
        }
    }

    private static func socketAddress(_ host: String, _ port: UInt16) -> sockaddr_storage? {
        var storage = sockaddr_storage()
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: four, as: sockaddr_in.self) }
        } else if inet_pton(AF_INET6, host, &six.sin6_addr) == 1 {
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: six, as: sockaddr_in6.self) }
        } else {
            return nil
        }
        return storage
    }

    private static func peer(_ storage: sockaddr_storage) -> PeerAddress {
        withUnsafeBytes(of: storage) { bytes in
            switch Int32(storage.ss_family) {
            case AF_INET: .ipv4(UInt32(bigEndian: bytes.load(as: sockaddr_in.self).sin_addr.s_addr))
            case AF_INET6: PeerAddress(bytes.load(as: sockaddr_in6.self).sin6_addr)
            default: .unix
            }
        }
    }

    /// Whether a socket file is there and nobody listens at it any more. A file of another kind
    /// refuses connections too, and is not ours to remove.
    private static func isStale(_ storage: sockaddr_storage, _ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return false }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard probe >= 0 else { return false }
        defer { _ = Glibc.close(probe) }
        let isConnected = withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(probe, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        return !isConnected && errno == ECONNREFUSED
    }
}
