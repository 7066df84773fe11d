import Synchronization

extension SQLiteDatabase {
    /// What the writer has done since the database was opened.
    public struct Statistics: Sendable, Hashable {
        /// Groups committed, each with one flush of the disk.
        public internal(set) var commits = 0
        /// Closures that ran in those groups, those that threw included.
        public internal(set) var writes = 0
        /// Groups whose work was lost, because no transaction could begin or be committed.
        public internal(set) var failedCommits = 0
        /// The most closures that shared a commit.
        public internal(set) var largestCommit = 0
        /// Writes that wait now.
        public internal(set) var waiting = 0
    }
}

/// How one group of writes ended.
enum GroupOutcome {
    case durable(writes: Int)
    case lost
    /// No write was waiting any more.
    case empty
}

/// The statistics as the writer counts them.
final class CommitCounts: Sendable {
    private let counts = Mutex(SQLiteDatabase.Statistics())

    func add(_ outcome: GroupOutcome) {
        counts.withLock { counts in
            switch outcome {
            case .durable(let writes):
                counts.commits += 1
                counts.writes += writes
                counts.largestCommit = max(counts.largestCommit, writes)
            case .lost: counts.failedCommits += 1
            case .empty: break
            }
        }
    }

    func statistics(waiting: Int = 0) -> SQLiteDatabase.Statistics {
        var statistics = counts.withLock { $0 }
        statistics.waiting = waiting
        return statistics
    }
}
