import CSQLite

/// A connection by SQLite's own C API.
final class SQLite {
    private let handle: OpaquePointer

    init(_ path: String) throws {
        var handle: OpaquePointer?
        guard sqlite3_open(path, &handle) == SQLITE_OK, let handle else {
            throw Failure("\(path) cannot be opened")
        }
        self.handle = handle
    }

    deinit { sqlite3_close_v2(handle) }

    /// Leaves the log to the next connection, so that what it has to copy one day falls into the time
    /// of commits, as in a process that goes on.
    func keepLogOnClose() {
        sqlite3_keep_log_on_close(handle)
    }

    func execute(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure(sql) }
    }

    func prepare(_ sql: String) throws -> Statement {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement
        else { throw failure(sql) }
        return Statement(statement, of: self)
    }

    /// All rows of a query.
    func rows(_ sql: String) throws -> [Row] {
        let statement = try prepare(sql)
        var rows: [Row] = []
        while try statement.step() { rows.append(statement.row) }
        return rows
    }

    fileprivate func failure(_ sql: String) -> Failure {
        Failure("\(String(cString: sqlite3_errmsg(handle))) in \(sql)")
    }

    /// Values that outlive the statement they were read from.
    final class Row {
        fileprivate let values: [OpaquePointer?]

        fileprivate init(_ values: [OpaquePointer?]) { self.values = values }

        deinit { for value in values { sqlite3_value_free(value) } }

        var count: Int { values.count }

        func integer(_ column: Int) -> Int64 { sqlite3_value_int64(values[column]) }

        func text(_ column: Int) -> String {
            sqlite3_value_text(values[column]).map { String(cString: $0) } ?? ""
        }
    }

    final class Statement {
        private let handle: OpaquePointer
        private let connection: SQLite

        fileprivate init(_ handle: OpaquePointer, of connection: SQLite) {
            self.handle = handle
            self.connection = connection
        }

        deinit { sqlite3_finalize(handle) }

        /// Runs a statement that gives no rows.
        func run(_ row: Row? = nil) throws {
            if let row {
                for (index, value) in row.values.enumerated() {
                    sqlite3_bind_value(handle, Int32(index + 1), value)
                }
            }
            _ = try step()
            sqlite3_reset(handle)
        }

        fileprivate func step() throws -> Bool {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: return true
            case SQLITE_DONE: return false
            default: throw connection.failure(String(cString: sqlite3_sql(handle)))
            }
        }

        fileprivate var row: Row {
            Row(
                (0..<sqlite3_column_count(handle)).map { column in
                    sqlite3_value_dup(sqlite3_column_value(handle, column))
                })
        }
    }
}
