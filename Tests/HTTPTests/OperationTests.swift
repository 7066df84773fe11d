import TestSupport
import Testing

@testable import HTTP

@Suite(.serialized, .timeLimit(.minutes(2))) struct OperationTests {
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
