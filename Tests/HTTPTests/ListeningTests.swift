import Glibc
import TestSupport
import Testing

@testable import HTTP

/// Where a server can be reached.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ListeningTests {
    @Test func `IPv6 is served`() async throws {
        try await withServer(ClientAddressTests.who) {
            $0.address = .ip(host: "::1", port: 0)
        } _: { server in
            let reply = try await server.get("/")
            #expect(reply.body == "::1 false")
        }
    }

    @Test func `a Unix socket is served by all loops and leaves no file behind`() async throws {
        let folder = try Folder()
        let path = folder.path + "/http.sock"
        for _ in 0..<2 {
            try await withServer(ClientAddressTests.who) {
                $0.address = .unix(path: path)
                $0.eventLoops = 3
            } _: { server in
                for _ in 0..<10 {
                    let reply = try await server.get("/")
                    #expect(reply.body == "unix false")
                }
                let second = Server(
                    configuration: Server.Configuration(.unix(path: path)),
                    router: try Router(ClientAddressTests.who))
                #expect(throws: BindError.self) { try second.start() }
            }
            #expect(throws: Client.Failure.self) {
                try Client(RunningServer.unixAddress(path))
            }
        }
    }

    @Test func `a socket file that a crash left is replaced, any other file is not`() async throws {
        let folder = try Folder()
        let path = folder.path + "/http.sock"
        try folder.write("http.sock", Array("precious".utf8))
        let blocked = Server(
            configuration: Server.Configuration(.unix(path: path)),
            router: try Router(ClientAddressTests.who))
        #expect(throws: BindError.self) { try blocked.start() }
        #expect(folder.read("http.sock") == "precious")
        unlink(path)

        try leaveSocketFile(path)
        try await withServer(ClientAddressTests.who) {
            $0.address = .unix(path: path)
        } _: { server in
            let reply = try await server.get("/")
            #expect(reply.body == "unix false")
            var status = stat()
            let isThere = stat(path, &status) == 0
            #expect(isThere && status.st_mode & 0o777 == 0o660)
        }
    }

    /// As a process leaves it that had no time to clean up.
    private func leaveSocketFile(_ path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isBound = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isBound, listen(descriptor, 1) == 0 else {
            throw Client.Failure(description: "no socket file")
        }
    }
}

extension RunningServer {
    static func unixAddress(_ path: String) -> Server.BoundAddress {
        Server.BoundAddress(address: .unix(path: path))
    }
}
