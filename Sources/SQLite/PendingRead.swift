import SQL

import class GRDB.DatabasePool

/// A read that waits for its turn.
struct PendingRead: Sendable {
    private let run: @Sendable (SQLiteConnection) -> Void
    private let refuse: @Sendable (any Error) -> Void

    init<T: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> T,
        _ continuation: CheckedContinuation<T, any Error>
    ) {
        run = { connection in
            continuation.resume(with: Result { try connection.snapshot { try body(connection) } })
        }
        refuse = { continuation.resume(throwing: $0) }
    }

    /// Serves the reads that wait, each on a snapshot of its own, on one connection of the pool.
    static func drain(_ queue: CallQueue<PendingRead>, from pool: DatabasePool) {
        do {
            try translatingErrors {
                try pool.unsafeRead { database in
                    let connection = SQLiteConnection(database)
                    while let read = queue.next() { read.run(connection) }
                }
            }
        } catch {
            // No connection could be opened: there are too many open files, or the file is gone.
            while let read = queue.next() { read.refuse(error) }
        }
    }
}
