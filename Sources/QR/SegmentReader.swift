/// Reads the segments of a bit stream back (ISO/IEC 18004:2015 §7.4).
struct SegmentReader {
    private let codewords: [UInt8]
    private let band: Mode.Band
    private var position = 0
    /// What bytes are declared to be; nil when nothing is said of them.
    private var assignment: Int?
    private var content = Content()

    /// What the segments say.
    struct Content {
        fileprivate(set) var bytes: [UInt8] = []
        /// Where in `bytes` those of byte mode are of which nothing was declared.
        fileprivate(set) var undeclared: [Range<Int>] = []
        fileprivate(set) var part: QRReading.Part?
    }

    init(_ codewords: [UInt8], version: Int) {
        self.codewords = codewords
        band = Mode.Band(version: version)
    }

    /// The content, nil when the stream is malformed.
    mutating func read() -> Content? {
        while bitsLeft >= 4 {
            guard let indicator = take(4), indicator != 0 else { break }
            guard readSegment(indicator) else { return nil }
        }
        return content
    }

    private var bitsLeft: Int { codewords.count * 8 - position }

    private mutating func take(_ count: Int) -> Int? {
        guard count <= bitsLeft else { return nil }
        var value = 0
        for _ in 0..<count {
            value = value << 1 | Int(codewords[position / 8] >> UInt8(7 - position % 8) & 1)
            position += 1
        }
        return value
    }

    private mutating func readSegment(_ indicator: Int) -> Bool {
        if let mode = Mode.allCases.first(where: { $0.indicator == indicator }) {
            guard let count = take(mode.countBits(band)) else { return false }
            return switch mode {
            case .numeric: readDigits(count)
            case .alphanumeric: readAlphanumerics(count)
            case .byte: readBytes(count)
            case .kanji: readKanji(count)
            }
        }
        switch indicator {
        case 0b0111: return readDeclaration()
        case 0b0011: return readPart()
        // FNC1 says what the text is for.
        case 0b0101: return true
        case 0b1001: return take(8) != nil
        default: return false
        }
    }

    private mutating func readDigits(_ count: Int) -> Bool {
        var left = count
        while left > 0 {
            let digits = min(3, left)
            guard let value = take([0, 4, 7, 10][digits]), value < [1, 10, 100, 1000][digits] else {
                return false
            }
            if digits == 3 { content.bytes.append(UInt8(48 + value / 100)) }
            if digits >= 2 { content.bytes.append(UInt8(48 + value / 10 % 10)) }
            content.bytes.append(UInt8(48 + value % 10))
            left -= digits
        }
        return true
    }

    private mutating func readAlphanumerics(_ count: Int) -> Bool {
        var left = count
        while left > 0 {
            let isPair = left >= 2
            guard let value = take(isPair ? 11 : 6), value < (isPair ? 45 * 45 : 45) else {
                return false
            }
            if isPair { content.bytes.append(Alphanumeric.characters[value / 45]) }
            content.bytes.append(Alphanumeric.characters[value % 45])
            left -= isPair ? 2 : 1
        }
        return true
    }

    private mutating func readBytes(_ count: Int) -> Bool {
        guard count * 8 <= bitsLeft else { return false }
        let bytes = (0..<count).compactMap { _ in take(8).map { UInt8($0) } }
        if let assignment {
            content.bytes += Interpretation.text(bytes, assignment: assignment)
        } else {
            let start = content.bytes.count
            content.undeclared.append(start..<start + count)
            content.bytes += bytes
        }
        return true
    }

    private mutating func readKanji(_ count: Int) -> Bool {
        for _ in 0..<count {
            guard let value = take(13) else { return false }
            // What is in JIS X 0208's empty rows, as makers have filled them, is one unknown character.
            content.bytes += String(Kanji.scalar(of: value) ?? "\u{FFFD}").utf8
        }
        return true
    }

    /// Structured append (§8): which part, of how many, each less one, and the parity of the whole text.
    private mutating func readPart() -> Bool {
        guard let index = take(4), let last = take(4), take(8) != nil, index <= last else {
            return false
        }
        content.part = QRReading.Part(number: index + 1, count: last + 1)
        return true
    }

    /// The assignment number of an ECI takes one, two or three codewords (§7.4.2.2).
    private mutating func readDeclaration() -> Bool {
        guard let first = take(8) else { return false }
        if first < 0x80 {
            assignment = first
        } else if first < 0xC0, let second = take(8) {
            assignment = (first & 0x3F) << 8 | second
        } else if first < 0xE0, let rest = take(16) {
            assignment = (first & 0x1F) << 16 | rest
        } else {
            return false
        }
        return true
    }
}
