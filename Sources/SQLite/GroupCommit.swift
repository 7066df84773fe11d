import SQL

/// A write that waits for its turn.
struct PendingWrite: Sendable {
    /// What is left of a write once its closure has run: to tell the caller.
    ///
    /// The argument is the error that took the group's work away, `nil` when it is durable.
    typealias Settlement = @Sendable ((any Error)?) -> Void

    /// Runs the closure in a savepoint.
    let attempt: @Sendable (SQLiteConnection) -> Settlement
    /// Tells the caller that the closure will not run.
    let refuse: @Sendable (any Error) -> Void

    init<T: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> T,
        _ continuation: CheckedContinuation<T, any Error>
    ) {
        attempt = { connection in
            do {
                let result = try connection.savepoint { try body(connection) }
                return { lost in
                    if let lost {
                        continuation.resume(throwing: lost)
                    } else {
                        continuation.resume(returning: result)
                    }
                }
            } catch {
                return { _ in continuation.resume(throwing: error) }
            }
        }
        refuse = { continuation.resume(throwing: $0) }
    }
}

/// Many writes, one commit: a commit costs a flush of the disk, and a hundred writes can share it.
struct GroupCommit {
    /// Bounds how long the first caller of a group waits for the last one's closure.
    let writesMax: Int
    let timeMax: Duration

    /// Runs the waiting writes in one transaction and tells each caller how it ended, none before
    /// the commit is durable.
    ///
    func run(
        _ queue: CallQueue<PendingWrite>, on connection: SQLiteConnection
    ) -> GroupOutcome {
        do {
            try connection.begin()
        } catch {
            refuse(queue, with: error)
            return .lost
        }
        let settlements = attempt(queue, on: connection)
        let lost = commit(connection)
        for settle in settlements { settle(lost) }
        if lost != nil { return .lost }
        return settlements.isEmpty ? .empty : .durable(writes: settlements.count)
    }

    private func attempt(
        _ queue: CallQueue<PendingWrite>, on connection: SQLiteConnection
    ) -> [PendingWrite.Settlement] {
        var settlements: [PendingWrite.Settlement] = []
        let end = ContinuousClock.now + timeMax
        while connection.isInTransaction, settlements.count < writesMax,
            let write = queue.next()
        {
            settlements.append(write.attempt(connection))
            if ContinuousClock.now > end { break }
        }
        return settlements
    }

    /// - Returns: the error when the group's work is lost.
    private func commit(_ connection: SQLiteConnection) -> (any Error)? {
        do {
            try connection.commit()
            return nil
        } catch {
            connection.rollback()
            return error
        }
    }

    /// No transaction can begin: those that would have been in it need not wait for the same again.
    private func refuse(_ queue: CallQueue<PendingWrite>, with error: any Error) {
        for _ in 0..<writesMax {
            guard let write = queue.next() else { return }
            write.refuse(error)
        }
    }
}
