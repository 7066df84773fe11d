import SQL

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
        _ queue: CallQueue<any PendingWrite>, on connection: SQLiteConnection
    ) -> GroupOutcome {
        do {
            try connection.begin()
        } catch {
            refuse(queue, with: error)
            return .lost
        }
        let end = ContinuousClock.now + timeMax
        var group: [any PendingWrite] = []
        while let write = next(of: queue, after: group.count, until: end, on: connection) {
            let succeeds = write.succeeds(on: connection)
            group.append(write)
            guard succeeds else { return runAgain(group, queue, until: end, on: connection) }
        }
        return settle(group, lost: commit(connection))
    }

    /// Runs the group anew after one of it has thrown, and goes on with those that wait.
    private func runAgain(
        _ group: [any PendingWrite], _ queue: CallQueue<any PendingWrite>,
        until end: ContinuousClock.Instant, on connection: SQLiteConnection
    ) -> GroupOutcome {
        connection.rollback()
        do {
            try connection.begin()
        } catch {
            return settle(group, lost: error)
        }
        var group = group
        for write in group where connection.isInTransaction { write.runAlone(on: connection) }
        while let write = next(of: queue, after: group.count, until: end, on: connection) {
            write.runAlone(on: connection)
            group.append(write)
        }
        // A lost transaction also answers those that it left no place for.
        return settle(group, lost: commit(connection))
    }

    /// The next write, unless the group is large enough, old enough or lost.
    private func next(
        of queue: CallQueue<any PendingWrite>, after count: Int, until end: ContinuousClock.Instant,
        on connection: SQLiteConnection
    ) -> (any PendingWrite)? {
        guard connection.isInTransaction, count < writesMax,
            count == 0 || ContinuousClock.now <= end
        else { return nil }
        return queue.next()
    }

    private func settle(_ group: [any PendingWrite], lost: (any Error)?) -> GroupOutcome {
        for write in group { write.answer(lost: lost) }
        if lost != nil { return .lost }
        return group.isEmpty ? .empty : .durable(writes: group.count)
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
    private func refuse(_ queue: CallQueue<any PendingWrite>, with error: any Error) {
        for _ in 0..<writesMax {
            guard let write = queue.next() else { return }
            write.answer(lost: error)
        }
    }
}
