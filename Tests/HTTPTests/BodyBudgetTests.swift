import HTTP
import TestSupport
import Testing

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

            #expect(
                await eventually { server.server.statistics.bodyBytesHeld >= Self.long.count })

            let short = try server.connect()
            try await short.send(head(path, 5))
            try await short.send("hello")
            #expect(try await short.reply().body == "5")

            try await slow.send("x")
            #expect(try await slow.reply().body == "200001")
            #expect(
                try await eventually { try await self.statusOfLong(path, server) == 200 })
            #expect(await eventually { server.server.statistics.bodyBytesHeld == 0 })
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
