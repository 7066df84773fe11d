import Jobs
import SQL
import Synchronization
import TestSupport
import Testing

private struct Unreachable: Error, CustomStringConvertible {
    var description: String { "WeChat cannot be reached\0" }
}

@Suite(.timeLimit(.minutes(2))) struct FailureTests {
    @Test func `a handler that throws is tried again, later each time, and then given up`()
        async throws
    {
        let world = try await JobWorld()
        let queue = world.queue()
        let start = world.clock.now
        let policy = RetryPolicy(
            attemptsMax: 4, firstDelay: .seconds(1), longestDelay: .seconds(3))
        queue.register(kind: "throws", retry: policy) { job in
            world.note("\(job.attempts) at \(world.clock.now - start)")
            throw Unreachable()
        }
        try await world.add(world.job("{}", kind: "throws"))
        try await world.running(queue) {
            for (attempt, delay) in [1000, 2000, 3000].enumerated() {
                #expect(await eventually { world.done.count == attempt + 1 })
                #expect(await world.reaches([.ready: 1]))
                world.clock.advance(Int64(delay))
                queue.wake()
            }
            #expect(await world.reaches([.failed: 1]))
        }
        #expect(world.done == ["1 at 0", "2 at 1000", "3 at 3000", "4 at 6000"])
        let failed = try await world.failed
        #expect(failed.map(\.attempts) == [4])
        #expect(failed.map(\.lastError) == ["WeChat cannot be reached "])
    }

    @Test func `a failed job is given another try by hand`() async throws {
        let world = try await JobWorld()
        let queue = world.queue()
        let isMended = Mutex(false)
        queue.register(kind: "broken") { job in
            guard isMended.withLock({ $0 }) else { return .failed(reason: "broken") }
            world.note("\(job.payload) \(job.attempts)")
            return .done
        }
        let job = world.job("mended", kind: "broken", lane: "a", dedupeKey: "k")
        try await world.add(job)
        try await world.running(queue) {
            #expect(await world.reaches([.failed: 1]))
            isMended.withLock { $0 = true }
            let retried = try await world.database.write { connection in
                try connection.retryFailedJob(
                    workspace: "ws_1", id: job.id, now: world.clock.now)
            }
            #expect(retried)
            queue.wake()
            #expect(await world.notes(["mended 1"]))
        }
        #expect(
            try await world.database.write {
                try !$0.retryFailedJob(workspace: "ws_1", id: job.id, now: 0)
            })
    }

    @Test func `what goes wrong is reported`() async throws {
        let world = try await JobWorld()
        let reports = Mutex<[String]>([])
        let queue = world.queue { event in
            switch event {
            case .retrying(let job, let reason):
                reports.withLock { $0.append("retry \(job.payload): \(reason)") }
            case .failed(let job, let reason):
                reports.withLock { $0.append("failed \(job.payload): \(reason)") }
            case .storeFailed: break
            }
        }
        queue.register(kind: "a") { _ in .retry(after: .zero, reason: "one") }
        queue.register(kind: "b") { _ in .failed(reason: "two") }
        try await world.add(world.job("x", kind: "a"), world.job("y", kind: "b"))
        try await world.running(queue) {
            #expect(await world.reaches([.failed: 2]))
        }
        #expect(reports.withLock { Set($0) } == ["retry x: one", "failed y: two", "failed x: one"])
    }
}
