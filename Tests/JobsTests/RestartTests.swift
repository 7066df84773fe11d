import Jobs
import SQL
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct RestartTests {
    /// A worker that has begun a job, with another behind it in its lane, and says no more.
    private func silentWorker(_ world: JobWorld, owner: String) async throws -> SilentWorker {
        // Its clock stands still, so that nothing it does later can look alive.
        let worker = SilentWorker(queue: world.queue(owner: owner, clock: Clock()))
        worker.queue.register(kind: "slow") { [gate = worker.gate] job in
            world.note("begun \(job.attempts)")
            await gate.wait()
            return .done
        }
        try await world.add(world.job("{}", kind: "slow", lane: "a"), world.job("next", lane: "a"))
        Task { await worker.queue.run() }
        #expect(await world.notes(["begun 1"]))
        return worker
    }

    private struct SilentWorker {
        let gate = Gate()
        let queue: JobQueue

        func end() async {
            gate.open()
            await queue.stop()
        }
    }

    @Test func `a successor of the same name takes over at once`() async throws {
        let world = try await JobWorld()
        let old = try await silentWorker(world, owner: "matou")
        let successor = world.queue(owner: "matou")
        successor.register(kind: "slow") { job in
            world.note("begun \(job.attempts): \(job.lastError ?? "")")
            return .done
        }
        try await world.running(successor) {
            #expect(
                await world.notes([
                    "begun 1", "begun 2: its worker stopped in the middle of it", "next",
                ]))
        }
        await old.end()
    }

    @Test func `another worker waits until the lease has ended`() async throws {
        let world = try await JobWorld()
        let old = try await silentWorker(world, owner: "one")
        let other = world.queue(owner: "two")
        other.register(kind: "slow") { job in
            world.note("begun \(job.attempts)")
            return .done
        }
        try await world.running(other) {
            try await world.add(world.job("meanwhile"))
            other.wake()
            #expect(await world.notes(["begun 1", "meanwhile"]))
            world.clock.advance(15_000)
            other.wake()
            #expect(await world.notes(["begun 1", "meanwhile", "begun 2", "next"]))
        }
        await old.end()
    }

    @Test func `the lease of a worker that lives goes on`() async throws {
        let world = try await JobWorld()
        let gate = Gate()
        let queue = world.queue(owner: "one")
        queue.register(kind: "slow") { _ in
            world.note("begun")
            await gate.wait()
            return .done
        }
        let other = world.queue(owner: "two")
        try await world.add(world.job("{}", kind: "slow"))
        try await world.running(queue) {
            #expect(await world.notes(["begun"]))
            try await world.running(other) {
                for number in 0..<6 {
                    world.clock.advance(6000)
                    try await world.add(world.job("\(number)"))
                    queue.wake()
                    #expect(await eventually { world.done.last == "\(number)" })
                    other.wake()
                }
            }
            gate.open()
        }
        #expect(world.done == ["begun", "0", "1", "2", "3", "4", "5"])
        #expect(try await world.counts == [:])
    }

    @Test func `the late end of a job that was taken over changes nothing`() async throws {
        let world = try await JobWorld()
        let old = try await silentWorker(world, owner: "matou")
        let newGate = Gate()
        let successor = world.queue(owner: "matou")
        successor.register(kind: "slow") { job in
            world.note("begun \(job.attempts)")
            await newGate.wait()
            return .done
        }
        try await world.running(successor) {
            #expect(await world.notes(["begun 1", "begun 2"]))
            await old.end()
            #expect(await world.reaches([.running: 1, .blocked: 1]))
            newGate.open()
            #expect(await eventually { world.done.last == "next" })
        }
        #expect(try await world.counts == [:])
    }

    @Test func `a job that kills its worker each time is given up`() async throws {
        let world = try await JobWorld()
        try await world.add(world.job("poison", kind: "poison"))
        for attempt in 1...3 {
            try await world.database.write { connection in
                try connection.run(
                    """
                    UPDATE jobs SET state = 'running', attempts = \(attempt), lease_owner = 'matou',
                        lease_until = \(world.clock.now + 15_000)
                    """)
            }
        }
        let queue = world.queue(owner: "matou")
        queue.register(kind: "poison", retry: RetryPolicy(attemptsMax: 3)) { _ in
            world.note("begun")
            return .done
        }
        try await world.running(queue) {
            #expect(await world.reaches([.failed: 1]))
        }
        #expect(world.done == [])
        #expect(
            try await world.failed.map(\.lastError) == ["its worker stopped in the middle of it"])
    }

    @Test func `stopping waits for what runs and begins nothing more`() async throws {
        let world = try await JobWorld()
        let gate = Gate()
        let queue = world.queue(concurrency: 1)
        queue.register(kind: "slow") { _ in
            world.note("begun")
            await gate.wait()
            world.note("ended")
            return .done
        }
        try await world.add(world.job("{}", kind: "slow", after: -1), world.job("later"))
        let run = Task { await queue.run() }
        #expect(await world.notes(["begun"]))
        let stop = Task { await queue.stop() }
        try await world.add(world.job("even later"))
        queue.wake()
        gate.open()
        await stop.value
        await run.value
        #expect(world.done == ["begun", "ended"])
        #expect(try await world.counts == [.ready: 2])
    }

    @Test func `a job of many steps learns of the stop at once, and goes on at the next start`()
        async throws
    {
        let world = try await JobWorld()
        let queue = world.queue()
        queue.register(kind: "long") { job in
            world.note("begun \(job.attempts)")
            while true {
                try Job.checkStopping()
                await Task.yield()
            }
        }
        try await world.add(world.job("{}", kind: "long"))
        let run = Task { await queue.run() }
        #expect(await world.notes(["begun 1"]))
        await queue.stop(within: .seconds(3600))
        await run.value
        #expect(try await world.counts == [.ready: 1])

        let successor = world.queue()
        successor.register(kind: "long") { job in
            world.note("again \(job.attempts), stopping: \(Job.isStopping)")
            return .done
        }
        try await world.running(successor) {
            #expect(await world.notes(["begun 1", "again 1, stopping: false"]))
        }
    }

    @Test func `while long jobs end, what is urgent is begun and nothing else`() async throws {
        let world = try await JobWorld()
        let queue = world.queue()
        queue.register(kind: "long") { job in
            world.note("begun")
            while true {
                try Job.checkStopping()
                await Task.yield()
            }
        }
        try await world.add(world.job("{}", kind: "long"))
        try await world.running(queue) {
            #expect(await world.notes(["begun"]))
            queue.endLongJobs()
            #expect(await world.reaches([.ready: 1]))
            try await world.add(world.job("ordinary"), world.job("urgent", priority: 100))
            queue.wake()
            #expect(await world.notes(["begun", "urgent"]))
        }
        #expect(world.done == ["begun", "urgent"])
        #expect(try await world.counts == [.ready: 2])
    }

    @Test func `a job that does not end in time is put back as if it had not been begun`()
        async throws
    {
        let world = try await JobWorld()
        let queue = world.queue()
        queue.register(kind: "endless") { job in
            world.note("begun \(job.attempts)")
            try await Task.sleep(for: .seconds(3600))
            return .done
        }
        try await world.add(world.job("{}", kind: "endless"))
        let run = Task { await queue.run() }
        #expect(await world.notes(["begun 1"]))
        await queue.stop(within: .milliseconds(1))
        await run.value
        #expect(try await world.counts == [.ready: 1])

        let successor = world.queue()
        successor.register(kind: "endless") { job in
            world.note("again \(job.attempts)")
            return .done
        }
        try await world.running(successor) {
            #expect(await world.notes(["begun 1", "again 1"]))
        }
    }

    @Test func `cancelling the task that runs the queue stops it`() async throws {
        let world = try await JobWorld()
        let queue = world.queue()
        queue.register(kind: "endless") { _ in
            world.note("begun")
            try await Task.sleep(for: .seconds(3600))
            return .done
        }
        try await world.add(world.job("{}", kind: "endless"))
        let run = Task { await queue.run() }
        #expect(await world.notes(["begun"]))
        run.cancel()
        await run.value
        #expect(try await world.counts == [.ready: 1])
    }
}
