import HTTP
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct TimeLimitTests {
    static func short(_ configuration: inout Server.Configuration) {
        configuration.limits.headTimeout = .milliseconds(300)
        configuration.limits.bodyTimeout = .milliseconds(300)
        configuration.limits.idleTimeout = .seconds(2)
        configuration.limits.writeTimeout = .milliseconds(300)
    }

    @Test(arguments: [
        "G", "GET / HTTP/1.1\r\nHost: a\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel",
    ])
    func `half a request is given up with 408`(_ half: String) async throws {
        try await withServer(pages, configure: Self.short) { server in
            let client = try server.connect()
            try await client.send(half)
            let reply = try await client.reply()
            #expect(reply.status == 408)
            #expect(reply["Connection"] == "close")
        }
    }

    @Test func `a head that drips without end is given up`() async throws {
        try await withServer(pages, configure: Self.short) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1\r\n")
            let dripping = Task {
                while !Task.isCancelled {
                    try await client.send("X: y\r\n")
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            #expect(await eventually { server.server.statistics.refusals[408] == 1 })
            dripping.cancel()
        }
    }

    @Test func `a body below the minimum rate is given up`() async throws {
        try await withServer(pages, configure: Self.short) { server in
            let client = try server.connect()
            try await client.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
            let dripping = Task {
                while !Task.isCancelled {
                    try await client.send("x")
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            #expect(await eventually { server.server.statistics.refusals[408] == 1 })
            dripping.cancel()
        }
    }

    @Test func `what came fast buys a body no time for later`() async throws {
        try await withServer(pages, configure: Self.short) { server in
            let client = try server.connect()
            try await client.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
            // Over ten minutes of the least rate.
            try await client.send([UInt8](repeating: 120, count: 400_000))
            let dripping = Task {
                while !Task.isCancelled {
                    try await client.send("x")
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            #expect(await eventually { server.server.statistics.refusals[408] == 1 })
            dripping.cancel()
        }
    }

    @Test(arguments: ["", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"])
    func `an idle connection is closed without a word`(_ before: String) async throws {
        try await withServer(pages, configure: Self.short) { server in
            let client = try server.connect()
            try await client.send(before)
            if !before.isEmpty { #expect(try await client.reply().status == 200) }
            #expect(try await client.rest() == "")
        }
    }

    @Test func `a client that does not read is cut off`() async throws {
        let page = [UInt8](repeating: 120, count: 20_000_000)
        let routes: [Route] = [.inline(.get, "/") { _ in .bytes(page, type: "text/plain") }]
        try await withServer(routes, configure: Self.short) { server in
            let client = try Client(server.address, receiveBuffer: 4096)
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(
                await eventually {
                    let now = server.server.statistics
                    return now.connectionsAccepted == 1 && now.connectionsOpen == 0
                })
            withExtendedLifetime(client) {}
        }
    }

    @Test(arguments: [(1000, true), (50_000_000, false)])
    func `a client may read slowly, but not more slowly than the limit`(
        _ sendRateMin: Int, _ isServed: Bool
    ) async throws {
        let page = [UInt8](repeating: 120, count: 20_000_000)
        let routes: [Route] = [.inline(.get, "/") { _ in .bytes(page, type: "image/png") }]
        try await withServer(routes) {
            $0.limits.writeTimeout = .seconds(1)
            $0.limits.sendRateMin = sendRateMin
        } _: { server in
            let client = try Client(server.address, receiveBuffer: 64 << 10)
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            var count = 0
            while count < page.count,
                let more = try? await client.bytes(min(60_000, page.count - count)), !more.isEmpty
            {
                count += more.count
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect((count >= page.count) == isServed, "\(count)")
        }
    }

    @Test func `a slow handler is waited for`() async throws {
        let routes: [Route] = [
            .async(.get, "/") { _ in
                try await Task.sleep(for: .seconds(1))
                return .text("worth it")
            }
        ]
        try await withServer(routes, configure: Self.short) { server in
            let reply = try await server.get("/")
            #expect(reply.body == "worth it")
        }
    }

    @Test func `one address may have so many connections`() async throws {
        try await withServer(pages) {
            $0.limits.connectionsPerAddressMax = 3
            $0.uncountedAddresses = []
        } _: { server in
            var clients: [Client] = []
            for _ in 0..<3 {
                let client = try server.connect()
                try await client.send(ConnectionTests.get)
                #expect(try await client.reply().status == 200)
                clients.append(client)
            }
            let fourth = try server.connect()
            #expect(try await fourth.rest() == "")
            clients.removeLast()
            #expect(
                try await eventually {
                    let client = try server.connect()
                    try? await client.send(ConnectionTests.get)
                    return (try? await client.reply().status) == 200
                })
            withExtendedLifetime(clients) {}
        }
    }

    @Test func `a full server makes room by closing who is idle`() async throws {
        try await withServer(pages) {
            $0.limits.connectionsMax = 5
        } _: { server in
            var clients: [Client] = []
            for _ in 0..<20 {
                let client = try server.connect()
                try await client.send(ConnectionTests.get)
                #expect(try await client.reply().status == 200)
                clients.append(client)
            }
            #expect(server.server.statistics.acceptPauses > 0)
            withExtendedLifetime(clients) {}
        }
    }

    /// Heads, bodies and answers that creep, 500 at once.
    @Test func `slow clients do not slow the others`() async throws {
        let routes =
            pages + [
                .inline(.get, "/long") { _ in
                    .bytes([UInt8](repeating: 120, count: 4 << 20), type: "text/x-any")
                }
            ]
        try await withServer(routes) { server in
            let before = try await Self.latencies(of: server)
            let handledBefore = try await Self.latencies(of: server, Self.handled)
            var slow: [Client] = []
            for index in 0..<500 {
                let client = try Client(server.address, receiveBuffer: 4096)
                switch index % 3 {
                case 0: try await client.send("GET / HTTP/1.1\r\nHost: a\r\nX-")
                case 1:
                    try await client.send(
                        "POST /async/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n")
                default: try await client.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n")
                }
                slow.append(client)
            }
            let creeping = Task { [slow] in
                while !Task.isCancelled {
                    for (index, client) in slow.enumerated() where !Task.isCancelled {
                        if index % 3 == 2 {
                            _ = try await client.bytes(1)
                        } else {
                            try await client.send("y")
                        }
                    }
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            let during = try await Self.latencies(of: server)
            let handledDuring = try await Self.latencies(of: server, Self.handled)
            creeping.cancel()
            _ = await creeping.result
            #expect(server.server.statistics.connectionsOpen >= 500)
            // The creeping itself takes processor time from the client of this process.
            for (quiet, busy) in [(before, during), (handledBefore, handledDuring)] {
                let (median, last) = (quiet.count / 2, quiet.count * 99 / 100)
                #expect(busy[median] < quiet[median] * 4 + .milliseconds(2))
                #expect(busy[last] < quiet[last] * 4 + .milliseconds(100))
            }
        }
    }

    /// Asks a handler off the loops.
    private static let handled =
        "POST /async/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok"

    /// Of 300 requests, one after the other, sorted.
    private static func latencies(
        of server: RunningServer, _ request: String = ConnectionTests.get
    ) async throws -> [Duration] {
        let client = try server.connect()
        let clock = ContinuousClock()
        var durations: [Duration] = []
        for _ in 0..<300 {
            let start = clock.now
            try await client.send(request)
            _ = try await client.reply()
            durations.append(clock.now - start)
        }
        return durations.sorted()
    }
}
