import SQL
import SQLite
import Testing

@Suite struct PlannerStatisticsTests {
    private static let schema = """
        CREATE TABLE seen (
            workspace_id TEXT NOT NULL, code TEXT NOT NULL, person TEXT NOT NULL, times INTEGER NOT NULL,
            PRIMARY KEY (workspace_id, code, person)
        ) STRICT, WITHOUT ROWID
        """

    /// The plans of the reader and of the writer. A statement that only explains does not look whether
    /// the tables have changed since it was prepared: so each asks for a column of its own, after one
    /// that looks.
    private func plans(_ column: String, _ database: SQLiteDatabase) async throws -> [String] {
        let read: @Sendable (any Connection) throws -> String = {
            _ = try $0.row("SELECT COUNT(*) AS count FROM seen")
            let step = try $0.row(
                """
                EXPLAIN QUERY PLAN SELECT \(fragment: Statement(verbatim: column)) FROM seen
                WHERE workspace_id = 'w' AND person = 'p'
                """)
            return try step?.get("detail") ?? ""
        }
        return [try await database.read(read), try await database.write(read)]
    }

    @Test func `a person is found by the longer index, where the guess is to read the workspace`()
        async throws
    {
        let file = try await TemporaryDatabase(schema: Self.schema)
        try await file.database.write {
            try $0.run("CREATE INDEX seen_by_person ON seen (workspace_id, person)")
        }
        for plan in try await plans("times", file.database) {
            #expect(plan.contains("PRIMARY KEY (workspace_id=?)"))
        }
        try await file.database.expectManyRows(by: "workspace_id")
        for plan in try await plans("times + 1", file.database) {
            #expect(plan.contains("seen_by_person (workspace_id=? AND person=?)"))
        }
    }

    @Test
    func `an index that comes later is told of at the next start, and nothing is written else`()
        async throws
    {
        let file = try await TemporaryDatabase(schema: Self.schema)
        try await file.database.expectManyRows(by: "workspace_id")
        let first = try await file.database.pragma("schema_version")
        try await file.database.expectManyRows(by: "workspace_id")
        #expect(try await file.database.pragma("schema_version") == first)
        try await file.database.write {
            try $0.run("CREATE INDEX seen_by_person ON seen (workspace_id, person)")
        }
        try await file.database.expectManyRows(by: "workspace_id")
        for plan in try await plans("times", file.database) {
            #expect(plan.contains("seen_by_person"))
        }
    }
}
