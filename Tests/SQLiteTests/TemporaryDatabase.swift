import Foundation
import SQL
import SQLite

/// A folder of its own with a database in it, gone at the end of the test.
final class TemporaryDatabase: Sendable {
    let folder: String
    let database: SQLiteDatabase

    init(
        options: SQLiteDatabase.Options = .init(),
        schema: String =
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT"
    ) async throws {
        folder = NSTemporaryDirectory() + "matou-sqlite-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        database = try SQLiteDatabase(path: folder + "/notes.db", options: options)
        try await database.write { try $0.run(Statement(verbatim: schema)) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    func path(_ name: String) -> String { folder + "/" + name }

    func add(_ text: String) async throws {
        try await database.write { try $0.run("INSERT INTO notes (text) VALUES (\(text))") }
    }

    var texts: [String] {
        get async throws { try await database.texts }
    }
}

extension SQLiteDatabase {
    var texts: [String] {
        get async throws {
            try await read { connection in
                try connection.rows("SELECT text FROM notes ORDER BY id").map { try $0.get("text") }
            }
        }
    }

    func pragma(_ name: String) async throws -> Int? {
        try await write { try $0.value(Statement(verbatim: "PRAGMA \(name)")) }
    }
}
