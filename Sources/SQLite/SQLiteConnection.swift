import GRDBSQLite
import SQL

import class GRDB.Database

/// A connection of the pool, in the hands of one thread until its closure ends.
final class SQLiteConnection: Connection {
    private let database: GRDB.Database
    private let handle: OpaquePointer?
    /// The statements being stepped through, the innermost last.
    private var running: [OpaquePointer] = []
    private var controls: [Control: PreparedStatement] = [:]
    private var statements: [StatementText: PreparedStatement] = [:]

    init(_ database: GRDB.Database) {
        self.database = database
        handle = database.sqliteConnection
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
        let before = sqlite3_total_changes64(handle)
        try execute(statement) { prepared in
            while try prepared.step() {}
        }
        // The count of the last change stands until the next one, also over statements that change
        // no row; the total includes rows changed by triggers and foreign keys.
        return sqlite3_total_changes64(handle) == before ? 0 : Int(sqlite3_changes64(handle))
    }

    private func execute<T>(
        _ statement: SQL.Statement, _ body: (PreparedStatement) throws -> T
    ) throws -> T {
        let prepared = try prepare(statement.text)
        running.append(prepared.handle)
        defer {
            prepared.reset()
            running.removeLast()
        }
        try prepared.bind(statement)
        return try body(prepared)
    }

    /// Takes a statement that is prepared already, unless it is being stepped through: then another
    /// use would wind it back.
    private func prepare(_ text: StatementText) throws -> PreparedStatement {
        if let known = statements[text], !running.contains(known.handle) { return known }
        let spelled = text.spelled(for: .sqlite)
        return try translatingErrors {
            let cached = try database.cachedStatement(sql: spelled)
            if running.contains(cached.sqliteStatement) {
                return PreparedStatement(try database.makeStatement(sql: spelled))
            }
            let prepared = PreparedStatement(cached)
            statements[text.withoutValues] = prepared
            return prepared
        }
    }
}

/// Transactions, for the threads that own the connection.
extension SQLiteConnection {
    private enum Control: String {
        case beginReading = "BEGIN DEFERRED"
        case beginWriting = "BEGIN IMMEDIATE"
        case commit = "COMMIT"
        case rollback = "ROLLBACK"
        case savepoint = "SAVEPOINT closure"
        case rollbackToSavepoint = "ROLLBACK TO closure"
        case release = "RELEASE closure"
    }

    private func run(_ control: Control) throws {
        let prepared = try controls[control] ?? prepare(Statement(verbatim: control.rawValue).text)
        controls[control] = prepared
        defer { prepared.reset() }
        _ = try prepared.step()
    }

    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Runs `body` on one snapshot.
    func snapshot<T>(_ body: () throws -> T) throws -> T {
        try run(.beginReading)
        defer { rollback() }
        return try body()
    }

    /// Opens the transaction of a group, as the only writer.
    func begin() throws {
        try run(.beginWriting)
    }

    func commit() throws {
        try run(.commit)
    }

    /// Ends the transaction, if one is open. SQLite closes it even when it reports an error.
    func rollback() {
        guard isInTransaction else { return }
        try? run(.rollback)
    }

    /// Runs `body` in the open transaction, which has to be rolled back when it throws.
    func unguarded<T>(_ body: () throws -> T) throws -> T {
        let result = try body()
        try checkForeignKeys()
        return result
    }

    /// Runs `body` so that it alone is undone when it throws.
    ///
    /// When undoing fails, or SQLite has given up the transaction by itself (a full disk), the whole
    /// transaction is rolled back; `isInTransaction` tells.
    func savepoint<T>(_ body: () throws -> T) throws -> T {
        try run(.savepoint)
        do {
            let result = try body()
            try checkForeignKeys()
            try run(.release)
            return result
        } catch {
            undo()
            throw error
        }
    }

    private func undo() {
        do {
            try run(.rollbackToSavepoint)
            try run(.release)
        } catch {
            rollback()
        }
    }

    /// Reports a deferred foreign key now: at the commit it would fail everybody's.
    private func checkForeignKeys() throws(SQL.DatabaseError) {
        var unresolved: Int32 = 0
        var highest: Int32 = 0
        sqlite3_db_status(handle, SQLITE_DBSTATUS_DEFERRED_FKS, &unresolved, &highest, 0)
        guard unresolved == 0 else {
            throw .foreignKey(words: "a deferred foreign key points at no row")
        }
    }
}
