import Dispatch
import Foundation
import SQL
import SQLite
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct SQLiteDatabaseTests {
    @Test func `the writer waits for the disk at every commit`() async throws {
        let notes = try await TemporaryDatabase()
        #expect(try await notes.database.pragma("synchronous") == 2)  // FULL
        #expect(try await notes.database.pragma("foreign_keys") == 1)
        let mode = try await notes.database.write {
            try $0.value("PRAGMA journal_mode", as: String.self)
        }
        #expect(mode == "wal")
    }

    @Test func `what was written is in the files when the write returns`() async throws {
        let notes = try await TemporaryDatabase()
        for number in 0..<20 { try await notes.add("\(number)") }

        // As a process that is killed leaves them: nothing closed, nothing copied back.
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: notes.path("notes.db" + suffix), toPath: notes.path("left.db" + suffix))
        }
        let left = try SQLiteDatabase(path: notes.path("left.db"))
        #expect(try await left.texts == (0..<20).map(String.init))
    }

    @Test func `a read sees one state while others write`() async throws {
        let notes = try await TemporaryDatabase()
        try await notes.add("before")
        let written = DispatchSemaphore(value: 0)
        let reading = AsyncStream.makeStream(of: Void.self)
        async let counts = notes.database.read { connection in
            let first = try connection.value("SELECT count(*) FROM notes", as: Int.self)
            reading.continuation.finish()
            written.wait()
            return [first, try connection.value("SELECT count(*) FROM notes", as: Int.self)]
        }
        for await _ in reading.stream {}
        try await notes.add("meanwhile")
        written.signal()
        #expect(try await counts == [1, 1])
        #expect(try await notes.texts == ["before", "meanwhile"])
    }

    @Test func `closures that block do not hold up Swift's tasks`() async throws {
        let notes = try await TemporaryDatabase()
        let gate = DispatchSemaphore(value: 0)
        // As many as read at once, and the writer: more than the cooperative pool has threads here.
        let blocked = (0..<4).map { _ in Task { try await notes.database.read { _ in gate.wait() } }
        }
        let writer = Task { try await notes.database.write { _ in gate.wait() } }
        let others = await withTaskGroup(of: Int.self) { group in
            for number in 0..<100 {
                group.addTask {
                    await Task.yield(); return number
                }
            }
            return await group.reduce(0, +)
        }
        #expect(others == 4950)
        for _ in 0..<5 { gate.signal() }
        for task in blocked { try await task.value }
        try await writer.value
    }

    @Test func `a reader cannot write`() async throws {
        let notes = try await TemporaryDatabase()
        await #expect(throws: DatabaseError.self) {
            try await notes.database.read { try $0.run("INSERT INTO notes (text) VALUES ('a')") }
        }
    }

    @Test func `a write of a cancelled task is done, a read is not begun`() async throws {
        let notes = try await TemporaryDatabase()
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await notes.add("kept")
            _ = try await notes.texts
        }
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(try await notes.texts == ["kept"])
    }

    @Test func `closing serves those that wait and refuses the rest`() async throws {
        let notes = try await TemporaryDatabase()
        let added = (0..<50).map { number in Task { try await notes.add("\(number)") } }
        #expect(await eventually { notes.database.statistics.writes > 1 })
        try await notes.database.close()

        var kept = 0
        for task in added where (try? await task.value) != nil { kept += 1 }
        await #expect(throws: DatabaseError.closed) { try await notes.add("late") }
        await #expect(throws: DatabaseError.closed) { try await notes.texts }
        let again = try SQLiteDatabase(path: notes.path("notes.db"))
        #expect(try await again.texts.count == kept)
    }

    @Test func `the log is copied into the file without being asked`() async throws {
        var options = SQLiteDatabase.Options()
        options.checkpointInterval = .milliseconds(10)
        let notes = try await TemporaryDatabase(options: options)
        for number in 0..<50 {
            try await notes.add("\(number) " + String(repeating: "x", count: 2000))
        }
        let path = notes.path("notes.db")
        #expect(
            await eventually {
                let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
                return size ?? 0 > 100_000
            })
    }

    @Test func `a backup is one state, and never replaces a file`() async throws {
        let notes = try await TemporaryDatabase()
        let writing = Task {
            for number in 0..<200 { try await notes.add("\(number)") }
        }
        #expect(try await eventually { try await notes.texts.count > 10 })
        try await notes.database.backup(to: notes.path("copy.db"))
        try await writing.value

        let copy = try SQLiteDatabase(path: notes.path("copy.db"))
        let texts = try await copy.texts
        #expect(texts.count > 10)
        #expect(texts == (0..<texts.count).map(String.init))
        try await copy.checkIntegrity()
        await #expect(throws: DatabaseError.self) {
            try await notes.database.backup(to: notes.path("copy.db"))
        }
        #expect(!FileManager.default.fileExists(atPath: notes.path("copy.db.part")))
    }

    @Test func `damage is found`() async throws {
        let notes = try await TemporaryDatabase()
        for number in 0..<200 {
            try await notes.add("\(number) " + String(repeating: "x", count: 500))
        }
        try await notes.database.checkIntegrity()
        try await notes.database.close()

        let file = try #require(FileHandle(forUpdatingAtPath: notes.path("notes.db")))
        try file.seek(toOffset: 5 * 4096)
        try file.write(contentsOf: [UInt8](repeating: 0xA5, count: 4096))
        try file.close()
        let damaged = try SQLiteDatabase(path: notes.path("notes.db"))
        let error = await #expect(throws: DatabaseError.self) { try await damaged.checkIntegrity() }
        guard case .corrupt = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a file that is no database is refused`() async throws {
        let notes = try await TemporaryDatabase()
        try String(repeating: "not a database ", count: 100).write(
            toFile: notes.path("prose.db"), atomically: true, encoding: .utf8)
        #expect(throws: DatabaseError.self) { try SQLiteDatabase(path: notes.path("prose.db")) }
        #expect(throws: DatabaseError.self) {
            try SQLiteDatabase(path: notes.path("no/such/folder.db"))
        }
    }

    @Test func `only the owner can read the files`() async throws {
        let notes = try await TemporaryDatabase()
        try await notes.database.backup(to: notes.path("copy.db"))
        for name in ["notes.db", "notes.db-wal", "copy.db"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: notes.path(name))
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }
}
