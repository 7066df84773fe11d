import HTTP
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct ConnectionTests {
    @Test func `an absolute target says whose page it is, whatever Host says`() async throws {
        let routes: [Route] = [
            .inline(.get, "/who") { .text("\($0.authority) \($0.fields["host"] ?? "")") }
        ]
        try await withServer(routes) { server in
            for (target, authority) in [
                ("http://b.example:81/who", "b.example:81 a.example"),
                ("/who", "a.example a.example"),
            ] {
                let reply = try await server.reply(
                    to: "GET \(target) HTTP/1.1\r\nHost: a.example\r\n\r\n")
                #expect(reply.body == authority)
            }
        }
    }

    static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `a connection serves one request after the other`() async throws {
        try await withServer(pages) { server in
            let client = try server.connect()
            for id in 0..<100 {
                try await client.send("GET /items/\(id) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.reply().body == "\(id)")
            }
        }
    }

    @Test(arguments: ["/echo", "/async/echo"])
    func `pipelined requests are answered in their order`(_ path: String) async throws {
        try await withServer(pages) { server in
            let client = try server.connect()
            var requests = ""
            for id in 0..<300 {
                requests +=
                    "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n\(id + 100)"
                requests += "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
            }
            try await client.send(requests)
            for id in 0..<300 {
                #expect(try await client.reply().body == "\(id + 100)")
                #expect(try await client.reply(to: "HEAD")["Content-Length"] == "4")
            }
        }
    }

    static let samples = [
        "GET /items/7?x=1 HTTP/1.1\r\nHost: a\r\nCookie: a=b\r\n\r\n",
        "\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;x=\"y\"\r\nh\r\n004\r\nello\r\n0\r\nX: y\r\n\r\n",
        "POST /async/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ]

    @Test(arguments: samples)
    func `a request means the same however it is cut`(_ request: String) async throws {
        try await withServer(pages) { server in
            let client = try server.connect()
            let bytes = Array(request.utf8)
            try await client.send(bytes)
            let whole = try await client.reply()
            #expect(whole.status == 200)
            for split in 1..<bytes.count {
                try await client.send(Array(bytes[..<split]))
                try await client.send(Array(bytes[split...]))
                #expect(try await client.reply().body == whole.body, "cut at \(split)")
            }
            for byte in bytes { try await client.send([byte]) }
            #expect(try await client.reply().body == whole.body)
        }
    }

    @Test func `close is obeyed and announced`() async throws {
        try await withServer(pages) { server in
            let client = try server.connect()
            try await client.send(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n" + Self.get)
            #expect(try await client.reply()["Connection"] == "close")
            #expect(try await client.rest() == "")
        }
    }

    @Test(arguments: ["GET", "POST"])
    func `a client that asks to close and sends a byte more still gets the whole answer`(
        _ method: String
    ) async throws {
        // More than a client takes before it reads.
        let page = [UInt8](repeating: 120, count: 4_000_000)
        let gate = Gate()
        let answer: @Sendable (Request) async throws -> Response = { _ in
            await gate.wait()
            return .bytes(page, type: "image/png")
        }
        try await withServer([.async(.get, "/", answer), .async(.post, "/", answer)]) { server in
            let client = try Client(server.address, receiveBuffer: 8192)
            try await client.send(
                "\(method) / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"
            )
            #expect(await eventually { server.server.statistics.handlersPending == 1 })
            // As old clients do behind the body of a POST.
            try await client.send("\r\n")
            gate.open()
            let reply = try await client.reply()
            #expect(reply.bytes.count == page.count)
            #expect(try await client.rest() == "")
        }
    }

    @Test func `HTTP 1.0 lives on only when it asks to`() async throws {
        try await withServer(pages) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try await client.reply()["Connection"] == "keep-alive")
            try await client.send("GET / HTTP/1.0\r\n\r\n")
            #expect(try await client.reply()["Connection"] == "close")
            #expect(try await client.rest() == "")
        }
    }

    @Test func `a client that half-closes still gets its answer`() async throws {
        try await withServer(pages) { server in
            for path in ["/echo", "/async/echo"] {
                let client = try server.connect()
                try await client.send(
                    "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
                client.halfClose()
                #expect(try await client.reply().body == "hi")
                #expect(try await client.rest() == "")
            }
        }
    }

    @Test func `a body cut off by its client is not complete`() async throws {
        try await withServer(pages) { server in
            let client = try server.connect()
            try await client.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n")
            client.halfClose()
            #expect(try await client.reply().status == 400)
        }
    }

    @Test func `the last request that a connection may make says so`() async throws {
        try await withServer(pages) {
            $0.limits.requestsPerConnectionMax = 3
        } _: { server in
            let client = try server.connect()
            try await client.send(Self.get + Self.get + Self.get + Self.get)
            #expect(try await client.reply()["Connection"] == nil)
            #expect(try await client.reply()["Connection"] == nil)
            #expect(try await client.reply()["Connection"] == "close")
            client.halfClose()
            #expect(try await client.rest() == "")
        }
    }

    @Test func `a client that is refused while it still sends can read why`() async throws {
        try await withServer(pages) { server in
            let client = try server.connect()
            try await client.send(
                "POST /async/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n")
            // On a slow machine the server may have stopped listening before all is sent; its
            // answer is there all the same.
            try? await client.send([UInt8](repeating: 120, count: 3_000_000))
            #expect(try await client.reply().status == 413)
        }
    }

    @Test func `clients that reset leave the server well`() async throws {
        try await withServer(pages) { server in
            for request in [
                "", "GET", Self.get, String(repeating: Self.get, count: 50),
                "POST /async/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
            ] {
                for _ in 0..<5 {
                    let client = try server.connect()
                    try await client.send(request)
                    client.reset()
                }
            }
            #expect(try await server.get("/").body == "home")
            #expect(await eventually { server.server.statistics.connectionsOpen <= 1 })
        }
    }

    @Test func `a client that pipelines without reading is not read from either`() async throws {
        let page = [UInt8](repeating: 120, count: 10_000)
        let routes: [Route] = [.inline(.get, "/") { _ in .bytes(page, type: "text/plain") }]
        try await withServer(routes) {
            $0.limits.writeTimeout = .seconds(60)
        } _: { server in
            let client = try Client(server.address, receiveBuffer: 4096)
            // 100,000 requests would be 2.6 MB in, and a gigabyte out.
            let sending = Task {
                try await client.send(String(repeating: Self.get, count: 100_000))
            }
            #expect(try await server.get("/").bytes.count == 10_000)
            // Kernel buffers hold a few megabytes; what the server keeps beyond them is its output
            // limit.
            #expect(await eventually { server.server.statistics.bytesSent > 50_000 })
            #expect(server.server.statistics.bytesSent < 20_000_000)
            client.reset()
            _ = await sending.result
        }
    }
}
