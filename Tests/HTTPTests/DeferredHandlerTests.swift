import Dispatch
import Glibc
import TestSupport
import Testing

@testable import HTTP

/// Handlers whose answer somebody else has later.
@Suite(.serialized, .timeLimit(.minutes(2))) struct DeferredHandlerTests {
    @Test func `a deferred handler runs on the loop, and is answered from any thread`()
        async throws
    {
        let routes: [Route] = [
            .inline(.get, "/loop") { _ in .text("\(Self.thread)") },
            .deferred(.get, "/deferred") { _, pending in
                let thread = Self.thread
                DispatchQueue.global().async { pending.complete(.success(.text("\(thread)"))) }
            },
            .deferred(.get, "/at-once/{name}") { (_, pending, name: String) in
                pending.complete(.success(.text(name)))
                pending.complete(.success(.text("again")))
            },
        ]
        try await withServer(routes) { server in
            let loop = try await server.get("/loop").body
            #expect(try await server.get("/deferred").body == loop)
            for name in ["a", "b", "c"] {
                #expect(try await server.get("/at-once/\(name)").body == name)
            }
        }
    }

    @Test func `a deferred answer that fails or is forgotten is the server's 500`() async throws {
        struct Fault: Error {}
        let routes: [Route] = [
            .deferred(.get, "/fails") { _, pending in pending.complete(.failure(Fault())) },
            .deferred(.get, "/forgotten") { _, _ in },
            .deferred(.get, "/number/{n}") { (_, pending, n: Int) in
                pending.complete(.success(.text("\(n)")))
            },
        ]
        try await withServer(routes) { server in
            for (path, status) in [("/fails", 500), ("/forgotten", 500), ("/number/x", 404)] {
                let reply = try await server.get(path)
                #expect(reply.status == status, "\(path)")
            }
            #expect(server.server.statistics.handlersPending == 0)
        }
    }

    private static var thread: UInt { UInt(pthread_self()) }
}
