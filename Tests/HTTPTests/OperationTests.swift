import Dispatch
import Glibc
import TestSupport
import Testing

@testable import HTTP

@Suite(.serialized, .timeLimit(.minutes(2))) struct OperationTests {
    static let who: [Route] = [
        .inline(.get, "/") { .text("\($0.clientAddress) \($0.isSecure)") }
    ]

    @Test(arguments: [
        ("", "127.0.0.1 false"), ("X-Forwarded-For: 203.0.113.9\r\n", "203.0.113.9 false"),
        (
            "X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.1.2.3\r\nX-Forwarded-Proto: https\r\n",
            "203.0.113.9 true"
        ),
        ("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 203.0.113.9:4711\r\n", "203.0.113.9 false"),
        ("X-Forwarded-For: rubbish\r\n", "127.0.0.1 false"),
        // What a client left open swallows nothing of what a proxy has appended.
        ("X-Forwarded-For: \", 203.0.113.9\r\n", "203.0.113.9 false"),
        ("X-Forwarded-For: 2001:db8::1\r\n", "2001:db8::1 false"),
        ("X-Forwarded-For: ::ffff:203.0.113.9\r\n", "203.0.113.9 false"),
        ("X-Forwarded-For: 203.0.113.9\r\nForwarded: for=6.6.6.6\r\n", "203.0.113.9 false"),
        ("Forwarded: for=6.6.6.6;proto=https\r\n", "127.0.0.1 false"),
    ])
    func `a trusted proxy is believed from the right`(_ fields: String, _ body: String) async throws
    {
        try await expectClient(fields, body, told: .xForwarded)
    }

    @Test(arguments: [
        (
            "Forwarded: for=6.6.6.6, for=\"[2001:db8::1]:80\";proto=HTTPS;by=x\r\n",
            "2001:db8::1 true"
        ),
        (
            "Forwarded: for=203.0.113.9;proto=https, for=10.0.0.1\r\nX-Forwarded-For: 6.6.6.6\r\n",
            "203.0.113.9 true"
        ),
        ("Forwarded: for=_hidden;proto=https\r\n", "127.0.0.1 true"),
        ("Forwarded: for=\", for=203.0.113.9\r\n", "203.0.113.9 false"),
        ("Forwarded: for=\", for=\"[2001:db8::1]:80\"\r\n", "2001:db8::1 false"),
        ("Forwarded: for=6.6.6.6\\, for=\"203.0.113.9\"\r\n", "203.0.113.9 false"),
        ("Forwarded: for=6.6.6.6, for=203.0.113.9;by=\"a,\\\",b\"\r\n", "203.0.113.9 false"),
        ("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n", "127.0.0.1 false"),
    ])
    func `a proxy that writes Forwarded is believed by that field alone`(
        _ fields: String, _ body: String
    ) async throws {
        try await expectClient(fields, body, told: .forwarded)
    }

    private func expectClient(
        _ fields: String, _ body: String, told: ForwardingFields
    ) async throws {
        let ten = try #require(AddressBlock("10.0.0.0/8"))
        try await withServer(Self.who) {
            $0.trustedProxies = AddressBlock.loopback + [ten]
            $0.forwardingFields = told
        } _: { server in
            let reply = try await server.get("/", fields)
            #expect(reply.body == body)
        }
    }

    @Test func `the addresses of one IPv6 network count as one`() throws {
        let first = try #require(PeerAddress("2001:db8:1:2::1"))
        let second = try #require(PeerAddress("2001:db8:1:2:ffff::9"))
        let other = try #require(PeerAddress("2001:db8:1:3::1"))
        #expect(first.network == second.network && first.network != other.network)
        let four = try #require(PeerAddress("203.0.113.9"))
        #expect(four.network == four)
    }

    @Test func `a stranger is not believed`() async throws {
        try await withServer(Self.who) { server in
            let reply = try await server.get(
                "/", "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n")
            #expect(reply.body == "127.0.0.1 false")
        }
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0/8", "x", "::/129", "10.0.0.0/", "10.0.0.0/-1"])
    func `what is no block of addresses is none`(_ text: String) {
        #expect(AddressBlock(text) == nil)
    }

    @Test func `IPv6 is served`() async throws {
        try await withServer(Self.who) {
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
            try await withServer(Self.who) {
                $0.address = .unix(path: path)
                $0.eventLoops = 3
            } _: { server in
                for _ in 0..<10 {
                    let reply = try await server.get("/")
                    #expect(reply.body == "unix false")
                }
                let second = Server(
                    configuration: Server.Configuration(.unix(path: path)),
                    router: try Router(Self.who))
                #expect(throws: BindError.self) { try second.start() }
            }
            #expect(throws: Client.Failure.self) {
                try Client(RunningServer.unixAddress(path))
            }
        }
    }

    @Test func `a deferred handler runs on the loop, and is answered from any thread`()
        async throws
    {
        let routes: [Route] = [
            .inline(.get, "/loop") { _ in .text("\(Self.thread)") },
            .deferred(.get, "/deferred") { _, pending in
                let thread = Self.thread
                DispatchQueue.global().async { pending.complete(.success(.text("\(thread)"))) }
            },
            .deferred(.get, "/at-once/{name}") { (_, pending, name: String) in
                pending.complete(.success(.text(name)))
                pending.complete(.success(.text("again")))
            },
        ]
        try await withServer(routes) { server in
            let loop = try await server.get("/loop").body
            #expect(try await server.get("/deferred").body == loop)
            for name in ["a", "b", "c"] {
                #expect(try await server.get("/at-once/\(name)").body == name)
            }
        }
    }

    @Test func `a deferred answer that fails or is forgotten is the server's 500`() async throws {
        struct Fault: Error {}
        let routes: [Route] = [
            .deferred(.get, "/fails") { _, pending in pending.complete(.failure(Fault())) },
            .deferred(.get, "/forgotten") { _, _ in },
            .deferred(.get, "/number/{n}") { (_, pending, n: Int) in
                pending.complete(.success(.text("\(n)")))
            },
        ]
        try await withServer(routes) { server in
            for (path, status) in [("/fails", 500), ("/forgotten", 500), ("/number/x", 404)] {
                let reply = try await server.get(path)
                #expect(reply.status == status, "\(path)")
            }
            #expect(server.server.statistics.handlersPending == 0)
        }
    }

    private static var thread: UInt { UInt(pthread_self()) }

    @Test func `a socket file that a crash left is replaced, any other file is not`() async throws {
        let folder = try Folder()
        let path = folder.path + "/http.sock"
        try folder.write("http.sock", Array("precious".utf8))
        let blocked = Server(
            configuration: Server.Configuration(.unix(path: path)), router: try Router(Self.who))
        #expect(throws: BindError.self) { try blocked.start() }
        #expect(folder.read("http.sock") == "precious")
        unlink(path)

        try leaveSocketFile(path)
        try await withServer(Self.who) {
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

    @Test func `the access log is in the combined format and holds no secret`() async throws {
        let folder = try Folder()
        let file = try AccessLogFile(path: folder.path + "/access.log")
        try await withServer(pages) {
            $0.accessLog = .lines(.combined, to: file)
        } _: { server in
            _ = try await server.get(
                "/?name=x&token=s3cret&%74oken=s3cret&sign",
                "User-Agent: a\"b\\c\u{e9}\r\nReferer: https://x.example/y?code=s3cret\r\nCookie: s3cret\r\n"
            )
            _ = try await server.reply(to: "GET / HTTP/9.9\r\n\r\n")
            #expect(
                await eventually {
                    file.flush()
                    return folder.read("access.log").split(separator: "\n").count == 2
                })
            let lines = folder.read("access.log").split(separator: "\n")
            try #require(lines.count == 2)
            let pattern =
                #/127\.0\.0\.1 - - \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET \/\?name=x&token=-&%74oken=-&sign HTTP\/1\.1" 200 4 "https:\/\/x\.example\/y" "a\\x22b\\x5cc\\xc3\\xa9"/#
            #expect(lines[0].wholeMatch(of: pattern) != nil, "\(lines[0])")
            #expect(lines[1].contains("\"-\" 505 "))
        }
    }

    @Test func `a secret in a path is in no log`() async throws {
        let folder = try Folder()
        let file = try AccessLogFile(path: folder.path + "/access.log")
        let routes: [Route] = [
            .inline(.get, "/join/{token}/as/{name}") { (request, _: String, _: String) in
                .text(request.loggedPath)
            }
        ]
        try await withServer(routes) {
            $0.accessLog = .lines(.combined, to: file)
        } _: { server in
            for target in ["/join/s3cret/as/lin?x=1", "/%6aoin/s3cret/as/%E6%9E%97"] {
                let reply = try await server.get(target)
                #expect(reply.body.hasPrefix("/join/-/as/"))
            }
            // Nor when no route takes it.
            #expect(try await server.get("/join/s3cret/as/lin/").status == 404)
            #expect(
                try await server.reply(to: "PUT /join/s3cret/as/lin HTTP/1.1\r\nHost: a\r\n\r\n")
                    .status == 405)
            #expect(
                try await eventually {
                    file.flush()
                    return folder.read("access.log").split(separator: "\n").count == 4
                })
            let log = folder.read("access.log")
            #expect(log.contains("\"GET /join/-/as/lin?x=1 HTTP/1.1\""), "\(log)")
            #expect(log.contains("\"PUT /join/-/as/lin HTTP/1.1\" 405 "), "\(log)")
            #expect(!log.contains("s3cret"))
        }
    }

    @Test func `a request that its client broke off is logged and counted`() async throws {
        let folder = try Folder()
        let file = try AccessLogFile(path: folder.path + "/access.log")
        let gate = Gate()
        let routes: [Route] = [
            .async(.get, "/slow") { _ in
                await gate.wait()
                return .text("late")
            }
        ]
        try await withServer(routes) {
            $0.accessLog = .lines(.combined, to: file)
        } _: { server in
            do {
                // Gone at the end of the block, by RST.
                let client = try server.connect()
                try await client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await eventually { server.server.statistics.handlersPending == 1 })
                client.reset()
            }
            #expect(
                try await eventually {
                    file.flush()
                    return server.server.statistics.requestsBrokenOff == 1
                        && folder.read("access.log").contains("\"GET /slow HTTP/1.1\" 499 0 ")
                })
            gate.open()
        }
    }

    @Test func `a rotated log is begun anew at SIGHUP`() async throws {
        let folder = try Folder()
        let path = folder.path + "/access.log"
        let file = try AccessLogFile(path: path)
        // A signal that comes before anybody listens must not end the tests.
        signal(SIGHUP, SIG_IGN)
        let following = Task { await LogRotation.follow(file) { _ in } }
        defer { following.cancel() }
        try await withServer(pages) {
            $0.accessLog = .lines(.combined, to: file)
        } _: { server in
            rename(path, path + ".1")
            #expect(
                try await eventually {
                    kill(getpid(), SIGHUP)
                    return access(path, F_OK) == 0
                })
            _ = try await server.get("/items/1")
            #expect(
                try await eventually {
                    file.flush()
                    return folder.read("access.log").contains("/items/1")
                })
        }
    }

    @Test func `a log that takes nothing holds up nobody and fills no memory`() async throws {
        let folder = try Folder()
        let path = folder.path + "/pipe"
        mkfifo(path, 0o600)
        // Open for reading, so that opening it for writing does not wait; nobody reads.
        let reader = open(path, O_RDWR | O_NONBLOCK)
        defer { close(reader) }
        let file = try AccessLogFile(path: path)
        try await withServer(pages) {
            $0.accessLog = .lines(.combined, to: file)
            $0.limits.requestsPerConnectionMax = .max
        } _: { server in
            let client = try server.connect()
            let request =
                "GET /items/\(String(repeating: "x", count: 4000)) HTTP/1.1\r\nHost: a\r\n\r\n"
            for _ in 0..<3000 {
                try await client.send(request)
                _ = try await client.reply()
            }
            #expect(try await eventually { file.bytesDropped > 0 })
            // What waits is let go.
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            #expect(
                try await eventually {
                    while read(reader, &bytes, bytes.count) > 0 {}
                    return file.bytesWaiting == 0
                })
        }
    }

    @Test func `the access log can be JSON`() async throws {
        let folder = try Folder()
        let file = try AccessLogFile(path: folder.path + "/access.log")
        try await withServer(pages) {
            $0.accessLog = .lines(.json, to: file)
        } _: { server in
            _ = try await server.get("/items/1?password=x")
            #expect(
                await eventually {
                    file.flush()
                    return folder.read("access.log").hasSuffix("\n")
                })
            let line = folder.read("access.log")
            #expect(
                line.contains(
                    #""method":"GET","target":"/items/1?password=-","status":200,"bytes":1,"#),
                "\(line)")
        }
    }

    @Test func `statistics add up`() async throws {
        try await withServer(pages) { server in
            let client = try server.connect()
            for _ in 0..<10 {
                try await client.send(ConnectionTests.get)
                _ = try await client.reply()
            }
            _ = try await server.get("/nowhere")
            #expect(
                await eventually {
                    let now = server.server.statistics
                    return now.responsesByClass == [0, 10, 0, 1, 0] && now.latency.count == 11
                        && now.connectionsAccepted == 2
                        && now.bytesReceived > 11 * 20 && now.bytesSent > 11 * 50
                })
        }
    }

    @Test func `every request has an id of its own`() async throws {
        let routes: [Route] = [.inline(.get, "/") { .text($0.id) }]
        try await withServer(routes) { server in
            var ids: Set<String> = []
            for _ in 0..<50 {
                let reply = try await server.get("/")
                ids.insert(reply.body)
            }
            #expect(ids.count == 50)
            #expect(ids.allSatisfy { $0.count == 13 })
        }
    }
}

extension RunningServer {
    static func unixAddress(_ path: String) -> Server.BoundAddress {
        Server.BoundAddress(address: .unix(path: path))
    }
}
