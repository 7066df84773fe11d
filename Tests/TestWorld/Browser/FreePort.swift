import Glibc

/// Ports that nobody listens on. Another process could take one in between: the server under test
/// then says so, and the test fails loudly.
package enum FreePort {
    package static func next() -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(descriptor, address, length) == 0,
                    getsockname(descriptor, address, &length) == 0
                else { return 0 }
                return 1
            } == 1 ? Int(UInt16(bigEndian: pointer.pointee.sin_port)) : 0
        }
    }
}
