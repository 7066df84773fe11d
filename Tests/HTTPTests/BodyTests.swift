import HTTP
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct BodyTests {
    @Test func `a body by length or in chunks reaches the handler whole`() async throws {
        try await withServer(pages) { server in
            for path in ["/echo", "/async/echo"] {
                let byLength = try await server.reply(
                    to:
                        "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 0011\r\n\r\nhello world"
                )
                #expect(byLength.body == "hello world")
                let inChunks = try await server.reply(
                    to:
                        "POST \(path) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n06 ;x\r\n world\r\n0\r\n\r\n"
                )
                #expect(inChunks.body == "hello world")
                #expect(
                    try await server.reply(to: "POST \(path) HTTP/1.1\r\nHost: a\r\n\r\n").body
                        == "")
            }
        }
    }

    @Test func `what a trailer says of lengths and codings means nothing`() async throws {
        try await withServer(pages) { server in
            let client = try server.connect()
            try await client.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nContent-Length: 40\r\nTransfer-Encoding: chunked\r\nHost: b\r\n\r\nGET /items/7 HTTP/1.1\r\nHost: a\r\n\r\n"
            )
            #expect(try await client.reply().body == "ok")
            #expect(try await client.reply().body == "7")
        }
    }

    @Test(arguments: ["Content-Length: 1001\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n3E9\r\n"])
    func `a body beyond its route's limit is refused before it is read`(_ framing: String)
        async throws
    {
        try await withServer(pages) { server in
            let reply = try await server.reply(
                to: "POST /async/echo HTTP/1.1\r\nHost: a\r\n\(framing)")
            #expect(reply.status == 413)
            #expect(reply["Connection"] == "close")
        }
    }

    @Test func `a body exactly as long as allowed is taken`() async throws {
        try await withServer(pages) { server in
            let text = String(repeating: "x", count: 1000)
            let reply = try await server.reply(
                to: "POST /async/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n\(text)")
            #expect(reply.body == text)
        }
    }

    @Test func `a client that waits to be asked for its body is asked`() async throws {
        try await withServer(pages) { server in
            for path in ["/echo", "/async/echo"] {
                let client = try server.connect()
                try await client.send(
                    "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n"
                )
                #expect(try await client.reply().status == 100)
                try await client.send("hello")
                #expect(try await client.reply().body == "hello")
            }
        }
    }

    @Test func `a client that waits is refused without being asked`() async throws {
        try await withServer(pages) { server in
            let fields = "Host: a\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n"
            let tooLong = try await server.reply(to: "POST /async/echo HTTP/1.1\r\n\(fields)")
            #expect(tooLong.status == 413)
            let nowhere = try await server.reply(to: "POST /nowhere HTTP/1.1\r\n\(fields)")
            #expect(nowhere.status == 404)
        }
    }

    @Test func `the body of a request that is not for anyone is read past`() async throws {
        try await withServer(pages) { server in
            let client = try server.connect()
            let body = "GET /items/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
            for line in ["POST /nowhere", "DELETE /", "BREW /", "GET /items/1"] {
                try await client.send(
                    "\(line) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                )
            }
            try await client.send("GET /items/last HTTP/1.1\r\nHost: a\r\n\r\n")
            var replies: [Reply] = []
            for _ in 0..<5 { replies.append(try await client.reply()) }
            #expect(replies.map(\.status) == [404, 405, 501, 200, 200])
            #expect(replies.last?.body == "last")
        }
    }
}

@Suite(.serialized, .timeLimit(.minutes(2))) struct UploadTests {
    static let routes: [Route] = [
        .upload(.post, "/upload", bodyBytesMax: 10_000_000) { request in
            var count = 0
            if let upload = request.upload {
                for try await chunk in upload { count += chunk.count }
            }
            return .text("\(count)")
        },
        .upload(.post, "/ignore", bodyBytesMax: 10_000_000) { _ in .text("no, thanks") },
    ]

    @Test func `an upload is read while it arrives`() async throws {
        try await withServer(Self.routes) { server in
            let client = try server.connect()
            let megabytes = [UInt8](repeating: 7, count: 3_000_000)
            try await client.send(
                "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n")
            try await client.send(megabytes)
            #expect(try await client.reply().body == "3000000")
            try await client.send(
                "POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2DC6C0\r\n")
            try await client.send(megabytes)
            try await client.send("\r\n0\r\n\r\n")
            #expect(try await client.reply().body == "3000000")
            try await client.send("POST /upload HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.reply().body == "0")
        }
    }

    @Test func `an upload in small chunks never leaves its reader waiting`() async throws {
        try await withServer(Self.routes) {
            $0.limits.bufferedUploadBytesMax = 4096
        } _: { server in
            let chunk = "12C\r\n" + String(repeating: "x", count: 300) + "\r\n"
            let chunks = Array(String(repeating: chunk, count: 1000).utf8)
            let client = try server.connect()
            for _ in 0..<10 {
                try await client.send(
                    "POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                try await client.send(chunks)
                try await client.send("0\r\n\r\n")
                #expect(try await client.reply().body == "300000")
            }
        }
    }

    @Test func `the body of an upload that finds no room is never read as a request`()
        async throws
    {
        try await withServer(Self.routes + pages) {
            $0.limits.pendingUploadsMax = 1
        } _: { server in
            let first = try server.connect()
            try await first.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n")
            #expect(try await eventually { server.server.statistics.handlersPending == 1 })
            let body = "GET /items/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
            let second = try server.connect()
            try await second.send(
                "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            let refused = try await second.reply()
            #expect(refused.status == 503)
            #expect(refused["Retry-After"] == "1")
            #expect(refused["Connection"] == "close")
            await #expect(throws: Client.Failure.self) { try await second.reply() }
            #expect(try await server.get("/items/1").body == "1")
            try await first.send("x")
            #expect(try await first.reply().body == "1")
        }
    }

    @Test func `an upload that turns out too long is refused`() async throws {
        try await withServer(Self.routes) { server in
            let client = try server.connect()
            try await client.send(
                "POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFF\r\n")
            #expect(try await client.reply().status == 413)
        }
    }

    @Test func `a handler may answer without reading its upload`() async throws {
        try await withServer(Self.routes) { server in
            let client = try server.connect()
            try await client.send(
                "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n")
            try? await client.send([UInt8](repeating: 7, count: 3_000_000))
            let reply = try await client.reply()
            #expect(reply.body == "no, thanks")
            #expect(reply["Connection"] == "close")
        }
    }

    @Test func `a slow reader makes its client wait`() async throws {
        let gate = Gate()
        let routes: [Route] = [
            .upload(.post, "/", bodyBytesMax: 100_000_000) { request in
                await gate.wait()
                var count = 0
                if let upload = request.upload {
                    for try await chunk in upload { count += chunk.count }
                }
                return .text("\(count)")
            }
        ]
        try await withServer(routes) { server in
            let client = try server.connect()
            let sending = Task {
                try await client.send(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n\r\n")
                try await client.send([UInt8](repeating: 7, count: 30_000_000))
            }
            #expect(
                await eventually { server.server.statistics.bytesReceived > 100_000 })
            #expect(server.server.statistics.bytesReceived < 2_000_000)
            await gate.open()
            try await sending.value
            #expect(try await client.reply().body == "30000000")
        }
    }

    @Test func `a client that goes away ends its upload with an error`() async throws {
        let seen = Gate()
        let routes: [Route] = [
            .upload(.post, "/", bodyBytesMax: 1000) { request in
                do {
                    if let upload = request.upload { for try await _ in upload {} }
                } catch is ConnectionLost {
                    await seen.open()
                }
                return .empty(.noContent)
            }
        ]
        try await withServer(routes) { server in
            let client = try server.connect()
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf")
            client.reset()
            await seen.wait()
        }
    }
}

/// Holds tasks until it is opened.
actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func wait() async {
        guard !isOpen else { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}

@Suite(.serialized, .timeLimit(.minutes(2))) struct BodyBudgetTests {
    private static let routes: [Route] = [
        .async(.post, "/buffered") { .text("\($0.body.count)") },
        .upload(.post, "/gated", bodyBytesMax: 1 << 20) { request in
            guard request.fields["x-pass"] != nil else { return .empty(.unauthorized) }
            return .text("\(try await request.collectingUpload().body.count)")
        },
    ]

    private static let long = [UInt8](repeating: 7, count: 200_000)

    private func head(_ path: String, _ length: Int) -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\nX-Pass: 1\r\nContent-Length: \(length)\r\n\r\n"
    }

    @Test func `who is refused by the head sends no body`() async throws {
        try await withServer(Self.routes) { server in
            let reply = try await server.reply(
                to: "POST /gated HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n")
            #expect(reply.status == 401)
            let client = try server.connect()
            try await client.send(head("/gated", Self.long.count))
            try await client.send(Self.long)
            #expect(try await client.reply().body == "200000")
        }
    }

    @Test(arguments: ["/buffered", "/gated"])
    func `bodies together have a bound, under which short ones still pass`(
        _ path: String
    ) async throws {
        try await withServer(Self.routes) {
            $0.limits.bufferedBodiesBytesMax = 300_000
        } _: { server in
            let slow = try server.connect()
            try await slow.send(head(path, Self.long.count + 1))
            try await slow.send(Self.long)
            #expect(
                try await eventually {
                    server.server.statistics.bytesReceived >= Self.long.count
                })
            #expect(
                try await eventually { try await self.statusOfLong(path, server) == 503 })

            let short = try server.connect()
            try await short.send(head(path, 5))
            try await short.send("hello")
            #expect(try await short.reply().body == "5")

            try await slow.send("x")
            #expect(try await slow.reply().body == "200001")
            #expect(
                try await eventually { try await self.statusOfLong(path, server) == 200 })
        }
    }

    private func statusOfLong(_ path: String, _ server: RunningServer) async throws -> Int {
        let client = try server.connect()
        try await client.send(head(path, Self.long.count))
        try await client.send(Self.long)
        let reply = try await client.reply()
        if reply.status == 503 { #expect(reply["Retry-After"] == "1") }
        return reply.status
    }
}
