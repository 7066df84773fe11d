import Foundation

/// Many connections that say nothing, and a busy one among them.
struct IdleConnections {
    let count: Int
    let addedMegabytes: Double
    /// Requests a second of one connection among them, by those without them.
    let speedRatio: Double

    init(count: Int, before field: Field) throws {
        guard let server = field.contestant("this server") else { throw Failure("no server") }
        let load = Load(name: "idle", path: "/plain", connections: 1)
        func speed() throws -> Double {
            let results = try field.measure(load, rounds: 5, among: [server.name])
            return results.median(server.name, of: \.requestsPerSecond)
        }
        let quiet = try speed()
        let before = server.residentKilobytes
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let sockets = try (0..<count).map { _ in try Self.connect(to: server.port) }
        defer { for socket in sockets { close(socket) } }
        // Each has had an answer, as a browser's connection has.
        let request = Array("GET /plain HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        var answer = [UInt8](repeating: 0, count: 1024)
        for socket in sockets {
            guard write(socket, request, request.count) == request.count,
                read(socket, &answer, answer.count) > 0
            else { throw Failure("an idle connection was not answered") }
        }
        self.count = count
        addedMegabytes = Double(server.residentKilobytes - before) / 1024
        speedRatio = try speed() / max(quiet, 1)
    }

    private static func connect(to port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let isConnected = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw Failure("connect: \(String(cString: strerror(errno)))") }
        return descriptor
    }
}

struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
