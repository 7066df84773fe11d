import Dispatch
import HTTPClient
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ManyTransfersTests {
    let fetcher = CurlFetcher()

    @Test func `many requests go at once`() async throws {
        let server = try SocketServer.silent()
        defer { server.stop() }
        let tasks = (0..<100).map { number in
            Task { await fetcher.failure(of: server.post("\(number)")) }
        }
        #expect(await eventually { server.arrivals.count == 100 })
        #expect(Set(server.arrivals.map(\.connection)).count == 100)
        tasks.forEach { $0.cancel() }
        for task in tasks {
            #expect(await task.value == TransportFailure(.cancelled, .unknown))
        }
    }

    @Test func `all of a crowd are answered, each its own`() async throws {
        let server = try SocketServer { _, peer in
            peer.respond(peer.heard.split(separator: "\r\n").last.map { String($0) } ?? "")
            return true
        }
        defer { server.stop() }
        let fetcher = CurlFetcher(transfersMax: 4)
        try await withThrowingTaskGroup { group in
            for number in 0..<500 {
                group.addTask {
                    let answer = try await fetcher.fetch(server.post("\(number)"))
                    #expect(String(decoding: answer.body, as: UTF8.self) == "\(number)")
                }
            }
            try await group.waitForAll()
        }
        #expect(server.arrivals.count == 500)
        #expect(Set(server.arrivals.map(\.connection)).count <= 4)
    }

    @Test func `who waits for a turn can leave, or run out of time, and has sent nothing`()
        async throws
    {
        let answer = DispatchSemaphore(value: 0)
        let server = try SocketServer { _, peer in
            answer.wait()
            peer.respond("{}")
            return true
        }
        defer { server.stop() }
        let fetcher = CurlFetcher(transfersMax: 1)
        let first = Task { try await fetcher.fetch(server.post()) }
        #expect(await eventually { server.arrivals.count == 1 })

        let leaving = Task { await fetcher.failure(of: server.post()) }
        let staying = Task { try await fetcher.fetch(server.post("last")) }
        var hasty = server.post()
        hasty.timeout = .milliseconds(100)
        #expect(await fetcher.failure(of: hasty) == TransportFailure(.timedOut, .notSent))
        leaving.cancel()
        #expect(await leaving.value == TransportFailure(.cancelled, .notSent))

        answer.signal()
        answer.signal()
        #expect(try await first.value.status == 200)
        #expect(try await staying.value.status == 200)
        #expect(server.arrivals.count == 2)
    }

    @Test func `a cancelled request ends at once`() async throws {
        let server = try SocketServer.silent()
        defer { server.stop() }
        let request = server.post()
        let task = Task { await fetcher.failure(of: request) }
        #expect(await eventually { server.arrivals.count == 1 })
        task.cancel()
        #expect(await task.value == TransportFailure(.cancelled, .unknown))
    }

    @Test func `a request of a cancelled task does not go out`() async throws {
        let server = try SocketServer.silent()
        defer { server.stop() }
        let request = server.post()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await fetcher.failure(of: request)
        }
        task.cancel()
        #expect(await task.value == TransportFailure(.cancelled, .notSent))
        #expect(server.arrivals.isEmpty)
    }

    @Test func `fetchers that come and go leave nothing undone`() async throws {
        let server = try SocketServer.friendly()
        defer { server.stop() }
        for _ in 1...50 {
            #expect(try await CurlFetcher().fetch(server.post()).status == 200)
        }
    }
}
