/// Reads the elements and the text of a small XML document (XML 1.0, fifth edition), and nothing
/// that could make it more than what its bytes say: no document type, so no entities but the five
/// that every document has.
///
/// Attributes are passed over once they are well-formed; names may hold any character beyond ASCII.
package struct XMLReader {
    package enum Event: Equatable {
        case start(name: Range<Int>)
        case end(name: Range<Int>)
        case text(String)
    }

    /// Not well-formed, or a document type.
    package struct Malformed: Error {}

    private let bytes: [UInt8]
    private var position: Int
    /// The names of the elements that are open, the innermost last.
    private var open: [Range<Int>] = []
    /// The element that was opened by a tag that closes it too.
    private var closesItself: Range<Int>?
    private var hasRoot = false

    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - start: where the markup begins. An XML declaration there is passed over, whatever it says.
    package init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        position = start
    }

    /// What comes next; nil at the end of a document that is whole.
    package mutating func next() throws(Malformed) -> Event? {
        if let name = closesItself {
            closesItself = nil
            return .end(name: name)
        }
        while position < bytes.count {
            if bytes[position] != UInt8(ascii: "<") {
                if let text = try text() { return .text(text) }
            } else if skip("<!--") {
                try skipComment()
            } else if skip("<![CDATA[") {
                return .text(try section())
            } else if skip("<?") {
                _ = try skipCharacters(upTo: "?>")
            } else if skip("</") {
                return try endTag()
            } else {
                return try startTag()
            }
        }
        guard hasRoot, open.isEmpty else { throw Malformed() }
        return nil
    }

    package func name(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}

/// Tags.
extension XMLReader {
    private mutating func startTag() throws(Malformed) -> Event {
        guard !(hasRoot && open.isEmpty), skip("<") else { throw Malformed() }
        hasRoot = true
        let name = try name()
        while true {
            let isApart = skipSpace()
            if skip(">") {
                open.append(name)
                return .start(name: name)
            }
            if skip("/>") {
                closesItself = name
                return .start(name: name)
            }
            guard isApart else { throw Malformed() }
            try skipAttribute()
        }
    }

    private mutating func endTag() throws(Malformed) -> Event {
        let name = try name()
        _ = skipSpace()
        guard let opened = open.popLast(), bytes[opened] == bytes[name], skip(">") else {
            throw Malformed()
        }
        return .end(name: opened)
    }

    private mutating func skipAttribute() throws(Malformed) {
        _ = try name()
        _ = skipSpace()
        guard skip("=") else { throw Malformed() }
        _ = skipSpace()
        guard let quote = current, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            throw Malformed()
        }
        position += 1
        while let byte = current, byte != quote {
            switch byte {
            case UInt8(ascii: "<"): throw Malformed()
            case UInt8(ascii: "&"): _ = try reference()
            default:
                guard isCharacter else { throw Malformed() }
                position += 1
            }
        }
        guard current != nil else { throw Malformed() }
        position += 1
    }

    private mutating func name() throws(Malformed) -> Range<Int> {
        let start = position
        while let byte = current, isNameByte(byte, isFirst: position == start) { position += 1 }
        guard position > start else { throw Malformed() }
        return start..<position
    }

    private func isNameByte(_ byte: UInt8, isFirst: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "_"), UInt8(ascii: ":"), 0x80...:
            true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): !isFirst
        default: false
        }
    }
}

/// Text.
extension XMLReader {
    /// Text up to the next markup; nil when it is the white space around the root.
    private mutating func text() throws(Malformed) -> String? {
        if open.isEmpty {
            guard skipSpace() else { throw Malformed() }
            return nil
        }
        var text = ""
        while let byte = current, byte != UInt8(ascii: "<") {
            if byte == UInt8(ascii: "&") {
                text += try reference()
                continue
            }
            let start = position
            passPlain()
            while let byte = current, byte != UInt8(ascii: "<"), byte != UInt8(ascii: "&") {
                guard isCharacter, !isNext("]]>") else { throw Malformed() }
                position += 1
                passPlain()
            }
            text += characters(start..<position)
        }
        return text
    }

    private mutating func section() throws(Malformed) -> String {
        guard !open.isEmpty else { throw Malformed() }
        return characters(try skipCharacters(upTo: "]]>"))
    }

    private mutating func skipComment() throws(Malformed) {
        _ = try skipCharacters(upTo: "--")
        guard skip(">") else { throw Malformed() }
    }

    /// Passes characters and the mark behind them.
    ///
    /// - Returns: where the characters lie.
    private mutating func skipCharacters(upTo mark: StaticString) throws(Malformed) -> Range<Int> {
        let start = position
        passPlain()
        while !isNext(mark) {
            guard isCharacter else { throw Malformed() }
            position += 1
            passPlain()
        }
        defer { position += mark.utf8CodeUnitCount }
        return start..<position
    }

    /// The characters as the document means them: each line ends with one line feed (§2.11).
    private func characters(_ range: Range<Int>) -> String {
        let text = bytes[range]
        guard text.contains(0x0D) else { return String(decoding: text, as: UTF8.self) }
        let lines = text.indices.filter { index in
            bytes[index] != 0x0A || index == range.lowerBound || bytes[index - 1] != 0x0D
        }
        return String(
            decoding: lines.map { bytes[$0] == 0x0D ? 0x0A : bytes[$0] }, as: UTF8.self)
    }

    /// `&amp;`, `&#49;` or `&#x31;` (§4.1, §4.6).
    private mutating func reference() throws(Malformed) -> String {
        let longest = 12
        position += 1
        guard let end = bytes[position...].prefix(longest).firstIndex(of: UInt8(ascii: ";")) else {
            throw Malformed()
        }
        let name = String(decoding: bytes[position..<end], as: UTF8.self)
        position = end + 1
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        let number =
            if name.hasPrefix("#x") {
                UInt32(name.dropFirst(2), radix: 16)
            } else {
                name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
            }
        guard let number, !name.contains("+"), let scalar = Unicode.Scalar(number),
            scalar.value >= 0x20 || [0x09, 0x0A, 0x0D].contains(scalar.value),
            scalar.value & ~1 != 0xFFFE
        else { throw Malformed() }
        return String(scalar)
    }
}

/// Bytes.
extension XMLReader {
    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Passes characters that neither end anything nor could be forbidden: most of every document.
    private mutating func passPlain() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "&"), UInt8(ascii: "-"), UInt8(ascii: "<"), UInt8(ascii: "?"),
                UInt8(ascii: "]"), 0..<0x20, 0xEF:
                return
            default: position += 1
            }
        }
    }

    /// Whether a byte of a character that XML allows comes next (§2.2).
    private var isCharacter: Bool {
        guard let byte = current else { return false }
        if byte >= 0x20 {
            // U+FFFE and U+FFFF.
            return byte != 0xEF || !(isNext("\u{FFFE}") || isNext("\u{FFFF}"))
        }
        return byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private func isNext(_ mark: StaticString) -> Bool {
        let count = mark.utf8CodeUnitCount
        guard position + count <= bytes.count, bytes[position] == mark.utf8Start[0] else {
            return false
        }
        return mark.withUTF8Buffer { mark in
            for index in 1..<count where bytes[position + index] != mark[index] { return false }
            return true
        }
    }

    private mutating func skip(_ mark: StaticString) -> Bool {
        guard isNext(mark) else { return false }
        position += mark.utf8CodeUnitCount
        return true
    }

    /// - Returns: whether there was white space.
    private mutating func skipSpace() -> Bool {
        let start = position
        while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            position += 1
        }
        return position > start
    }
}
