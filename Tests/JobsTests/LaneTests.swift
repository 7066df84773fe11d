import Jobs
import SQL
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct LaneTests {
    @Test func `jobs of a lane are done one at a time, in the order they were added`() async throws
    {
        let world = try await JobWorld()
        let queue = world.queue()
        let busy = Mutex<Set<String>>([])
        queue.register(kind: "lane") { job in
            let lane = job.lane ?? ""
            let isAlone = busy.withLock { $0.insert(lane).inserted }
            await Task.yield()
            world.note("\(lane)\(job.payload)" + (isAlone ? "" : " at the same time"))
            busy.withLock { _ = $0.remove(lane) }
            return .done
        }
        // Neither priority nor time breaks the order of a lane.
        for number in 0..<20 {
            try await world.add(
                world.job("\(number)", kind: "lane", lane: "a", priority: number),
                world.job("\(number)", kind: "lane", lane: "b", after: Int64(-number)))
        }
        #expect(try await world.counts == [.ready: 2, .blocked: 38])
        try await world.running(queue) {
            #expect(await eventually { world.done.count == 40 })
        }
        for lane in ["a", "b"] {
            #expect(world.done.filter { $0.hasPrefix(lane) } == (0..<20).map { "\(lane)\($0)" })
        }
    }

    @Test func `a lane waits for a job that is tried again`() async throws {
        let world = try await JobWorld()
        let queue = world.queue()
        queue.register(kind: "twice") { job in
            world.note("\(job.payload) \(job.attempts)")
            return job.attempts == 1 ? .retry(after: .seconds(5), reason: "busy") : .done
        }
        try await world.add(
            world.job("first", kind: "twice", lane: "a"), world.job("second", lane: "a"),
            world.job("third", kind: "twice", lane: "a"))
        try await world.running(queue) {
            #expect(await world.notes(["first 1"]))
            #expect(await world.reaches([.ready: 1, .blocked: 2]))
            world.clock.advance(5000)
            queue.wake()
            #expect(await world.notes(["first 1", "first 2", "second", "third 1"]))
            world.clock.advance(5000)
            queue.wake()
            #expect(await eventually { world.done.last == "third 2" })
        }
        #expect(try await world.counts == [:])
    }

    @Test func `a lane goes on after a job that failed`() async throws {
        let world = try await JobWorld()
        let queue = world.queue()
        queue.register(kind: "never") { _ in .failed(reason: "the user blocked us") }
        try await world.add(
            world.job("first", kind: "never", lane: "a"), world.job("second", lane: "a"))
        try await world.running(queue) {
            #expect(await world.notes(["second"]))
        }
        #expect(try await world.failed.map(\.lastError) == ["the user blocked us"])
    }

    @Test func `lanes of two workspaces are two lanes`() async throws {
        let world = try await JobWorld()
        var other = world.job("other", lane: "a")
        other.workspace = "ws_2"
        try await world.add(world.job("one", lane: "a"), other)
        #expect(try await world.counts == [.ready: 2])
    }

    @Test(arguments: 1...6)
    func `lanes hold through any history`(_ seed: UInt64) async throws {
        let world = try await JobWorld()
        let queue = world.queue(concurrency: 5)
        let chance = Mutex(SeededGenerator(seed: seed))
        @Sendable func roll(_ sides: Int) -> Int {
            chance.withLock { Int.random(in: 0..<sides, using: &$0) }
        }
        let finished = Mutex<[String: [Int]]>([:])
        queue.register(kind: "any", retry: RetryPolicy(attemptsMax: 3)) { job in
            for _ in 0..<roll(3) { await Task.yield() }
            let end = roll(6)
            if end == 0, job.attempts < 3 {
                return .retry(after: .milliseconds(1), reason: "again")
            }
            finished.withLock { $0[job.lane ?? "", default: []].append(Int(job.payload) ?? -1) }
            return end == 1 ? .failed(reason: "given up") : .done
        }
        try await world.running(queue) {
            for number in 0..<120 {
                let lane = ["a", "b", "c"][roll(3)]
                try await world.add(
                    world.job("\(number)", kind: "any", lane: lane, priority: roll(3) - 1))
                if roll(4) == 0 { world.clock.advance(1) }
                queue.wake()
                if number % 30 == 0 { #expect(try await world.brokenLanes() == []) }
            }
            #expect(
                try await eventually {
                    world.clock.advance(1)
                    queue.wake()
                    return try await world.counts.filter { $0.key != .failed }.isEmpty
                }, "seed \(seed)")
        }
        let orders = finished.withLock { $0 }
        #expect(orders.values.joined().count == 120, "seed \(seed)")
        for order in orders.values { #expect(order == order.sorted(), "seed \(seed)") }
    }
}
