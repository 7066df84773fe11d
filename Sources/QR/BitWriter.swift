/// Writes a bit stream, most significant bit first, through a 64-bit accumulator.
struct BitWriter {
    private let target: UnsafeMutableRawPointer
    private var byteOffset = 0
    private var accumulator: UInt64 = 0
    private var freeBits = 64

    /// - Precondition: `target` has room for all that is written, rounded up to whole words.
    init(_ target: UnsafeMutableRawPointer) { self.target = target }

    /// Appends the lowest `count` bits of `value`, whose higher bits are zero.
    @inline(__always)
    mutating func append(_ value: UInt64, bits count: Int) {
        if count < freeBits {
            freeBits -= count
            accumulator |= value &<< UInt64(freeBits)
        } else {
            let left = count - freeBits
            store(accumulator | value >> UInt64(left))
            freeBits = 64 - left
            accumulator = left == 0 ? 0 : value &<< UInt64(freeBits)
        }
    }

    /// The bits written so far.
    var bitCount: Int { byteOffset * 8 + 64 - freeBits }

    /// Ends the stream with zeros up to a byte, and says how many bytes it has.
    mutating func finish() -> Int {
        let bytes = byteOffset + (64 - freeBits + 7) / 8
        store(accumulator)
        return bytes
    }

    @inline(__always)
    private mutating func store(_ word: UInt64) {
        target.storeBytes(of: word.bigEndian, toByteOffset: byteOffset, as: UInt64.self)
        byteOffset += 8
    }
}

extension BitWriter {
    /// Appends a segment: mode, count and characters (ISO/IEC 18004:2015 §7.4).
    mutating func append(_ segment: Segment, of text: UnsafeBufferPointer<UInt8>, band: Mode.Band) {
        append(UInt64(segment.mode.indicator), bits: 4)
        append(UInt64(segment.count), bits: segment.mode.countBits(band))
        let bytes = UnsafeBufferPointer(rebasing: text[segment.bytes])
        switch segment.mode {
        case .numeric: append(numeric: bytes)
        case .alphanumeric: append(alphanumeric: bytes)
        case .byte: append(bytes: bytes)
        case .kanji: append(kanji: bytes)
        }
    }

    /// Declares that bytes are UTF-8: mode 0111 and assignment number 26.
    mutating func appendUTF8Declaration() {
        append(0b0111, bits: 4)
        append(UInt64(Interpretation.utf8), bits: 8)
    }

    private mutating func append(numeric digits: UnsafeBufferPointer<UInt8>) {
        var index = 0
        while index + 3 <= digits.count {
            let hundreds = UInt64(digits[index]) * 100
            let tens = UInt64(digits[index + 1]) * 10
            append(hundreds + tens + UInt64(digits[index + 2]) - 48 * 111, bits: 10)
            index += 3
        }
        switch digits.count - index {
        case 2: append(UInt64(digits[index]) * 10 + UInt64(digits[index + 1]) - 48 * 11, bits: 7)
        case 1: append(UInt64(digits[index]) - 48, bits: 4)
        default: break
        }
    }

    private mutating func append(alphanumeric characters: UnsafeBufferPointer<UInt8>) {
        let values = Alphanumeric.values
        var index = 0
        while index + 2 <= characters.count {
            let first = UInt64(values[Int(characters[index])])
            append(first * 45 + UInt64(values[Int(characters[index + 1])]), bits: 11)
            index += 2
        }
        if index < characters.count { append(UInt64(values[Int(characters[index])]), bits: 6) }
    }

    private mutating func append(bytes: UnsafeBufferPointer<UInt8>) {
        let raw = UnsafeRawBufferPointer(bytes)
        var index = 0
        while index + 8 <= raw.count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            append(word.bigEndian, bits: 64)
            index += 8
        }
        while index < raw.count {
            append(UInt64(raw[index]), bits: 8)
            index += 1
        }
    }

    private mutating func append(kanji characters: UnsafeBufferPointer<UInt8>) {
        var index = 0
        while index < characters.count,
            let (scalar, length) = UTF8Scalar.decode(characters, at: index)
        {
            append(UInt64(Kanji.value(of: scalar) ?? 0), bits: 13)
            index += length
        }
    }
}
