import Foundation
import HTTP
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct StreamTests {
    static func routes(length: Int? = nil, chunks: Int) -> [Route] {
        [
            .inline(.get, "/") { _ in
                Response(
                    body: .stream(length: length) { writer in
                        for index in 0..<chunks { try await writer.write("\(index % 10)") }
                    })
            }
        ]
    }

    @Test func `a stream of unknown length comes in chunks`() async throws {
        try await withServer(Self.routes(chunks: 25)) { server in
            let client = try server.connect()
            for _ in 0..<2 {
                try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                let reply = try await client.reply()
                #expect(reply["Transfer-Encoding"] == "chunked")
                #expect(reply.body == "0123456789012345678901234")
            }
        }
    }

    @Test func `a stream of known length says so`() async throws {
        try await withServer(Self.routes(length: 25, chunks: 25)) { server in
            let reply = try await server.get("/")
            #expect(reply["Content-Length"] == "25")
            #expect(reply.body.count == 25)
        }
    }

    @Test func `a stream that breaks its word ends its connection`() async throws {
        try await withServer(Self.routes(length: 25, chunks: 24)) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await #expect(throws: Client.Failure.self) { try await client.reply() }
        }
        try await withServer(Self.routes(length: 25, chunks: 26)) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.reply().body.count == 25)
            #expect(try await client.rest() == "")
        }
    }

    @Test func `an HTTP 1.0 client gets a stream that ends with the connection`() async throws {
        try await withServer(Self.routes(chunks: 12)) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.0\r\n\r\n")
            let reply = try await client.reply()
            #expect(reply["Transfer-Encoding"] == nil)
            #expect(reply.body == "012345678901")
        }
    }

    @Test func `HEAD runs no stream`() async throws {
        try await withServer(Self.routes(chunks: 12)) { server in
            let client = try server.connect()
            try await client.send(
                "HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.reply(to: "HEAD")["Transfer-Encoding"] == "chunked")
            #expect(try await client.reply().body == "012345678901")
        }
    }

    @Test func `a stream waits for a client that reads slowly`() async throws {
        let written = Counter()
        let chunk = [UInt8](repeating: 65, count: 10_000)
        let routes: [Route] = [
            .inline(.get, "/") { _ in
                Response(
                    body: .stream(length: 50_000_000) { writer in
                        for _ in 0..<5000 {
                            try await writer.write(chunk)
                            await written.add(chunk.count)
                        }
                    })
            }
        ]
        try await withServer(routes) { server in
            let client = try Client(server.address, receiveBuffer: 8192)
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.bytes(1000).count == 1000)
            #expect(await eventually { await written.value > 50_000 })
            #expect(await written.value < 20_000_000)
            #expect(try await client.bytes(49_000_000).count == 49_000_000)
        }
    }

    @Test func `a stream learns that its client has gone`() async throws {
        let gone = Gate()
        let routes: [Route] = [
            .inline(.get, "/") { _ in
                Response(
                    body: .stream(length: nil) { writer in
                        do {
                            while true { try await writer.write("tick\n") }
                        } catch is ConnectionLost {
                            gone.open()
                        }
                    })
            }
        ]
        try await withServer(routes) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await client.bytes(100)
            client.reset()
            await gone.wait()
            #expect(await eventually { server.server.statistics.connectionsOpen == 0 })
        }
    }

    @Test func `events are sent as a browser's EventSource reads them`() async throws {
        let routes: [Route] = [
            .inline(.get, "/") { _ in
                .events { stream in
                    try await stream.send("one\ntwo", event: "progress", id: "7")
                    try await stream.comment("still here")
                }
            }
        ]
        try await withServer(routes) { server in
            let reply = try await server.get("/")
            #expect(reply["Content-Type"] == "text/event-stream")
            #expect(reply["Cache-Control"] == "no-store")
            #expect(
                reply.body == "event: progress\nid: 7\ndata: one\ndata: two\n\n: still here\n\n")
        }
    }
}

actor Counter {
    private(set) var value = 0
    func add(_ amount: Int) { value += amount }
}
