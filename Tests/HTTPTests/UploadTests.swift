import HTTP
import TestSupport
import Testing

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

    @Test func `a client that waits is asked for its upload when the handler reads`() async throws {
        let gate = Gate()
        let routes: [Route] = [
            .upload(.post, "/", bodyBytesMax: 1000) { request in
                await gate.wait()
                guard request.fields["authorization"] != nil else { return .text("who are you?") }
                var bytes: [UInt8] = []
                if let upload = request.upload { for try await chunk in upload { bytes += chunk } }
                return .bytes(bytes, type: "text/plain")
            }
        ]
        try await withServer(routes) { server in
            let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"
            let known = try server.connect()
            try await known.send(head + "Authorization: me\r\n\r\n")
            let stranger = try server.connect()
            try await stranger.send(head + "\r\n")
            #expect(await eventually { gate.waiting == 2 })
            gate.open()
            let refused = try await stranger.reply()
            #expect(refused.status == 200 && refused.body == "who are you?")
            #expect(refused["Connection"] == "close")
            #expect(try await known.reply().status == 100)
            try await known.send("hello")
            #expect(try await known.reply().body == "hello")
            // One that does not wait is served, and not asked.
            try await known.send(head + "Authorization: me\r\n\r\nhello")
            #expect(try await known.reply().body == "hello")
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
            gate.open()
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
                    seen.open()
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
