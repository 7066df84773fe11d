import GRDBSQLite
import SQL

import class GRDB.Database

/// A connection of the pool, in the hands of one thread until its closure ends.
final class SQLiteConnection: Connection {
    private let database: GRDB.Database
    /// The statements being stepped through, the innermost last.
    private var running: [OpaquePointer] = []

    init(_ database: GRDB.Database) {
        self.database = database
    }

    func rows(_ statement: SQL.Statement) throws -> [Row] {
        var rows: [Row] = []
        try each(statement) { rows.append($0) }
        return rows
    }

    func row(_ statement: SQL.Statement) throws -> Row? {
        try execute(statement) { try $0.step() ? $0.row : nil }
    }

    func each(_ statement: SQL.Statement, _ body: (Row) throws -> Void) throws {
        try execute(statement) { prepared in
            while try prepared.step() { try body(prepared.row) }
        }
    }

    @discardableResult
    func run(_ statement: SQL.Statement) throws -> Int {
        let before = database.totalChangesCount
        try execute(statement) { prepared in
            while try prepared.step() {}
        }
        // The count of the last change stands until the next one, also over statements that change
        // no row; the total includes rows changed by triggers and foreign keys.
        return database.totalChangesCount == before ? 0 : database.changesCount
    }

    private func execute<T>(
        _ statement: SQL.Statement, _ body: (PreparedStatement) throws -> T
    ) throws -> T {
        let prepared = try prepare(statement.text(for: .sqlite))
        running.append(prepared.handle)
        defer {
            prepared.reset()
            running.removeLast()
        }
        try prepared.bind(statement.values)
        return try body(prepared)
    }

    /// Takes the statement from the connection's cache, unless it is being stepped through: then
    /// another use would wind it back.
    private func prepare(_ text: String) throws -> PreparedStatement {
        try translatingErrors {
            let cached = try database.cachedStatement(sql: text)
            let isRunning = running.contains(cached.sqliteStatement)
            return PreparedStatement(isRunning ? try database.makeStatement(sql: text) : cached)
        }
    }
}

/// Transactions, for the threads that own the connection.
extension SQLiteConnection {
    var isInTransaction: Bool { database.isInsideTransaction }

    /// Runs `body` on one snapshot.
    func snapshot<T>(_ body: () throws -> T) throws -> T {
        try run("BEGIN DEFERRED")
        defer { rollback() }
        return try body()
    }

    /// Opens the transaction of a group, as the only writer.
    func begin() throws {
        try run("BEGIN IMMEDIATE")
    }

    func commit() throws {
        try run("COMMIT")
    }

    /// Ends the transaction, if one is open. SQLite closes it even when it reports an error.
    func rollback() {
        guard isInTransaction else { return }
        _ = try? run("ROLLBACK")
    }

    /// Runs `body` so that it alone is undone when it throws.
    ///
    /// When undoing fails, or SQLite has given up the transaction by itself (a full disk), the whole
    /// transaction is rolled back; `isInTransaction` tells.
    func savepoint<T>(_ body: () throws -> T) throws -> T {
        try run("SAVEPOINT closure")
        do {
            let result = try body()
            try checkForeignKeys()
            try run("RELEASE closure")
            return result
        } catch {
            do {
                try run("ROLLBACK TO closure")
                try run("RELEASE closure")
            } catch {
                rollback()
            }
            throw error
        }
    }

    /// Reports a deferred foreign key now: at the commit it would fail everybody's.
    private func checkForeignKeys() throws(SQL.DatabaseError) {
        var unresolved: Int32 = 0
        var highest: Int32 = 0
        sqlite3_db_status(
            database.sqliteConnection, SQLITE_DBSTATUS_DEFERRED_FKS, &unresolved, &highest, 0)
        guard unresolved == 0 else {
            throw .foreignKey(words: "a deferred foreign key points at no row")
        }
    }
}
