import SQL

/// A write that waits for its turn, and what has come of it.
protocol PendingWrite: AnyObject, Sendable {
    /// Runs the closure; when it has thrown, the transaction has to be rolled back.
    func succeeds(on connection: SQLiteConnection) -> Bool

    /// Runs the closure in a savepoint, so that it takes back its own work when it throws.
    func runAlone(on connection: SQLiteConnection)

    /// Tells the caller how it ended: what the closure has thrown, `lost`, or its value.
    ///
    /// - Parameter lost: the error that took the group's work away, `nil` when it is durable.
    func answer(lost: (any Error)?)
}

/// The write of one caller.
///
/// A class, so that the queue and the group pass one reference on and never copy a closure with all
/// that it holds. Once it is queued, only the writer's thread touches it: that is why it may be sent.
final class CalledWrite<Value: Sendable>: PendingWrite, @unchecked Sendable {
    private let body: @Sendable (any Connection) throws -> Value
    private let end: @Sendable (Result<Value, any Error>) -> Void
    /// Of the latest run; a closure that has thrown outside of a savepoint has none.
    private var result: Result<Value, any Error>?

    init(
        _ body: @escaping @Sendable (any Connection) throws -> Value,
        then end: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        self.body = body
        self.end = end
    }

    func succeeds(on connection: SQLiteConnection) -> Bool {
        guard let value = try? connection.unguarded({ try body(connection) }) else {
            result = nil
            return false
        }
        result = .success(value)
        return true
    }

    func runAlone(on connection: SQLiteConnection) {
        result = Result { try connection.savepoint { try body(connection) } }
    }

    func answer(lost: (any Error)?) {
        switch (result, lost) {
        case (.failure(let error), _): end(.failure(error))
        case (_, let lost?): end(.failure(lost))
        case (.success(let value), nil): end(.success(value))
        case (nil, nil): end(.failure(DatabaseError.closed))
        }
    }
}
