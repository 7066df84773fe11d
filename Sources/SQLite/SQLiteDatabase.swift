import CSQLite
public import SQL

import class GRDB.Database
import class GRDB.DatabasePool

/// A database in one SQLite file: many readers beside one writer, in write-ahead mode.
///
/// A write is durable when it returns (`synchronous=FULL`). Writes that wait together share one
/// commit, and one that throws takes back only its own work: a hundred callers pay for one flush of
/// the disk instead of a hundred.
public final class SQLiteDatabase: SQL.Database {
    public let dialect = Dialect.sqlite

    private let pool: DatabasePool
    private let upkeep: Upkeep
    private let reads: CallQueue<PendingRead>
    private let writes: CallQueue<any PendingWrite>
    private let counts: CommitCounts
    private let writer: KeptConnection

    /// Opens the file, or makes an empty one that only its owner can read.
    ///
    /// - Parameter path: a file in a folder that exists.
    /// - Throws: `SQL.DatabaseError`.
    public init(path: String, options: Options = Options()) throws {
        try PrivateFile.make(at: path)
        Self.leaveMemoryUncounted
        let pool = try translatingErrors { try Self.open(path, options) }
        let counts = CommitCounts()
        let commit = GroupCommit(writesMax: options.commitWritesMax, timeMax: options.commitTimeMax)
        let writer = KeptConnection()
        self.pool = pool
        self.counts = counts
        self.writer = writer
        upkeep = try Upkeep(path: path, options: options, counts: counts)
        reads = CallQueue(
            label: "SQLite.read", workers: options.readers, waitingMax: options.waitingMax
        ) { PendingRead.drain($0, from: pool) }
        writes = CallQueue(label: "SQLite.write", workers: 1, waitingMax: options.waitingMax) {
            queue in
            pool.writeWithoutTransaction { database in
                let connection = writer.connection(of: database)
                while queue.waiting > 0 { counts.add(commit.run(queue, on: connection)) }
            }
        }
    }

    public func read<T: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { continuation in
            do {
                try reads.add(PendingRead(body, continuation))
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    public func write<T: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> T,
        then end: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        do {
            try writes.add(CalledWrite(body, then: end))
        } catch {
            end(.failure(error))
        }
    }

    /// What the writer has done since the database was opened.
    public var statistics: Statistics {
        counts.statistics(waiting: writes.waiting)
    }

    /// Copies one consistent state to a new file while others read and write.
    ///
    /// The copy is complete and durable when it appears under its name.
    ///
    /// - Parameter path: a file that does not exist yet.
    /// - Throws: `SQL.DatabaseError`, such as `.full`.
    public func backup(to path: String) async throws {
        try await upkeep.backup(to: path)
    }

    /// Reads the whole file, and throws `.corrupt` with what SQLite finds wrong in it.
    public func checkIntegrity() async throws {
        try await upkeep.checkIntegrity()
    }

    /// Serves the calls that wait, refuses new ones with `.closed`, and closes the file.
    public func close() async throws {
        await writes.close()
        await reads.close()
        try await upkeep.close()
        try translatingErrors {
            pool.writeWithoutTransaction { _ in writer.forget() }
            try pool.close()
        }
    }
}

/// The writer's connection, kept for the statements it has prepared from one time that there is
/// something to write to the next.
///
/// It is touched within the pool's writing closures only, which run one at a time: that is why it may
/// be shared.
private final class KeptConnection: @unchecked Sendable {
    private var kept: SQLiteConnection?

    func connection(of database: GRDB.Database) -> SQLiteConnection {
        let connection = kept ?? SQLiteConnection(database)
        kept = connection
        return connection
    }

    /// Lets go of the statements: a connection with any is not closed.
    func forget() {
        kept = nil
    }
}

extension SQLiteDatabase {
    /// SQLite counts what it allocates, behind a lock that every allocation of every thread takes.
    /// Nobody reads the count. It has to be turned off before the process opens its first database.
    private static let leaveMemoryUncounted: Void = { _ = sqlite3_leave_memory_uncounted() }()

    private static func open(_ path: String, _ options: Options) throws -> DatabasePool {
        var configuration = options.configuration
        // One for each worker, and none is ever waited for.
        configuration.maximumReaderCount = options.readers
        let pool = try DatabasePool(path: path, configuration: configuration)
        // GRDB sets synchronous=NORMAL when it has opened the pool, so this comes after. What a
        // savepoint may have to take back would else go to a temporary file.
        try pool.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA synchronous = FULL;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA cache_size = -\(options.writerCacheKiB);
                    PRAGMA wal_autocheckpoint = \(options.checkpointPagesMax);
                    PRAGMA journal_size_limit = \(options.checkpointPagesMax * 4096);
                    """)
        }
        return pool
    }
}
