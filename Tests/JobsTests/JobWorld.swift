import Foundation
import Jobs
import SQL
import SQLite
import Synchronization
import TestSupport
import Testing

/// A clock that moves when it is told to.
final class Clock: Sendable {
    private let time = Mutex<Int64>(1_700_000_000_000)

    var now: Int64 { time.withLock { $0 } }

    func advance(_ milliseconds: Int64) {
        time.withLock { $0 += milliseconds }
    }
}

/// A database with the product's table of jobs, a clock, and what was done.
final class JobWorld: Sendable {
    let database: any Database
    let clock = Clock()
    private let folder: String
    private let log = Mutex<[String]>([])
    private let count = Mutex(0)

    init() async throws {
        folder = NSTemporaryDirectory() + "matou-jobs-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        database = try SQLiteDatabase(path: folder + "/jobs.db")
        let migration = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Resources/migrations/0002-jobs.sql")
        let text = try String(contentsOf: migration, encoding: .utf8)
        let jobs = try #require(Migration(name: "0002-jobs", text: text))
        try await Migrations([jobs]).apply(to: database)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// What the handlers have noted, in order.
    var done: [String] { log.withLock { $0 } }

    func note(_ line: String) {
        log.withLock { $0.append(line) }
    }

    /// A job of kind `note`, due now.
    func job(
        _ payload: String, kind: String = "note", lane: String? = nil, priority: Int = 0,
        after delay: Int64 = 0, dedupeKey: String? = nil
    ) -> Job {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return Job(
            id: "job_" + String(format: "%06d", number), workspace: "ws_1", kind: kind,
            payload: payload, lane: lane, priority: priority, runAt: clock.now + delay,
            dedupeKey: dedupeKey)
    }

    func add(_ jobs: Job...) async throws {
        try await add(jobs)
    }

    func add(_ jobs: [Job]) async throws {
        try await database.write { connection in
            for job in jobs { try connection.enqueue(job) }
        }
    }

    /// A queue whose handler of `note` notes the payload.
    func queue(
        owner: String = "one", concurrency: Int = 8, clock: Clock? = nil,
        report: @escaping @Sendable (JobEvent) -> Void = { _ in }
    ) -> JobQueue {
        var options = JobQueue.Options()
        options.concurrency = concurrency
        options.reserved = concurrency / 4
        let queue = JobQueue(
            database: database, owner: owner, options: options,
            now: { [clock = clock ?? self.clock] in clock.now },
            report: report)
        queue.register(kind: "note") { [weak self] job in
            self?.note(job.payload)
            return .done
        }
        return queue
    }

    /// Runs the queue while `body` does, then stops it.
    func running(_ queue: JobQueue, _ body: () async throws -> Void) async throws {
        let run = Task { await queue.run() }
        do {
            try await body()
        } catch {
            await queue.stop()
            throw error
        }
        await queue.stop()
        await run.value
    }

    /// Whether the handlers come to have noted this.
    func notes(_ expected: [String]) async -> Bool {
        await eventually { self.done == expected }
    }

    var counts: [Job.State: Int] {
        get async throws { try await database.read { try $0.jobCounts() } }
    }

    /// Whether the jobs come to stand like this.
    func reaches(_ expected: [Job.State: Int]) async -> Bool {
        await eventually { (try? await counts) == expected }
    }

    var failed: [Job] {
        get async throws {
            try await database.read { try $0.failedJobs(workspace: "ws_1", limit: 100) }
        }
    }

    /// The head of each lane is ready or running, the rest of it is blocked, in order.
    func brokenLanes() async throws -> [String] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT lane FROM jobs WHERE lane IS NOT NULL AND state <> 'failed' GROUP BY lane
                HAVING count(*) FILTER (WHERE state IN ('ready', 'running')) <> 1
                    OR min(lane_position)
                        <> min(lane_position) FILTER (WHERE state IN ('ready', 'running'))
                """
            ).map { try $0.get("lane") }
        }
    }
}
