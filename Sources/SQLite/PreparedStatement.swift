import GRDBSQLite
import Glibc
import SQL

import class GRDB.Statement

/// A statement as SQLite holds it: values go in, rows come out.
final class PreparedStatement {
    let handle: OpaquePointer
    /// Owns the handle.
    private let statement: GRDB.Statement
    /// Known from the first row on until the reset: the first step prepares the statement again when
    /// the schema has changed, and `*` may then be more.
    private var columns: [String]?
    private var texts = BoundTexts()
    /// Whether SQLite has made copies of what is bound.
    private var hasCopies = false

    init(_ statement: GRDB.Statement) {
        self.statement = statement
        handle = statement.sqliteStatement
    }

    deinit {
        // GRDB may hold the handle longer than there are `texts`.
        sqlite3_clear_bindings(handle)
    }

    /// Binds each value to the parameter in its place.
    func bind(_ values: SQL.Statement) throws(SQL.DatabaseError) {
        let expected = sqlite3_bind_parameter_count(handle)
        var count: Int32 = 0
        var keptBytes = 0
        values.eachValue {
            count += 1
            keptBytes += $0.keptBytes
        }
        guard count == expected else {
            throw .parameters(
                words: "the statement has \(expected) parameters for \(count) values")
        }
        texts.makeRoom(for: keptBytes)
        var index: Int32 = 0
        try values.eachValue { (value) throws(SQL.DatabaseError) in
            index += 1
            let code = try bind(value, at: index)
            guard code == SQLITE_OK else { throw .last(on: sqlite3_db_handle(handle)) }
        }
    }

    /// - Returns: whether there is a row to read.
    func step() throws(SQL.DatabaseError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw .last(on: sqlite3_db_handle(handle))
        }
    }

    var row: Row {
        let columns = self.columns ?? columnNames
        self.columns = columns
        return Row(columns: columns, values: (0..<Int32(columns.count)).map(value(at:)))
    }

    /// Ready for the next use, which binds every parameter anew.
    func reset() {
        sqlite3_reset(handle)
        if hasCopies { sqlite3_clear_bindings(handle) }
        hasCopies = false
        columns = nil
    }
}

extension PreparedStatement {
    private var columnNames: [String] {
        let known = statement.columnNames
        if known.count == Int(sqlite3_column_count(handle)) { return known }
        return (0..<sqlite3_column_count(handle)).map { index in
            sqlite3_column_name(handle, index).map { String(cString: $0) } ?? ""
        }
    }

    private func bind(_ value: Value, at index: Int32) throws(SQL.DatabaseError) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(handle, index)
        case .integer(let integer): sqlite3_bind_int64(handle, index, integer)
        case .real(let real): sqlite3_bind_double(handle, index, real)
        case .text(let text): try bind(text, at: index)
        case .blob(let bytes): bind(bytes, at: index)
        }
    }

    private func bind(_ bytes: [UInt8], at index: Int32) -> Int32 {
        guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
        hasCopies = true
        return sqlite3_bind_blob64(handle, index, bytes, UInt64(bytes.count), copied)
    }

    private func bind(_ text: String, at index: Int32) throws(SQL.DatabaseError) -> Int32 {
        var text = text
        let code: Int32? = text.withUTF8 { utf8 in
            guard let start = utf8.baseAddress else {
                return sqlite3_bind_text(handle, index, "", 0, copied)
            }
            guard memchr(start, 0, utf8.count) == nil else { return nil }
            let count = UInt64(utf8.count)
            guard utf8.count > BoundTexts.bytesMax else {
                return sqlite3_bind_text64(
                    handle, index, texts.add(utf8), count, nil, UInt8(SQLITE_UTF8))
            }
            hasCopies = true
            return start.withMemoryRebound(to: CChar.self, capacity: utf8.count) {
                sqlite3_bind_text64(handle, index, $0, count, copied, UInt8(SQLITE_UTF8))
            }
        }
        guard let code else { throw .nulInText }
        return code
    }

    private func value(at index: Int32) -> Value {
        switch sqlite3_column_type(handle, index) {
        case SQLITE_INTEGER:
            return .integer(sqlite3_column_int64(handle, index))
        case SQLITE_FLOAT:
            return .real(sqlite3_column_double(handle, index))
        case SQLITE_TEXT:
            let start = sqlite3_column_text(handle, index)
            let count = Int(sqlite3_column_bytes(handle, index))
            return .text(
                String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(handle, index)
            let count = Int(sqlite3_column_bytes(handle, index))
            return .blob([UInt8](UnsafeRawBufferPointer(start: start, count: count)))
        default:
            return .null
        }
    }
}

extension Value {
    /// What it takes of a statement's `texts`.
    fileprivate var keptBytes: Int {
        guard case .text(let text) = self, text.utf8.count <= BoundTexts.bytesMax else { return 0 }
        return text.utf8.count
    }
}

/// `SQLITE_TRANSIENT`: SQLite makes its own copy before the call returns.
///
/// The C macro is the function pointer -1, which Swift does not import.
private var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
