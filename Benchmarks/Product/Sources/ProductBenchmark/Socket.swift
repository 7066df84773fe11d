import Glibc

/// A blocking TCP socket on the loopback interface.
struct Socket: ~Copyable {
    let descriptor: Int32

    /// - Parameter descriptor: closed when this ends.
    init(owning descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Gives the descriptor away, to be closed by another owner.
    consuming func release() -> Int32 {
        let descriptor = descriptor
        discard self
        return descriptor
    }

    static func connected(to port: Int) throws -> Socket {
        let socket = try make()
        try socket.withAddress(port: port) { address, length in
            guard connect(socket.descriptor, address, length) == 0 else {
                throw Failure.system("connect to port \(port)")
            }
        }
        return socket
    }

    /// Listens on a free port.
    static func listening() throws -> Socket {
        let socket = try make()
        try socket.withAddress(port: 0) { address, length in
            guard bind(socket.descriptor, address, length) == 0,
                listen(socket.descriptor, 1024) == 0
            else { throw Failure.system("listen") }
        }
        return socket
    }

    func accepted() throws -> Socket {
        let descriptor = accept(descriptor, nil, nil)
        guard descriptor >= 0 else { throw Failure.system("accept") }
        return Socket(owning: descriptor).withoutDelay()
    }

    var port: Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = getsockname(descriptor, $0, &length)
            }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(
                    descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure.system("send") }
            sent += count
        }
    }

    /// Reads what is there into `messages`, waiting when nothing is.
    ///
    /// - Returns: false at the end of the stream.
    func read(into messages: inout MessageBuffer) throws -> Bool {
        let count = messages.take(max: 16_384) { recv(descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw Failure.system("recv") }
        return count > 0
    }

    private static func make() throws -> Socket {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure.system("socket") }
        return Socket(owning: descriptor).withoutDelay()
    }

    private consuming func withoutDelay() -> Socket {
        var on: Int32 = 1
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        return self
    }

    private func withAddress(
        port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Void
    ) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try withUnsafePointer(to: &address) {
            try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
