import GRDBSQLite
import SQL

import struct GRDB.DatabaseError

extension SQL.DatabaseError {
    /// The error of the last call on this connection.
    static func last(on connection: OpaquePointer?) -> Self {
        Self(
            code: sqlite3_extended_errcode(connection),
            words: String(cString: sqlite3_errmsg(connection)))
    }

    /// GRDB's error, where the text goes through GRDB.
    init(_ error: GRDB.DatabaseError) {
        self.init(
            code: error.extendedResultCode.rawValue,
            words: error.message ?? error.extendedResultCode.description)
    }

    /// - Parameter code: an extended result code, <https://sqlite.org/rescode.html>.
    init(code: Int32, words: String) {
        switch code {
        case SQLITE_CONSTRAINT | (8 << 8),  // SQLITE_CONSTRAINT_UNIQUE
            SQLITE_CONSTRAINT | (6 << 8),  // SQLITE_CONSTRAINT_PRIMARYKEY
            SQLITE_CONSTRAINT | (10 << 8):  // SQLITE_CONSTRAINT_ROWID
            self = .unique(words: words)
        case SQLITE_CONSTRAINT | (3 << 8):  // SQLITE_CONSTRAINT_FOREIGNKEY
            self = .foreignKey(words: words)
        case SQLITE_CONSTRAINT | (1 << 8),  // SQLITE_CONSTRAINT_CHECK
            SQLITE_CONSTRAINT | (12 << 8):  // SQLITE_CONSTRAINT_DATATYPE, of a STRICT table
            self = .check(words: words)
        case SQLITE_CONSTRAINT | (5 << 8):  // SQLITE_CONSTRAINT_NOTNULL
            self = .notNull(words: words)
        default:
            switch code & 0xFF {
            case SQLITE_BUSY, SQLITE_LOCKED: self = .busy(words: words)
            case SQLITE_FULL: self = .full(words: words)
            case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt(words: words)
            default: self = .other(code: String(code), words: words)
            }
        }
    }
}

/// Runs what goes through GRDB, and says its errors in the words of all engines.
func translatingErrors<T>(_ body: () throws -> T) throws -> T {
    do {
        return try body()
    } catch let error as GRDB.DatabaseError {
        throw SQL.DatabaseError(error)
    }
}
