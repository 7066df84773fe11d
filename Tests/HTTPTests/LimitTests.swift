import HTTP
import Synchronization
import TestSupport
import Testing

/// Each bound, lowered, refuses what the default takes.
@Suite(.serialized) struct LimitTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let lower: @Sendable (inout Limits) -> Void
        let taken: String
        let refused: String
        let status: Int
    }

    private static func get(_ target: String = "/", _ fields: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }

    private static func letters(_ count: Int) -> String { String(repeating: "a", count: count) }

    static let heads = [
        Case(
            testDescription: "a head's bytes", lower: { $0.headBytesMax = 1024 },
            taken: get("/", "X: \(letters(900))\r\n"),
            refused: get("/", "X: \(letters(1100))\r\n"), status: 431),
        Case(
            testDescription: "a target's bytes", lower: { $0.targetBytesMax = 256 },
            taken: get("/items/\(letters(240))"), refused: get("/items/\(letters(260))"),
            status: 414),
        Case(
            testDescription: "a head's fields", lower: { $0.headerCountMax = 16 },
            taken: get("/", String(repeating: "X: b\r\n", count: 15)),
            refused: get("/", String(repeating: "X: b\r\n", count: 16)), status: 431),
    ]

    @Test(arguments: heads)
    func `a head is refused beyond the bound that is set`(_ sample: Case) async throws {
        try await withServer(pages) {
            sample.lower(&$0.limits)
        } _: { server in
            let taken = try await server.reply(to: sample.taken)
            let refused = try await server.reply(to: sample.refused)
            #expect(taken.status == 200 && refused.status == sample.status)
        }
        try await withServer(pages) { server in
            let refused = try await server.reply(to: sample.refused)
            #expect(refused.status == 200)
        }
    }

    @Test func `a body that comes slower than the rate that is set is given up`() async throws {
        try await withServer(pages) {
            $0.limits.bodyTimeout = .milliseconds(300)
            $0.limits.receiveRateMin = 1_000_000
        } _: { server in
            let client = try server.connect()
            try await client.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
            let dripping = Task {
                while !Task.isCancelled {
                    try await client.send(Self.letters(1000))
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            #expect(await eventually { server.server.statistics.refusals[408] == 1 })
            dripping.cancel()
        }
    }

    @Test(arguments: [(1 << 30, true), (1 << 10, false)])
    func `requests behind unsent answers beyond the bound are not read`(
        bytesMax: Int, areAllRead: Bool
    ) async throws {
        let folder = try Folder()
        let asked = Atomic(0)
        let routes: [Route] = [
            .inline(.get, "/") { _ in
                asked.add(1, ordering: .relaxed)
                return .text(Self.letters(8000))
            },
            .inline(.get, "/other") { _ in .text("other") },
        ]
        try await withServer(routes) {
            // Its queue in the kernel is short, and does not grow.
            $0.address = .unix(path: folder.path + "/http.sock")
            $0.limits.bufferedOutputBytesMax = bytesMax
        } _: { server in
            let client = try server.connect()
            try await client.send(String(repeating: Self.get(), count: 64))
            #expect(await eventually { asked.load(ordering: .relaxed) > 0 })
            // The loop has come to the end of its turn.
            #expect(try await server.get("/other").status == 200)
            #expect((asked.load(ordering: .relaxed) == 64) == areAllRead)
            for _ in 0..<64 { #expect(try await client.reply().status == 200) }
        }
    }
}
