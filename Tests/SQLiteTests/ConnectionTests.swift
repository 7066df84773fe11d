import SQL
import SQLite
import Testing

@Suite struct ConnectionTests {
    @Test func `every kind of value comes back as it was stored`() async throws {
        let notes = try await TemporaryDatabase(schema: "CREATE TABLE kinds (value ANY) STRICT")
        let values: [Value] = [
            .null, .integer(.min), .integer(.max), .real(0.1), .text(""),
            .text("码头 'quoted' \u{1F6A2}"),
            .blob([]), .blob([0, 255, 0]),
        ]
        let stored = try await notes.database.write { connection in
            for value in values {
                try connection.run("INSERT INTO kinds (value) VALUES (\(value))")
            }
            return try connection.rows("SELECT value FROM kinds ORDER BY rowid").map {
                try $0.get("value", as: Value.self)
            }
        }
        #expect(stored == values)
    }

    @Test func `parameters are bound by number, wherever they stand`() async throws {
        let notes = try await TemporaryDatabase()
        let row = try await notes.database.read { connection in
            try connection.row("SELECT \("a") AS one, \("b") AS two, \("a") AS three")
        }
        #expect(row?.values == [.text("a"), .text("b"), .text("a")])
    }

    @Test func `a list of none, one or many is searched`() async throws {
        let notes = try await TemporaryDatabase()
        for text in ["a", "b", "c", "d"] { try await notes.add(text) }
        func found(_ wanted: [String]) async throws -> [Int] {
            try await notes.database.read { connection in
                [
                    try connection.rows("SELECT 1 FROM notes WHERE text IN \(list: wanted)").count,
                    try connection.rows("SELECT 1 FROM notes WHERE text NOT IN \(list: wanted)")
                        .count,
                ]
            }
        }
        #expect(try await found([]) == [0, 4])
        #expect(try await found(["b"]) == [1, 3])
        #expect(try await found(["a", "c", "x"]) == [2, 2])
    }

    @Test func `run counts the rows it changed`() async throws {
        let notes = try await TemporaryDatabase()
        let counts = try await notes.database.write { connection in
            [
                try connection.run("INSERT INTO notes (text) VALUES ('a'), ('b'), ('c')"),
                try connection.run("UPDATE notes SET text = text || '!' WHERE text <> 'a'"),
                try connection.run("DELETE FROM notes WHERE text = 'nothing'"),
                try connection.run("CREATE INDEX by_text ON notes (text)"),
                try connection.run("SELECT * FROM notes"),
            ]
        }
        #expect(counts == [3, 2, 0, 0, 0])
    }

    @Test func `what a statement returned is read like a result`() async throws {
        let notes = try await TemporaryDatabase()
        let id = try await notes.database.write { connection in
            try connection.value("INSERT INTO notes (text) VALUES ('a') RETURNING id", as: Int.self)
        }
        #expect(id == 1)
    }

    @Test func `a statement may run inside itself`() async throws {
        let notes = try await TemporaryDatabase()
        for text in ["a", "b", "c"] { try await notes.add(text) }
        let pairs = try await notes.database.read { connection in
            var pairs: [String] = []
            try connection.each("SELECT text FROM notes ORDER BY id") { outer in
                try connection.each("SELECT text FROM notes ORDER BY id") { inner in
                    pairs.append(try outer.get("text") + inner.get("text"))
                }
            }
            return pairs
        }
        #expect(pairs == ["aa", "ab", "ac", "ba", "bb", "bc", "ca", "cb", "cc"])
    }

    @Test func `a column that a migration adds is seen by a statement used before`() async throws {
        let notes = try await TemporaryDatabase()
        try await notes.add("a")
        let columns = try await notes.database.write { connection in
            let before = try connection.row("SELECT * FROM notes")?.columns
            try connection.run("ALTER TABLE notes ADD COLUMN colour TEXT")
            return [before, try connection.row("SELECT * FROM notes")?.columns]
        }
        #expect(columns == [["id", "text"], ["id", "text", "colour"]])
    }

    @Test func `each refusal has its own case`() async throws {
        let notes = try await TemporaryDatabase()
        try await notes.database.write { connection in
            try connection.run(
                """
                CREATE TABLE replies (
                    note INTEGER NOT NULL REFERENCES notes (id), stars INTEGER CHECK (stars < 6)
                ) STRICT
                """)
            try connection.run("INSERT INTO notes (id, text) VALUES (1, 'a')")
        }
        func refusal(_ statement: Statement) async throws -> String? {
            let error = await #expect(throws: DatabaseError.self) {
                try await notes.database.write { try $0.run(statement) }
            }
            return error.flatMap { Mirror(reflecting: $0).children.first?.label }
        }
        #expect(try await refusal("INSERT INTO notes (id, text) VALUES (2, 'a')") == "unique")
        #expect(try await refusal("INSERT INTO notes (id, text) VALUES (1, 'b')") == "unique")
        #expect(try await refusal("INSERT INTO replies VALUES (9, 1)") == "foreignKey")
        #expect(try await refusal("INSERT INTO replies VALUES (1, 6)") == "check")
        #expect(try await refusal("INSERT INTO replies VALUES (1, 'x')") == "check")
        #expect(try await refusal("INSERT INTO replies VALUES (NULL, 1)") == "notNull")
        #expect(try await refusal("SELEC 1") == "other")
    }

    @Test func `a text with a NUL character is refused`() async throws {
        let notes = try await TemporaryDatabase()
        await #expect(throws: DatabaseError.nulInText) { try await notes.add("a\0b") }
    }

    @Test func `a placeholder written by hand is refused`() async throws {
        let notes = try await TemporaryDatabase()
        await #expect(throws: DatabaseError.self) {
            try await notes.database.read { try $0.rows("SELECT $1") }
        }
    }
}
