import Dispatch
import SQL
import SQLite
import TestSupport
import Testing

private struct ChangedMind: Error {}

/// Holds the writer inside a closure, so that what is asked for meanwhile shares the next commit.
private struct HeldWriter {
    private let gate: DispatchSemaphore
    private let held: Task<Void, any Error>

    init(_ database: SQLiteDatabase) async {
        let gate = DispatchSemaphore(value: 0)
        let started = AsyncStream.makeStream(of: Void.self)
        held = Task {
            try await database.write { _ in
                started.continuation.finish()
                gate.wait()
                // It may be run once more, when another of its group throws.
                gate.signal()
            }
        }
        self.gate = gate
        for await _ in started.stream {}
    }

    /// Lets the writer go on once this many writes wait. It shares a commit with them.
    func release(after waiting: Int, _ database: SQLiteDatabase) async {
        #expect(await eventually { database.statistics.waiting >= waiting })
        gate.signal()
        _ = await held.result
    }
}

extension SQLiteDatabase.Options {
    /// A group ends with the last write that waits, however slow the machine is.
    fileprivate static var unhurried: Self {
        var options = Self()
        options.commitTimeMax = .seconds(60)
        return options
    }
}

@Suite(.timeLimit(.minutes(2))) struct GroupCommitTests {
    @Test func `writes that wait together share commits`() async throws {
        let notes = try await TemporaryDatabase()
        let before = notes.database.statistics
        try await withThrowingTaskGroup { group in
            for number in 0..<500 { group.addTask { try await notes.add("\(number)") } }
            try await group.waitForAll()
        }
        // A group is counted just after its waiters have been told.
        #expect(await eventually { notes.database.statistics.writes - before.writes >= 500 })
        let after = notes.database.statistics
        #expect(after.commits - before.commits < 500)
        #expect(after.largestCommit > 1)
        #expect(try await notes.texts.count == 500)
    }

    @Test func `one that throws takes only its own work back`() async throws {
        let notes = try await TemporaryDatabase(options: .unhurried)
        let writer = await HeldWriter(notes.database)
        let results = Task {
            await withTaskGroup(of: Bool.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        let result: Void? = try? await notes.database.write { connection in
                            try connection.run("INSERT INTO notes (text) VALUES (\("\(number)"))")
                            if number % 3 == 0 { throw ChangedMind() }
                        }
                        return result != nil
                    }
                }
                return await group.reduce(into: [true: 0, false: 0]) { $0[$1, default: 0] += 1 }
            }
        }
        await writer.release(after: 60, notes.database)

        #expect(await results.value == [true: 40, false: 20])
        let texts = try await notes.texts
        #expect(texts.count == 40 && texts.allSatisfy { Int($0).map { $0 % 3 != 0 } == true })
        // Counted just after they have been told.
        #expect(await eventually { notes.database.statistics.largestCommit >= 40 })
    }

    @Test func `those that shared a group with one that throws are told what they did`()
        async throws
    {
        let notes = try await TemporaryDatabase(options: .unhurried)
        let writer = await HeldWriter(notes.database)
        let numbers = Task {
            try await withThrowingTaskGroup(of: Int?.self) { group in
                for number in 0..<10 {
                    group.addTask {
                        try await notes.database.write { connection in
                            try connection.run("INSERT INTO notes (text) VALUES (\("\(number)"))")
                            return try connection.value("SELECT count(*) FROM notes", as: Int.self)
                        }
                    }
                }
                group.addTask {
                    _ = try? await notes.database.write { _ in throw ChangedMind() }
                    return nil
                }
                return try await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
            }
        }
        await writer.release(after: 11, notes.database)

        // Each has seen those before it, and the one that threw has left no trace.
        #expect(try await numbers.value.sorted() == Array(1...10))
    }

    @Test func `a refused row fails only the one who wrote it`() async throws {
        let notes = try await TemporaryDatabase(options: .unhurried)
        let writer = await HeldWriter(notes.database)
        async let first: Void = notes.add("same")
        async let second: Void = notes.add("same")
        async let third: Void = notes.add("other")
        await writer.release(after: 3, notes.database)

        var refused = 0
        do { try await first } catch { refused += 1 }
        do { try await second } catch { refused += 1 }
        try await third
        #expect(refused == 1)
        #expect(try await Set(notes.texts) == ["same", "other"])
    }

    @Test func `a deferred foreign key fails only the one who broke it`() async throws {
        let notes = try await TemporaryDatabase(options: .unhurried)
        try await notes.database.write { connection in
            try connection.run(
                """
                CREATE TABLE replies (
                    note INTEGER REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED) STRICT
                """)
        }
        let writer = await HeldWriter(notes.database)
        let orphan = Task {
            try await notes.database.write { try $0.run("INSERT INTO replies VALUES (99)") }
        }
        async let note: Void = notes.add("kept")
        await writer.release(after: 2, notes.database)

        await #expect(throws: DatabaseError.self) { try await orphan.value }
        try await note
        #expect(try await notes.texts == ["kept"])
    }

    @Test func `when the transaction itself is lost, everyone in it is told`() async throws {
        let notes = try await TemporaryDatabase(options: .unhurried)
        let writer = await HeldWriter(notes.database)
        let results = Task {
            await withTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        let result: Int? = try? await notes.database.write { connection in
                            try connection.run("INSERT INTO notes (text) VALUES (\("\(number)"))")
                            return number == 10 ? try connection.run("ROLLBACK") : 1
                        }
                        return result != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
        }
        await writer.release(after: 20, notes.database)

        // Whoever was told that it is durable is there, and nobody else.
        let kept = await results.value
        #expect(kept < 20)
        #expect(try await notes.texts.count == kept)
        try await notes.add("the next one")
        #expect(try await notes.texts.contains("the next one"))
    }

    @Test func `a full disk fails the write and not the next one`() async throws {
        let notes = try await TemporaryDatabase()
        let pages = try await #require(notes.database.pragma("page_count"))
        #expect(try await notes.database.pragma("max_page_count = \(pages + 4)") == pages + 4)

        let error = await #expect(throws: DatabaseError.self) {
            try await notes.add(String(repeating: "x", count: 100_000))
        }
        guard case .full = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        try await notes.add("small")
        #expect(try await notes.texts == ["small"])
    }

    @Test func `a writer in another process is waited for, and then reported as busy`() async throws
    {
        var options = SQLiteDatabase.Options()
        options.busyTimeout = .milliseconds(200)
        let notes = try await TemporaryDatabase(options: options)
        let other = try SQLiteDatabase(path: notes.path("notes.db"))
        let writer = await HeldWriter(other)

        let error = await #expect(throws: DatabaseError.self) { try await notes.add("a") }
        guard case .busy = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        await writer.release(after: 0, other)
        // The other's commit may still take longer than this one waits.
        #expect(await eventually { (try? await notes.add("b")) != nil })
        #expect(try await other.texts == ["b"])
    }

    @Test func `more writes than may wait are refused at once`() async throws {
        var options = SQLiteDatabase.Options()
        options.waitingMax = 3
        let notes = try await TemporaryDatabase(options: options)
        let writer = await HeldWriter(notes.database)
        let waiting = (0..<3).map { number in Task { try await notes.add("\(number)") } }
        #expect(await eventually { notes.database.statistics.waiting == 3 })

        await #expect(throws: DatabaseError.overloaded) { try await notes.add("one too many") }
        await writer.release(after: 3, notes.database)
        for task in waiting { try await task.value }
        #expect(try await notes.texts.count == 3)
    }
}
