import Glibc

/// Comma-separated values (RFC 4180) in UTF-8 with a byte order mark, without which Excel takes
/// Chinese for another encoding.
///
/// A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return for a
/// formula, quoted or not. Such a text is written with an apostrophe before it, as OWASP's "CSV
/// Injection" has it. Numbers are left as they are.
public struct CSVText: Sendable {
    public private(set) var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]

    public init() {}

    public mutating func append(_ row: [String]) { append(row.map(Cell.text)) }

    public mutating func append(_ row: [Cell]) {
        for (index, cell) in row.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            switch cell {
            case .empty: break
            case .integer(let number): bytes.append(contentsOf: String(number).utf8)
            case .text(let text): append(text)
            }
        }
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func append(_ text: String) {
        let isFormula = text.utf8.first.map(Self.beginsFormula) ?? false
        guard isFormula || text.utf8.contains(where: Self.needsQuotes) else {
            bytes.append(contentsOf: text.utf8)
            return
        }
        let quote = UInt8(ascii: "\"")
        bytes.append(quote)
        if isFormula { bytes.append(UInt8(ascii: "'")) }
        for byte in text.utf8 {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }

    private static func beginsFormula(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"),
            UInt8(ascii: "\t"), UInt8(ascii: "\r"):
            true
        default: false
        }
    }

    /// Semicolons and tabs too: in some countries a spreadsheet splits lines at these, and what
    /// follows would be a cell of its own.
    private static func needsQuotes(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"),
            UInt8(ascii: "\r"), UInt8(ascii: "\n"):
            true
        default: false
        }
    }

    /// What has been appended since the last call.
    public mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }
}

/// A file of `CSVText`.
public final class CSVWriter: TableWriter {
    private static let blockBytes = 64 << 10

    private let descriptor: Int32
    private var text = CSVText()

    /// Begins a file that only its owner reads, in place of one that is there.
    ///
    /// - Throws: `TableFailure` when it cannot be written.
    public init(path: String, heads: [String]) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw TableFailure(errno: path) }
        text.append(heads)
    }

    deinit { close(descriptor) }

    /// Adds a row; rows are written by the 64 KiB.
    ///
    /// - Throws: `TableFailure`, for a full disk too.
    public func append(_ row: [Cell]) throws {
        text.append(row)
        if text.bytes.count >= Self.blockBytes { try flush() }
    }

    /// Writes what is left and returns when the disk has it.
    public func finish() throws {
        try flush()
        guard fsync(descriptor) == 0 else { throw TableFailure(errno: "fsync") }
    }

    private func flush() throws {
        let block = text.take()
        var written = 0
        while written < block.count {
            let count = block[written...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw TableFailure(errno: "write")
            }
            written += count
        }
    }
}
