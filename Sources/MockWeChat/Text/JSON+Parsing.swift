extension JSON {
    /// The bytes are no JSON text.
    package struct SyntaxError: Error, Hashable {
        /// Where reading stopped, in bytes from the start.
        let offset: Int
    }

    /// Deeper nesting is refused, so that a hostile body cannot exhaust the stack.
    static let depthMax = 64

    /// Reads one JSON text that fills the bytes (RFC 8259 §2); a leading byte order mark is
    /// ignored.
    package init(parsing bytes: [UInt8]) throws(SyntaxError) {
        var reader = Reader(bytes: bytes)
        self = try reader.document()
    }

    private struct Reader {
        let bytes: [UInt8]
        var offset = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        }

        var syntaxError: SyntaxError { SyntaxError(offset: offset) }

        mutating func document() throws(SyntaxError) -> JSON {
            let value = try value(depth: 0)
            skipSpace()
            guard offset == bytes.count else { throw syntaxError }
            return value
        }

        private mutating func value(depth: Int) throws(SyntaxError) -> JSON {
            guard depth < JSON.depthMax else { throw syntaxError }
            skipSpace()
            guard offset < bytes.count else { throw syntaxError }
            switch bytes[offset] {
            case UInt8(ascii: "{"): return try object(depth: depth)
            case UInt8(ascii: "["): return try array(depth: depth)
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "t"): return try word("true", .bool(true))
            case UInt8(ascii: "f"): return try word("false", .bool(false))
            case UInt8(ascii: "n"): return try word("null", .null)
            default: return try number()
            }
        }

        private mutating func object(depth: Int) throws(SyntaxError) -> JSON {
            offset += 1
            var members: [Member] = []
            if takes("}") { return .object(members) }
            repeat {
                skipSpace()
                guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
                    throw syntaxError
                }
                let name = try string()
                guard takes(":") else { throw syntaxError }
                members.append(Member(name, try value(depth: depth + 1)))
            } while takes(",")
            guard takes("}") else { throw syntaxError }
            return .object(members)
        }

        private mutating func array(depth: Int) throws(SyntaxError) -> JSON {
            offset += 1
            var elements: [JSON] = []
            if takes("]") { return .array(elements) }
            repeat {
                elements.append(try value(depth: depth + 1))
            } while takes(",")
            guard takes("]") else { throw syntaxError }
            return .array(elements)
        }

        private mutating func string() throws(SyntaxError) -> String {
            offset += 1
            var units: [UInt8] = []
            while offset < bytes.count {
                let byte = bytes[offset]
                offset += 1
                switch byte {
                case UInt8(ascii: "\""):
                    guard let text = String(validating: units, as: UTF8.self) else {
                        throw syntaxError
                    }
                    return text
                case UInt8(ascii: "\\"):
                    units.append(contentsOf: try escaped())
                case 0..<0x20:
                    throw syntaxError
                default:
                    units.append(byte)
                }
            }
            throw syntaxError
        }

        /// What stands behind a backslash, as UTF-8 (RFC 8259 §7).
        private mutating func escaped() throws(SyntaxError) -> [UInt8] {
            guard offset < bytes.count else { throw syntaxError }
            let letter = bytes[offset]
            offset += 1
            switch letter {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
            case UInt8(ascii: "b"): return [8]
            case UInt8(ascii: "f"): return [12]
            case UInt8(ascii: "n"): return [10]
            case UInt8(ascii: "r"): return [13]
            case UInt8(ascii: "t"): return [9]
            case UInt8(ascii: "u"):
                var units = [try hexUnit()]
                if UTF16.isLeadSurrogate(units[0]) {
                    guard bytes[offset...].starts(with: [0x5C, 0x75]) else { throw syntaxError }
                    offset += 2
                    units.append(try hexUnit())
                }
                guard let text = String(validating: units, as: UTF16.self) else {
                    throw syntaxError
                }
                return Array(text.utf8)
            default: throw syntaxError
            }
        }

        private mutating func hexUnit() throws(SyntaxError) -> UInt16 {
            guard offset + 4 <= bytes.count else { throw syntaxError }
            var unit: UInt16 = 0
            for byte in bytes[offset..<offset + 4] {
                guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
                    throw syntaxError
                }
                unit = unit << 4 | UInt16(digit)
            }
            offset += 4
            return unit
        }

        private mutating func number() throws(SyntaxError) -> JSON {
            let start = offset
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "-") { offset += 1 }
            let leading = offset
            try digits()
            guard bytes[leading] != UInt8(ascii: "0") || offset == leading + 1 else {
                throw syntaxError
            }
            var isWhole = true
            if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
                isWhole = false
                offset += 1
                try digits()
            }
            if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
                isWhole = false
                offset += 1
                if offset < bytes.count, bytes[offset] == 0x2B || bytes[offset] == 0x2D {
                    offset += 1
                }
                try digits()
            }
            let text = String(decoding: bytes[start..<offset], as: UTF8.self)
            if isWhole, let integer = Int64(text) { return .integer(integer) }
            guard let number = Double(text), number.isFinite else { throw syntaxError }
            return .number(number)
        }

        private mutating func digits() throws(SyntaxError) {
            let start = offset
            while offset < bytes.count, 0x30...0x39 ~= bytes[offset] { offset += 1 }
            guard offset > start else { throw syntaxError }
        }

        private mutating func word(_ word: String, _ value: JSON) throws(SyntaxError) -> JSON {
            guard bytes[offset...].starts(with: word.utf8) else { throw syntaxError }
            offset += word.utf8.count
            return value
        }

        private mutating func takes(_ mark: Unicode.Scalar) -> Bool {
            skipSpace()
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: mark) else { return false }
            offset += 1
            return true
        }

        private mutating func skipSpace() {
            while offset < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[offset]) {
                offset += 1
            }
        }
    }
}
