import SQL

/// A write that waits for its turn.
struct PendingWrite: Sendable {
    /// What is left of a write once its closure has run: to tell the caller.
    ///
    /// The argument is the error that took the group's work away, `nil` when it is durable.
    typealias Settlement = @Sendable ((any Error)?) -> Void

    /// Runs the closure; `nil` when it threw, and the transaction has to be rolled back.
    let attempt: @Sendable (SQLiteConnection) -> Settlement?
    /// Runs the closure in a savepoint, so that it takes back its own work when it throws.
    let attemptAlone: @Sendable (SQLiteConnection) -> Settlement
    /// Tells the caller that the closure will not run.
    let refuse: @Sendable (any Error) -> Void

    init<T: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> T,
        _ continuation: CheckedContinuation<T, any Error>
    ) {
        @Sendable func settlement(_ result: T) -> Settlement {
            { lost in
                if let lost {
                    continuation.resume(throwing: lost)
                } else {
                    continuation.resume(returning: result)
                }
            }
        }
        attempt = { connection in
            (try? connection.unguarded { try body(connection) }).map(settlement)
        }
        attemptAlone = { connection in
            do {
                return settlement(try connection.savepoint { try body(connection) })
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
    /// Savepoints cost a good part of what they guard, and closures seldom throw. So a group runs
    /// without them until one does: then it is rolled back and begins again, each closure in a
    /// savepoint of its own.
    func run(
        _ queue: CallQueue<PendingWrite>, on connection: SQLiteConnection
    ) -> GroupOutcome {
        do {
            try connection.begin()
        } catch {
            refuse(queue, with: error)
            return .lost
        }
        let end = ContinuousClock.now + timeMax
        var group: [PendingWrite] = []
        var settlements: [PendingWrite.Settlement] = []
        while let write = next(of: queue, after: group.count, until: end, on: connection) {
            group.append(write)
            guard let settlement = write.attempt(connection) else {
                return runAgain(group, queue, until: end, on: connection)
            }
            settlements.append(settlement)
        }
        return settle(settlements, lost: commit(connection))
    }

    /// Runs the group anew after one of it has thrown, and goes on with those that wait.
    private func runAgain(
        _ group: [PendingWrite], _ queue: CallQueue<PendingWrite>,
        until end: ContinuousClock.Instant, on connection: SQLiteConnection
    ) -> GroupOutcome {
        connection.rollback()
        do {
            try connection.begin()
        } catch {
            for write in group { write.refuse(error) }
            return .lost
        }
        var settlements: [PendingWrite.Settlement] = []
        for write in group where connection.isInTransaction {
            settlements.append(write.attemptAlone(connection))
        }
        while let write = next(of: queue, after: settlements.count, until: end, on: connection) {
            settlements.append(write.attemptAlone(connection))
        }
        let lost = commit(connection)
        // Those that a lost transaction left no place for.
        if let lost { for write in group.dropFirst(settlements.count) { write.refuse(lost) } }
        return settle(settlements, lost: lost)
    }

    /// The next write, unless the group is large enough, old enough or lost.
    private func next(
        of queue: CallQueue<PendingWrite>, after count: Int, until end: ContinuousClock.Instant,
        on connection: SQLiteConnection
    ) -> PendingWrite? {
        guard connection.isInTransaction, count < writesMax,
            count == 0 || ContinuousClock.now <= end
        else { return nil }
        return queue.next()
    }

    private func settle(
        _ settlements: [PendingWrite.Settlement], lost: (any Error)?
    ) -> GroupOutcome {
        for settle in settlements { settle(lost) }
        if lost != nil { return .lost }
        return settlements.isEmpty ? .empty : .durable(writes: settlements.count)
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
