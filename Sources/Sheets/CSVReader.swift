/// Takes comma-separated values (RFC 4180) apart, record by record.
///
/// Stricter than a spreadsheet: a quote within an unquoted field, text after a closing quote and a
/// quote that never closes are faults of their record. A line of nothing is no record.
public struct CSVReader: Sequence, IteratorProtocol {
    public struct Record: Sendable, Equatable {
        /// Where it begins, counted from 1 as an editor does.
        public let line: Int
        public let fields: [String]
        public let fault: Fault?
    }

    public enum Fault: Sendable, Equatable {
        case strayQuote
        case openQuote
    }

    private let bytes: ArraySlice<UInt8>
    private var index: Int
    private var line = 1

    /// - Parameter bytes: UTF-8, without a byte order mark.
    public init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    public mutating func next() -> Record? {
        while index < bytes.endIndex {
            let begin = line
            var fault: Fault?
            var fields: [String] = []
            repeat { fields.append(field(&fault)) } while skip(UInt8(ascii: ","))
            endLine()
            if fields == [""], fault == nil { continue }
            return Record(line: begin, fields: fields, fault: fault)
        }
        return nil
    }

    private mutating func field(_ fault: inout Fault?) -> String {
        guard skip(UInt8(ascii: "\"")) else {
            let start = index
            while let byte = peek, byte != UInt8(ascii: ","), !Self.endsLine(byte) {
                if byte == UInt8(ascii: "\"") { fault = fault ?? .strayQuote }
                index += 1
            }
            return String(decoding: bytes[start..<index], as: UTF8.self)
        }
        var text: [UInt8] = []
        while let byte = peek {
            index += 1
            if byte == UInt8(ascii: "\"") {
                guard skip(UInt8(ascii: "\"")) else {
                    while let byte = peek, byte != UInt8(ascii: ","), !Self.endsLine(byte) {
                        fault = fault ?? .strayQuote
                        index += 1
                    }
                    return String(decoding: text, as: UTF8.self)
                }
            } else if byte == UInt8(ascii: "\n") {
                line += 1
            }
            text.append(byte)
        }
        fault = fault ?? .openQuote
        return String(decoding: text, as: UTF8.self)
    }

    private var peek: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    private mutating func endLine() {
        if skip(UInt8(ascii: "\r")) {
            _ = skip(UInt8(ascii: "\n"))
            line += 1
        } else if skip(UInt8(ascii: "\n")) {
            line += 1
        }
    }

    private static func endsLine(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }
}
