import Foundation
import SQL
import SQLite
import Testing

extension TemporaryDatabase {
    /// Makes the folder of migrations anew and applies it.
    @discardableResult
    fileprivate func migrate(_ files: [String: String]) async throws -> [String] {
        let directory = path("migrations")
        try? FileManager.default.removeItem(atPath: directory)
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        for (name, text) in files {
            try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
        }
        return try await Migrations(directory: directory).apply(to: database)
    }

    fileprivate var tables: [String] {
        get async throws {
            try await database.read { connection in
                try connection.rows(
                    """
                    SELECT name FROM sqlite_schema
                    WHERE type = 'table' AND name NOT IN ('notes', 'schema_migrations') ORDER BY name
                    """
                ).map { try $0.get("name") }
            }
        }
    }
}

@Suite struct MigrationsTests {
    @Test func `each file is applied once, in order`() async throws {
        let notes = try await TemporaryDatabase()
        var files = [
            "0002-b.sql": "ALTER TABLE a ADD COLUMN n {INT};",
            "0001-a.sql": "CREATE TABLE a (id {ID}) {END};",
            "README.md": "not SQL",
        ]
        #expect(try await notes.migrate(files) == ["0001-a", "0002-b"])
        #expect(try await notes.migrate(files) == [])
        files["0003-c.sql"] = "CREATE TABLE c (bytes {BLOB}, share {REAL}) {END}"
        #expect(try await notes.migrate(files) == ["0003-c"])
        #expect(try await notes.tables == ["a", "c"])
    }

    @Test func `the tokens make strict tables`() async throws {
        let notes = try await TemporaryDatabase()
        try await notes.migrate([
            "0001-a.sql": """
            CREATE TABLE a (k TEXT NOT NULL, n {INT} NOT NULL, PRIMARY KEY (k)) {CLUSTERED};
            CREATE TABLE b (id {ID}, n {INT} NOT NULL) {END};
            """
        ])
        for table in ["a (k, n) VALUES ('k', 'seven')", "b (n) VALUES ('seven')"] {
            await #expect(throws: DatabaseError.self) {
                try await notes.database.write {
                    try $0.run(Statement(verbatim: "INSERT INTO " + table))
                }
            }
        }
    }

    @Test func `semicolons count only between statements`() async throws {
        let notes = try await TemporaryDatabase()
        try await notes.migrate([
            "0001-a.sql": """
            -- one; two {NOT_A_TOKEN}
            CREATE TABLE a (t TEXT DEFAULT 'it''s; {ID}') {END}; /* three; ' */;
            INSERT INTO a (t) VALUES (';'), ('--'), ('/*');
            CREATE TABLE "odd;name" (n {INT}) {END};
            CREATE TRIGGER keep BEFORE DELETE ON a BEGIN
                SELECT CASE WHEN old.t = ';' THEN raise(ABORT, 'kept; really') END;
                INSERT INTO "odd;name" (n) VALUES (1);
            END;
            INSERT INTO a (t) VALUES ('last')
            """
        ])
        let count = try await notes.database.read {
            try $0.value("SELECT count(*) FROM a", as: Int.self)
        }
        #expect(count == 4)
        #expect(try await notes.tables == ["a", "odd;name"])
        await #expect(throws: DatabaseError.self) {
            try await notes.database.write { try $0.run("DELETE FROM a WHERE t = ';'") }
        }
    }

    @Test func `a migration that fails leaves nothing behind`() async throws {
        let notes = try await TemporaryDatabase()
        let files = [
            "0001-a.sql": "CREATE TABLE a (id {ID}) {END};",
            "0002-b.sql": "CREATE TABLE b (id {ID}) {END}; INSERT INTO nowhere VALUES (1);",
        ]
        let error = await #expect(throws: Migrations.Failure.self) {
            try await notes.migrate(files)
        }
        #expect(error?.description.contains("0002-b: ") == true)
        #expect(error?.description.contains("INSERT INTO nowhere") == true)
        #expect(try await notes.tables == ["a"])

        var mended = files
        mended["0002-b.sql"] = "CREATE TABLE b (id {ID}) {END};"
        #expect(try await notes.migrate(mended) == ["0002-b"])
    }

    @Test func `what was applied may neither change nor disappear`() async throws {
        let notes = try await TemporaryDatabase()
        let one = ["0001-a.sql": "CREATE TABLE a (id {ID}) {END};"]
        let two = one.merging(["0002-b.sql": "CREATE TABLE b (id {ID}) {END};"]) { $1 }
        try await notes.migrate(two)

        await #expect(throws: Migrations.Failure.unknown("0002-b")) { try await notes.migrate(one) }
        var changed = two
        changed["0001-a.sql"]? += " "
        await #expect(throws: Migrations.Failure.changed("0001-a")) {
            try await notes.migrate(changed)
        }
    }

    @Test func `nothing is slipped in before what was applied`() async throws {
        let notes = try await TemporaryDatabase()
        let files = ["0002-b.sql": "CREATE TABLE b (id {ID}) {END};"]
        try await notes.migrate(files)
        await #expect(throws: Migrations.Failure.late("0001-a", applied: "0002-b")) {
            try await notes.migrate(files.merging(["0001-a.sql": "SELECT 1;"]) { $1 })
        }
    }

    @Test(arguments: [
        "CREATE TABLE a (n {INTEGER});", "CREATE TABLE a (n {INT);", "SELECT 'open;",
        "SELECT 1 /* open",
        "SELECT \"open", "{", "{}",
    ])
    func `a text that cannot be taken apart is refused`(_ text: String) async throws {
        let notes = try await TemporaryDatabase()
        let error = await #expect(throws: Migrations.Failure.self) {
            try await notes.migrate(["0001-a.sql": text])
        }
        guard case .malformed("0001-a", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a file with another name is refused`() async throws {
        let notes = try await TemporaryDatabase()
        await #expect(throws: Migrations.Failure.badName("accounts")) {
            try await notes.migrate(["accounts.sql": "SELECT 1;"])
        }
    }
}
