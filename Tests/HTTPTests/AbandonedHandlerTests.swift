import Foundation
import HTTP
import TestSupport
import Testing

/// A handler at work for a client that goes away.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AbandonedHandlerTests {
    /// Waits until it is cancelled.
    static func routes(_ cancelled: Gate) -> [Route] {
        [
            .async(.get, "/") { _ in
                try? await Task.sleep(for: .seconds(600))
                if Task.isCancelled { cancelled.open() }
                return .text("cancelled")
            },
            .async(.get, "/slow") { _ in
                try await Task.sleep(for: .milliseconds(300))
                return .text("done")
            },
        ]
    }

    @Test func `a connection that is reset cancels its handler's task`() async throws {
        let cancelled = Gate()
        try await withServer(Self.routes(cancelled)) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { server.server.statistics.handlersPending == 1 })
            client.reset()
            await cancelled.wait()
            #expect(await eventually { server.server.statistics.connectionsOpen == 0 })
        }
    }

    @Test func `a client that closed its side is given time, then its handler is cancelled`()
        async throws
    {
        let cancelled = Gate()
        try await withServer(Self.routes(cancelled)) {
            $0.limits.abandonedTimeout = .milliseconds(300)
        } _: { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            client.halfClose()
            await cancelled.wait()
            #expect(try await client.reply().body == "cancelled")
        }
    }

    @Test func `a client that closed its side reads an answer that comes in time`() async throws {
        try await withServer(Self.routes(Gate())) { server in
            let client = try server.connect()
            try await client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            client.halfClose()
            #expect(try await client.reply().body == "done")
        }
    }

    @Test func `a client that waits is left alone`() async throws {
        try await withServer(Self.routes(Gate())) {
            $0.limits.abandonedTimeout = .milliseconds(1)
        } _: { server in
            let client = try server.connect()
            for _ in 0..<2 {
                try await client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.reply().body == "done")
            }
        }
    }
}
