import Jobs
import SQL
import Synchronization
import TestSupport
import Testing

private struct Unreachable: Error {}

private struct Greeting: JobPayload {
    static let kind = "greeting.send"
    var name: String
}

@Suite(.timeLimit(.minutes(2))) struct JobQueueTests {
    @Test func `a job that was added is done`() async throws {
        let world = try await JobWorld()
        let queue = world.queue()
        try await world.running(queue) {
            try await world.add(world.job("a"))
            queue.wake()
            #expect(await world.notes(["a"]))
        }
        #expect(try await world.counts == [:])
    }

    @Test func `what waited for the start is done then`() async throws {
        let world = try await JobWorld()
        try await world.add(world.job("a"))
        try await world.running(world.queue()) {
            #expect(await world.notes(["a"]))
        }
    }

    @Test func `a transaction that fails adds no job`() async throws {
        let world = try await JobWorld()
        let job = world.job("never")
        await #expect(throws: Unreachable.self) {
            try await world.database.write { connection in
                try connection.enqueue(job)
                throw Unreachable()
            }
        }
        #expect(try await world.counts == [:])
    }

    @Test func `higher priority goes first, and then the earlier time`() async throws {
        let world = try await JobWorld()
        try await world.add(
            world.job("bulk", priority: -1), world.job("later", after: -10),
            world.job("earlier", after: -20), world.job("reply", priority: 10))
        try await world.running(world.queue(concurrency: 1)) {
            #expect(await world.notes(["reply", "earlier", "later", "bulk"]))
        }
    }

    @Test func `places are kept for urgent jobs`() async throws {
        let world = try await JobWorld()
        let queue = world.queue(concurrency: 4)  // one of them reserved
        let gate = Gate()
        queue.register(kind: "slow") { job in
            world.note(job.payload)
            await gate.wait()
            return .done
        }
        try await world.add((0..<6).map { _ in world.job("slow", kind: "slow") })
        try await world.running(queue) {
            #expect(await world.notes(["slow", "slow", "slow"]))
            try await world.add(world.job("urgent", priority: 1))
            queue.wake()
            #expect(await world.notes(["slow", "slow", "slow", "urgent"]))
            gate.open()
        }
    }

    @Test func `a job waits for its time`() async throws {
        let world = try await JobWorld()
        let queue = world.queue()
        try await world.add(world.job("later", after: 60_000), world.job("now"))
        try await world.running(queue) {
            #expect(await world.notes(["now"]))
            world.clock.advance(59_999)
            queue.wake()
            try await world.add(world.job("meanwhile"))
            queue.wake()
            #expect(await world.notes(["now", "meanwhile"]))
            world.clock.advance(1)
            queue.wake()
            #expect(await world.notes(["now", "meanwhile", "later"]))
        }
    }

    @Test func `the queue wakes by itself when a job is due`() async throws {
        let world = try await JobWorld()
        let start = ContinuousClock.now
        let queue = JobQueue(
            database: world.database, owner: "one",
            now: {
                1_700_000_000_000 + Int64((ContinuousClock.now - start) / .milliseconds(1))
            })
        queue.register(kind: "note") { job in
            world.note(job.payload)
            return .done
        }
        try await world.add(world.job("second", after: 60), world.job("first", after: 30))
        try await world.running(queue) {
            #expect(await world.notes(["first", "second"]))
        }
        #expect(ContinuousClock.now - start >= .milliseconds(60))
    }

    @Test func `an unfinished job's dedupe key keeps a second one out`() async throws {
        let world = try await JobWorld()
        let first = world.job("first", dedupeKey: "k")
        let second = world.job("second", dedupeKey: "k")
        let added = try await world.database.write { connection in
            [try connection.enqueue(first), try connection.enqueue(second)]
        }
        #expect(added == [true, false])
        try await world.running(world.queue()) {
            #expect(await world.notes(["first"]))
        }
        #expect(try await world.database.write { try $0.enqueue(second) })
    }

    @Test func `an id is used once`() async throws {
        let world = try await JobWorld()
        let job = world.job("a")
        try await world.add(job)
        await #expect(throws: DatabaseError.self) { try await world.add(job) }
    }

    @Test func `a typed payload comes back`() async throws {
        let world = try await JobWorld()
        let queue = world.queue()
        queue.register(Greeting.self) { greeting, job in
            world.note("\(greeting.name) in \(job.workspace)")
            return .done
        }
        let job = try Job(
            id: "job_1", workspace: "ws_9", Greeting(name: "小明"), runAt: world.clock.now)
        try await world.add(job)
        try await world.running(queue) {
            #expect(await world.notes(["小明 in ws_9"]))
        }
    }

    @Test func `a payload that cannot be read fails its job`() async throws {
        let world = try await JobWorld()
        let queue = world.queue()
        queue.register(Greeting.self) { _, _ in .done }
        try await world.add(
            world.job("[]", kind: Greeting.kind), world.job("{}", kind: "unheard-of"))
        try await world.running(queue) {
            #expect(await world.reaches([.failed: 2]))
        }
        let reasons = try await world.failed.compactMap(\.lastError).sorted()
        #expect(reasons.first?.hasPrefix("its payload cannot be read") == true)
        #expect(reasons.last == "nothing handles unheard-of")
    }

    @Test func `thousands of jobs are each done once`() async throws {
        let world = try await JobWorld()
        let queue = world.queue(concurrency: 64)
        let done = Mutex<[String: Int]>([:])
        queue.register(kind: "count") { job in
            done.withLock { $0[job.id, default: 0] += 1 }
            return .done
        }
        try await world.running(queue) {
            try await withThrowingTaskGroup { group in
                for _ in 0..<40 {
                    group.addTask {
                        try await world.add((0..<50).map { _ in world.job("{}", kind: "count") })
                        queue.wake()
                    }
                }
                try await group.waitForAll()
            }
            #expect(await eventually { done.withLock { $0.count } == 2000 })
        }
        #expect(done.withLock { $0.values.allSatisfy { $0 == 1 } })
        #expect(try await world.counts == [:])
    }
}
