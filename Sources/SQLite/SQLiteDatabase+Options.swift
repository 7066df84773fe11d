import struct GRDB.Configuration

extension SQLiteDatabase {
    public struct Options: Sendable {
        /// Threads that read, each with a connection.
        public var readers = 4
        /// How long another process may hold the database before a call fails as busy.
        public var busyTimeout = Duration.seconds(5)
        /// Calls that may wait, reads and writes counted apart, before more are refused.
        public var waitingMax = 16_384
        /// Closures that may share one commit.
        public var commitWritesMax = 1024
        /// After this time a group takes no more closures.
        public var commitTimeMax = Duration.milliseconds(20)
        /// How often the write-ahead log is copied into the file, beside the writers. Pages that many
        /// commits have changed are copied once.
        public var checkpointInterval = Duration.seconds(10)
        /// The length of the log, in pages, from which the writer itself copies it.
        public var checkpointPagesMax = 20_000
        /// Page cache of the writer.
        public var writerCacheKiB = 64 * 1024
        /// Page cache of each reader.
        public var readerCacheKiB = 16 * 1024

        public init() {}
    }
}

extension SQLiteDatabase.Options {
    /// How GRDB opens each connection.
    var configuration: GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(busyTimeout / .seconds(1))
        configuration.prepareDatabase { [readerCacheKiB] database in
            try database.execute(sql: "PRAGMA cache_size = -\(readerCacheKiB)")
        }
        return configuration
    }
}
