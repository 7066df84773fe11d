import Foundation

/// The schema as a list of steps, applied once each, in order, and never backwards.
///
/// The database keeps the number, name and checksum of each step that it has. Every step is one
/// transaction: it is there whole or not at all, whatever happens.
public struct Migrations: Sendable {
    public let all: [Migration]

    /// Takes the `NNNN-name.sql` files of a folder; files that end otherwise are passed over.
    ///
    /// - Throws: `Failure`.
    public init(directory: String) throws {
        let folder = URL(fileURLWithPath: directory, isDirectory: true)
        let files: [URL]
        do {
            files = try FileManager.default.contentsOfDirectory(
                at: folder, includingPropertiesForKeys: nil)
        } catch {
            throw Failure.unreadable(directory, words: error.localizedDescription)
        }
        try self.init(files.filter { $0.pathExtension == "sql" }.map(Self.read))
    }

    /// - Throws: `Failure.sameNumber`.
    public init(_ migrations: [Migration]) throws(Failure) {
        all = migrations.sorted { $0.number < $1.number }
        for (one, next) in zip(all, all.dropFirst()) where one.number == next.number {
            throw .sameNumber(one.name, next.name)
        }
    }

    /// Brings the database up to the last step.
    ///
    /// - Returns: the names of the steps it did not have.
    /// - Throws: `Failure`, with the database as the last step that succeeded left it.
    @discardableResult
    public func apply(to database: any Database) async throws -> [String] {
        let pending = try await pending(in: database)
        for migration in pending {
            let script = try Self.script(of: migration, for: database.dialect)
            try await database.write { try Self.apply(migration, script, on: $0) }
        }
        return pending.map(\.name)
    }

    /// The steps that the database does not have yet.
    ///
    /// - Throws: `Failure` when those that it has are not ours.
    public func pending(in database: any Database) async throws -> [Migration] {
        let applied = try await database.write { connection in
            try connection.run(Self.table(in: database.dialect))
            return try connection.rows(
                "SELECT number, name, checksum FROM schema_migrations ORDER BY number"
            ).map(Applied.init)
        }
        return try pending(after: applied)
    }
}

extension Migrations {
    /// Why a database is not brought to the program's version. Nothing was applied of the step that is named.
    public enum Failure: Error, Hashable {
        case unreadable(String, words: String)
        /// A file of the folder has no name of the form `NNNN-name.sql`.
        case badName(String)
        case sameNumber(String, String)
        /// The file is another than the one that was applied.
        case changed(String)
        /// The database has a step that the program does not know: it is older than the database.
        case unknown(String)
        /// The step comes before one that the database already has.
        case late(String, applied: String)
        /// The text cannot be taken apart into statements.
        case malformed(String, words: String)
        /// The engine refused a statement.
        case refused(String, statement: String, words: String)
    }

    /// What the database says it has.
    private struct Applied: Sendable {
        let number: Int
        let name: String
        let checksum: String

        init(_ row: Row) throws {
            number = try row.get("number")
            name = try row.get("name")
            checksum = try row.get("checksum")
        }
    }

    private static func table(in dialect: Dialect) -> Statement {
        Statement(
            verbatim: """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    number   INTEGER NOT NULL PRIMARY KEY,
                    name     TEXT    NOT NULL,
                    checksum TEXT    NOT NULL
                ) \(dialect.spelling(ofMigrationToken: "END") ?? "")
                """)
    }

    private static func read(_ file: URL) throws(Failure) -> Migration {
        let text: String
        do {
            text = try String(contentsOf: file, encoding: .utf8)
        } catch {
            throw .unreadable(file.path, words: error.localizedDescription)
        }
        let name = file.deletingPathExtension().lastPathComponent
        guard let migration = Migration(name: name, text: text) else { throw .badName(name) }
        return migration
    }

    /// The steps to apply, once those that were applied are found to be the same as ours.
    private func pending(after applied: [Applied]) throws(Failure) -> [Migration] {
        let known = Dictionary(uniqueKeysWithValues: all.map { ($0.number, $0) })
        for old in applied {
            guard let ours = known[old.number] else { throw .unknown(old.name) }
            guard ours.checksum == old.checksum else { throw .changed(ours.name) }
        }
        let numbers = Set(applied.map(\.number))
        let pending = all.filter { !numbers.contains($0.number) }
        if let last = applied.last, let late = pending.first, late.number < last.number {
            throw .late(late.name, applied: last.name)
        }
        return pending
    }

    private static func script(
        of migration: Migration, for dialect: Dialect
    ) throws(Failure) -> [String] {
        do {
            return try MigrationScript(migration.text, dialect: dialect).statements
        } catch {
            switch error {
            case .unknownToken(let token):
                throw .malformed(migration.name, words: "unknown token \(token)")
            case .unclosed(let start):
                throw .malformed(migration.name, words: "never closed: \(start)")
            }
        }
    }

    private static func apply(
        _ migration: Migration, _ script: [String], on connection: any Connection
    ) throws {
        for text in script {
            do {
                try connection.run(Statement(verbatim: text))
            } catch {
                throw Failure.refused(migration.name, statement: text, words: "\(error)")
            }
        }
        try connection.run(
            """
            INSERT INTO schema_migrations (number, name, checksum)
            VALUES (\(migration.number), \(migration.name), \(migration.checksum))
            """)
    }
}

extension Migrations.Failure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let path, let words): "cannot read \(path): \(words)"
        case .badName(let name): "\(name).sql should be named like 0001-accounts.sql"
        case .sameNumber(let one, let other): "\(one) and \(other) have the same number"
        case .changed(let name): "\(name) was changed after it had been applied; restore the file"
        case .unknown(let name):
            "the database has \(name), which this program does not know; run a newer program"
        case .late(let name, let applied): "\(name) comes before \(applied), which is applied"
        case .malformed(let name, let words): "\(name): \(words)"
        case .refused(let name, let statement, let words): "\(name): \(words) in: \(statement)"
        }
    }
}
