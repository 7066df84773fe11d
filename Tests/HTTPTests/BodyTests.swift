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
