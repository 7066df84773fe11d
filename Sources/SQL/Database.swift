/// A database that many callers share: closures run on its own threads, never on Swift's
/// cooperative pool, so a closure may block on the disk and must not wait for anything else.
public protocol Database: Sendable {
    var dialect: Dialect { get }

    /// Runs `body` on one snapshot of the database, beside writers and other readers.
    ///
    /// - Throws: what `body` throws; `DatabaseError`; `CancellationError` when the task is
    ///   cancelled already.
    func read<T: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T

    /// Runs `body` in a transaction, and tells how it ended when what it wrote is durable.
    ///
    /// All of `body` takes effect, or nothing of it when it throws. Closures that wait together
    /// may share one commit, but one that throws takes only its own work back: then those that
    /// shared it are run once more, so `body` may run twice and changes nothing but the database.
    ///
    /// - Parameter end: told once, on a thread that the database needs, so it returns at once. Its
    ///   errors are what `body` throws, and `DatabaseError`.
    func write<T: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> T,
        then end: @escaping @Sendable (Result<T, any Error>) -> Void)

    /// Tells the engine, where it plans by guesses, that in every table an index which begins with
    /// `column` finds very many rows by it. Asked for once the tables are as they will be.
    ///
    /// - Throws: `DatabaseError`.
    func expectManyRows(by column: String) async throws
}

extension Database {
    /// Nothing: most engines count for themselves.
    public func expectManyRows(by column: String) async throws {}

    /// Runs `body` in a transaction, as the other `write` does, and returns when what it wrote is
    /// durable. A write that was asked for is done even when the caller's task is cancelled
    /// meanwhile: the caller then learns how it ended, as always.
    ///
    /// - Throws: what `body` throws; `DatabaseError`.
    @discardableResult
    public func write<T: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            write(body) { continuation.resume(with: $0) }
        }
    }
}

/// The database inside a `read` or `write` closure, and only there.
///
/// After any statement has thrown, leave the closure with an error: PostgreSQL's transaction is
/// dead by then.
public protocol Connection {
    /// All rows of the result.
    func rows(_ statement: Statement) throws -> [Row]

    /// The first row of the result, if it has one.
    func row(_ statement: Statement) throws -> Row?

    /// Hands the rows over one at a time, for results too long to hold.
    func each(_ statement: Statement, _ body: (Row) throws -> Void) throws

    /// Runs a statement whose result nobody reads.
    ///
    /// - Returns: how many rows it inserted, updated or deleted.
    @discardableResult
    func run(_ statement: Statement) throws -> Int
}

extension Connection {
    /// The first column of the first row, such as a count; `nil` when there is no row.
    ///
    /// - Throws: `Row.DecodingError` when the value is no `T`.
    public func value<T: ValueConvertible>(
        _ statement: Statement, as type: T.Type = T.self
    ) throws -> T? {
        guard let row = try row(statement), let column = row.columns.first else { return nil }
        return try row.get(column, as: type)
    }
}
