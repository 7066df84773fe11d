import SQL

/// What the planner believes of the tables, in place of its own guesses.
///
/// Without statistics SQLite takes the first column of any index to find ten rows
/// (sqlite.org/fileformat2.html, "The sqlite_stat1 table"). Where every index begins with the tenant
/// that guess makes it read the whole of a tenant in a clustered table rather than follow a longer
/// index. `ANALYZE` would count, but what it finds changes with the day, and plans with it: these
/// statistics say from the first day on that a tenant has very many rows, and leave SQLite its guesses
/// for the columns after.
extension SQLiteDatabase {
    /// Tells the planner; writes nothing when it has been told already.
    ///
    /// - Parameter column: the tenant's, with which indexes begin.
    /// - Throws: `DatabaseError`.
    public func expectManyRows(by column: String) async throws {
        try await write { connection in
            let expected = try connection.expectedStatistics(by: column)
            guard try connection.keptStatistics() != expected else { return }
            // Dropped and made again, so that other connections read it anew with the schema.
            try connection.run("DROP TABLE IF EXISTS sqlite_stat1")
            try connection.run("PRAGMA analysis_limit = 1")
            try connection.run("ANALYZE")
            try connection.run("DELETE FROM sqlite_stat1")
            for line in expected {
                try connection.run(
                    """
                    INSERT INTO sqlite_stat1 (tbl, idx, stat)
                    VALUES (\(line.table), \(line.index), \(line.rows))
                    """)
            }
            try connection.run("ANALYZE sqlite_schema")
        }
    }
}

/// A line of `sqlite_stat1`.
private struct IndexStatistics: Hashable {
    let table: String
    /// The table's own name stands for the key that it is clustered by.
    let index: String
    /// The rows of the table, then those that each longer beginning of the index finds.
    let rows: String
}

extension Connection {
    fileprivate func keptStatistics() throws -> Set<IndexStatistics>? {
        guard try row("SELECT 1 AS found FROM sqlite_schema WHERE name = 'sqlite_stat1'") != nil
        else { return nil }
        let lines = try rows("SELECT tbl, idx, stat FROM sqlite_stat1 WHERE idx IS NOT NULL")
        return Set(
            try lines.map {
                IndexStatistics(
                    table: try $0.get("tbl"), index: try $0.get("idx"), rows: try $0.get("stat"))
            })
    }

    fileprivate func expectedStatistics(by column: String) throws -> Set<IndexStatistics> {
        let indexes = try rows(
            """
            SELECT tables.name AS "table", indexes.name AS "index", indexes."unique" AS is_unique,
                indexes.origin = 'pk' AND options.wr AS is_clustered,
                (SELECT COUNT(*) FROM pragma_index_info(indexes.name)) AS columns
            FROM sqlite_schema AS tables JOIN pragma_table_list(tables.name) AS options
            JOIN pragma_index_list(tables.name) AS indexes
            JOIN pragma_index_info(indexes.name) AS first
            WHERE tables.type = 'table' AND options.schema = 'main'
                AND first.seqno = 0 AND first.name = \(column)
            """)
        return Set(
            try indexes.map { row in
                let table: String = try row.get("table")
                return IndexStatistics(
                    table: table, index: try row.get("is_clustered") ? table : row.get("index"),
                    rows: Self.rows(
                        columns: try row.get("columns"), isUnique: try row.get("is_unique")))
            })
    }

    /// A million rows, a sixteenth of them the tenant's; then SQLite's own guesses, which fall from ten
    /// to five.
    private static func rows(columns: Int, isUnique: Bool) -> String {
        var counts = [1 << 20, 1 << 16]
        for number in 1..<max(columns, 1) { counts.append(max(5, 11 - number)) }
        if isUnique { counts[columns] = 1 }
        return counts.map(String.init).joined(separator: " ") + " noskipscan"
    }
}
