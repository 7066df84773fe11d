import SQL
import Synchronization

/// A database that remembers the text of every statement it was given.
final class TracedDatabase: Database {
    private let base: any Database
    private let trace = Mutex<[String]>([])

    init(_ base: any Database) { self.base = base }

    var dialect: Dialect { base.dialect }

    /// The statements since the last call.
    func take() -> [String] {
        trace.withLock { texts in
            defer { texts = [] }
            return texts
        }
    }

    fileprivate func note(_ statement: Statement) {
        let text = statement.text(for: dialect)
        trace.withLock { $0.append(text) }
    }

    func read<T: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        try await base.read { try body(TracedConnection(base: $0, database: self)) }
    }

    func write<T: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> T,
        then end: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        base.write({ try body(TracedConnection(base: $0, database: self)) }, then: end)
    }
}

private struct TracedConnection: Connection {
    let base: any Connection
    let database: TracedDatabase

    func rows(_ statement: Statement) throws -> [Row] {
        database.note(statement)
        return try base.rows(statement)
    }

    func row(_ statement: Statement) throws -> Row? {
        database.note(statement)
        return try base.row(statement)
    }

    func each(_ statement: Statement, _ body: (Row) throws -> Void) throws {
        database.note(statement)
        try base.each(statement, body)
    }

    func run(_ statement: Statement) throws -> Int {
        database.note(statement)
        return try base.run(statement)
    }
}
