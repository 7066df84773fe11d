import HTTP
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct DrainTests {
    @Test func `stopping finishes what is under way and closes what is idle`() async throws {
        let gate = Gate()
        let routes: [Route] =
            pages + [
                .async(.get, "/slow") { _ in
                    await gate.wait()
                    return .text("done")
                },
                .inline(.get, "/stream") { _ in
                    Response(
                        body: .stream(length: nil) { writer in
                            try await writer.write("begin ")
                            await gate.wait()
                            try await writer.write("end")
                        })
                },
            ]
        try await withServer(routes) { server in
            let idle = try server.connect()
            try await idle.send(ConnectionTests.get)
            #expect(try await idle.reply().status == 200)
            let uploading = try server.connect()
            try await uploading.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")
            let waiting = try server.connect()
            try await waiting.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            let streaming = try server.connect()
            try await streaming.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await streaming.bytes(1)
            #expect(await eventually { server.server.statistics.handlersPending == 1 })

            async let stopped: Void = server.server.stop(drainingFor: .seconds(60))
            #expect(try await idle.rest() == "")
            #expect(throws: Client.Failure.self) { try server.connect() }
            try await uploading.send("lo")
            let upload = try await uploading.reply()
            #expect(upload.body == "hello")
            #expect(upload["Connection"] == "close")
            gate.open()
            let slow = try await waiting.reply()
            #expect(slow.body == "done")
            #expect(slow["Connection"] == "close")
            #expect(try await streaming.rest().hasSuffix("3\r\nend\r\n0\r\n\r\n"))
            await stopped
            #expect(server.server.statistics.connectionsOpen == 0)
        }
    }

    @Test func `events end whole and at once when the server stops`() async throws {
        let quiet = Gate()
        let routes: [Route] = [
            // Waits between its events.
            .inline(.get, "/quiet") { _ in
                .events { stream in
                    try await stream.send("first")
                    await quiet.wait()
                    try await stream.send("too late")
                }
            },
            // Never waits for anything but its client.
            .inline(.get, "/busy") { _ in
                .events { stream in while true { try await stream.send("on") } }
            },
        ]
        try await withServer(routes) { server in
            let first = try server.connect()
            try await first.send("GET /quiet HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { quiet.waiting == 1 })
            let second = try server.connect()
            try await second.send("GET /busy HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await second.bytes(1000)
            async let stopped: Void = server.server.stop(drainingFor: .seconds(60))
            let events = try await first.rest()
            #expect(events.hasSuffix("data: first\n\n\r\n0\r\n\r\n"))
            #expect(try await second.rest().hasSuffix("data: on\n\n\r\n0\r\n\r\n"))
            await stopped
            #expect(server.server.statistics.requestsBrokenOff == 0)
        }
    }

    @Test func `what is not finished in time is cut off`() async throws {
        let gate = Gate()
        let routes: [Route] = [
            .async(.get, "/") { _ in
                await gate.wait()
                return .text("too late")
            }
        ]
        try await withServer(routes) { server in
            let client = try server.connect()
            try await client.send(ConnectionTests.get)
            #expect(await eventually { server.server.statistics.handlersPending == 1 })
            await server.server.stop(drainingFor: .milliseconds(300))
            #expect(try await client.rest() == "")
            gate.open()
        }
    }

    @Test func `a stop loses no request that was sent before it`() async throws {
        for _ in 0..<5 {
            try await withServer(pages) {
                $0.eventLoops = 2
            } _: { server in
                var clients: [Client] = []
                for _ in 0..<50 {
                    let client = try server.connect()
                    try await client.send(ConnectionTests.get)
                    clients.append(client)
                }
                async let stopped: Void = server.server.stop(drainingFor: .seconds(60))
                for client in clients { #expect(try await client.reply().body == "home") }
                await stopped
            }
        }
    }

    @Test func `a second server on the same port says what is wrong`() async throws {
        try await withServer(pages) { server in
            let second = Server(
                configuration: Server.Configuration(
                    .ip(host: "127.0.0.1", port: server.address.port)),
                router: try Router(pages))
            let error = #expect(throws: BindError.self) { try second.start() }
            #expect(
                error?.description
                    == "Cannot listen on 127.0.0.1:\(server.address.port): Address already in use.")
        }
    }
}
