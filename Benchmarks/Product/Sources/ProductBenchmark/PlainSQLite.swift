import Glibc

/// The peer: SQLite alone, committing in the same order the rows that callbacks left in Matou's
/// database, and those of the replies that were sent meanwhile, with the same pragmas, without
/// reading anything before it writes and without a call to WeChat.
struct PlainSQLite {
    /// Matou's database, while Matou is idle.
    let source: String
    /// The peer's own, made when missing.
    let target: String

    /// Commits what the callbacks after the fact `seq` left.
    ///
    /// - Parameters:
    ///   - end: when the last callback was answered, in milliseconds since 1970. Replies that were
    ///     sent later are none of the work that is compared.
    ///   - batch: writes in a commit: a callback is one, a reply two, before and after its call.
    func run(after seq: Int64, until end: Int64, batch: Int) throws -> Outcome {
        let source = try SQLite(source)
        let target = try SQLite(target)
        try copySchema(from: source, to: target)
        try target.execute(Self.pragmas)
        target.keepLogOnClose()
        // Matou's are gone by now, too.
        try target.execute("DELETE FROM jobs")
        let tables = try insertions(after: seq, from: source, to: target)
        guard let callbacks = tables.first?.rows.count else {
            throw Failure("no callbacks after \(seq)")
        }
        var writes: [PlainReplies.Write] = (0..<callbacks).map { index in
            tables.map { ($0.insertion, $0.rows[index]) }
        }
        try PlainReplies(source: source, target: target)
            .add(to: &writes, after: seq, until: end, batch: batch)
        let (begin, commit) = (try target.prepare("BEGIN IMMEDIATE"), try target.prepare("COMMIT"))

        let start = monotonicNanoseconds()
        let cost = processorNanoseconds(of: getpid())
        for first in stride(from: 0, to: writes.count, by: batch) {
            try begin.run()
            for write in writes[first..<min(first + batch, writes.count)] {
                for (statement, row) in write { try statement.run(row) }
            }
            try commit.run()
        }
        return Outcome(
            rate: Double(callbacks) * 1e9 / Double(monotonicNanoseconds() - start),
            cost: Double(processorNanoseconds(of: getpid()) - cost) / 1000 / Double(callbacks))
    }

    struct Outcome: Codable {
        /// Callbacks per second.
        let rate: Double
        /// Microseconds of the processor for a callback.
        let cost: Double
    }

    /// The tables that the callbacks left something in, each with a row for every callback.
    private func insertions(
        after seq: Int64, from source: SQLite, to target: SQLite
    ) throws -> [(rows: [SQLite.Row], insertion: SQLite.Statement)] {
        var callbacks: Int?
        return try Self.tables(after: seq).compactMap { table in
            let rows = try source.rows(table.query)
            // A code without a reply leaves two tables alone.
            guard let columns = rows.first?.count else { return nil }
            guard rows.count == callbacks ?? rows.count else {
                throw Failure(
                    "\(table.name) has \(rows.count) rows for \(callbacks ?? 0) callbacks")
            }
            callbacks = rows.count
            return (rows, try target.prepare(table.insertion(columns)))
        }
    }

    /// The number of the newest fact.
    static func lastFact(in path: String) throws -> Int64 {
        try SQLite(path).rows("SELECT coalesce(max(seq), 0) FROM facts").first?.integer(0) ?? 0
    }

    /// As Sources/SQLite sets them.
    private static let pragmas = """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
        PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 20000;
        PRAGMA journal_size_limit = 81920000;
        """

    private struct Table {
        let name: String
        /// One row for each callback, in the order of the facts.
        let query: String
        /// All of them when there are none.
        var columns: [String] = []
        var onConflict = ""

        func insertion(_ count: Int) -> String {
            let places = Array(repeating: "?", count: count).joined(separator: ", ")
            let names = columns.isEmpty ? "" : "(\(columns.joined(separator: ", ")))"
            return "INSERT INTO \(name) \(names) VALUES (\(places)) \(onConflict)"
        }
    }

    private static func tables(after seq: Int64) -> [Table] {
        let facts = """
            FROM facts f %JOIN% WHERE f.seq > \(seq) AND f.kind IN ('subscribe', 'scan')
            ORDER BY f.seq
            """
        func from(_ join: String = "") -> String {
            facts.split(separator: "%JOIN%", omittingEmptySubsequences: false)
                .joined(separator: join)
        }
        let isNew = "f.kind = 'subscribe'"
        let sum = { (columns: [String]) in
            columns.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", ")
        }
        let counted = [
            "scans", "scanners", "new_scanners", "new_followers", "unfollowed", "replies_sent",
            "replies_failed", "replies_too_late", "replies_unknown",
        ]
        let people = ["replies_received", "new_scans"]
        return [
            Table(name: "facts", query: "SELECT f.* \(from())"),
            Table(
                name: "fact_payloads",
                query: "SELECT p.* \(from("JOIN fact_payloads p USING (workspace_id, seq)"))"),
            Table(
                name: "followers",
                query: """
                    SELECT p.* \(from("JOIN followers p ON (p.workspace_id, p.account_id, p.openid)"
                        + " = (f.workspace_id, f.account_id, f.person)"))
                    """),
            Table(
                name: "code_scanners",
                query: """
                    SELECT p.* \(from("JOIN code_scanners p ON (p.workspace_id, p.code_id, p.openid)"
                        + " = (f.workspace_id, f.code_id, f.person)"))
                    """),
            Table(
                name: "code_days",
                query: """
                    SELECT f.workspace_id, f.code_id, f.day, 1, 1, \(isNew), \(isNew), 0, 0, 0, 0, 0
                    \(from())
                    """,
                columns: ["workspace_id", "code_id", "day"] + counted,
                onConflict: """
                    ON CONFLICT (workspace_id, code_id, day) DO UPDATE SET
                    \(sum(counted))
                    """),
            Table(
                name: "account_days",
                query: """
                    SELECT f.workspace_id, f.account_id, f.day, 1, 1, \(isNew), \(isNew), 0, 0, 0, 0, 0
                    \(from())
                    """,
                columns: ["workspace_id", "account_id", "day"] + counted,
                onConflict: """
                    ON CONFLICT (workspace_id, account_id, day) DO UPDATE SET
                    \(sum(counted))
                    """),
            Table(
                name: "code_counts",
                query: """
                    SELECT f.workspace_id, f.code_id, 1, 1, \(isNew), \(isNew), 0, 0, 0, 0, 0, 0, \(isNew)
                    \(from())
                    """,
                columns: ["workspace_id", "code_id"] + counted + people,
                onConflict: """
                    ON CONFLICT (workspace_id, code_id) DO UPDATE SET
                    \(sum(counted + people))
                    """),
            // As they were before the reply was sent.
            Table(
                name: "reply_sends",
                query: """
                    SELECT p.workspace_id, p.scan_seq, p.position, p.account_id, p.code_id, p.openid,
                        p.item, 'pending', NULL, NULL, p.deadline_at, NULL, NULL
                    \(from("JOIN reply_sends p ON (p.workspace_id, p.scan_seq)"
                        + " = (f.workspace_id, f.seq)"))
                    """),
            Table(
                name: "jobs",
                query: """
                    SELECT f.workspace_id, 'reply-' || f.seq, 'reply',
                        json_object('scan', f.seq, 'account', f.account_id), 'ready', 100,
                        f.received_at, f.account_id || ':' || f.person, 1, NULL, 0, NULL, NULL, NULL
                    \(from("JOIN reply_sends p ON (p.workspace_id, p.scan_seq)"
                        + " = (f.workspace_id, f.seq)"))
                    """),
        ]
    }

    private func copySchema(from source: SQLite, to target: SQLite) throws {
        guard try target.rows("SELECT 1 FROM sqlite_schema").isEmpty else { return }
        let names = Self.tables(after: 0).map { "'\($0.name)'" }.joined(separator: ", ")
        let definitions = try source.rows(
            """
            SELECT sql FROM sqlite_schema WHERE tbl_name IN (\(names)) AND sql IS NOT NULL
            ORDER BY type DESC
            """)
        for definition in definitions { try target.execute(definition.text(0)) }
    }
}
