import Glibc
import SQL

import class GRDB.DatabaseQueue

/// The work on the file as a whole, on a connection of its own so that no caller waits for it.
final class Upkeep: Sendable {
    private let connection: DatabaseQueue
    private let checkpoints: Task<Void, Never>

    init(path: String, options: SQLiteDatabase.Options, counts: CommitCounts) throws {
        let connection = try translatingErrors {
            let connection = try DatabaseQueue(path: path, configuration: options.configuration)
            try connection.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
            }
            return connection
        }
        self.connection = connection
        checkpoints = Task {
            var commits = 0
            while (try? await Task.sleep(for: options.checkpointInterval)) != nil {
                guard counts.statistics().commits != commits else { continue }
                commits = counts.statistics().commits
                // What fails now is tried again at the next interval, and by the writer at last.
                _ = try? await connection.writeWithoutTransaction { try $0.checkpoint(.passive) }
            }
        }
    }

    deinit {
        checkpoints.cancel()
    }

    func backup(to path: String) async throws {
        let draft = path + ".part"
        // One that a crash has left.
        unlink(draft)
        try PrivateFile.make(at: draft, exclusively: true)
        defer { unlink(draft) }
        _ = try await connection.writeWithoutTransaction { database in
            try SQLiteConnection(database).run("VACUUM INTO \(draft)")
        }
        try PrivateFile.publish(draft, as: path)
    }

    func checkIntegrity() async throws {
        let findings = try await connection.writeWithoutTransaction { database in
            let connection = SQLiteConnection(database)
            let pages = try connection.rows("PRAGMA integrity_check(10)").map { row in
                try row.get("integrity_check", as: String.self)
            }
            let orphans = try connection.rows("PRAGMA foreign_key_check").prefix(10).map { row in
                "a row of \(try row.get("table", as: String.self)) points at none"
            }
            return pages.filter { $0 != "ok" } + orphans
        }
        guard findings.isEmpty else {
            throw DatabaseError.corrupt(words: findings.joined(separator: "; "))
        }
    }

    func close() async throws {
        checkpoints.cancel()
        await checkpoints.value
        try translatingErrors { try connection.close() }
    }
}
