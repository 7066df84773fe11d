/// A run of the text in one mode.
struct Segment: Equatable {
    let mode: Mode
    /// Where it is in the text's UTF-8.
    let bytes: Range<Int>
    /// What its character count says: characters, or bytes in byte mode.
    let count: Int

    func bits(_ band: Mode.Band) -> Int { mode.headerBits(band) + mode.payloadBits(count) }
}

/// The split of a text into segments that makes the shortest bit stream.
///
/// Kanji mode is for all characters beyond ASCII or for none: where readers meet it, some take the
/// bytes beside it for Shift JIS, which the backslash and the tilde are not in either.
struct Segmentation {
    let segments: [Segment]
    let bits: Int

    /// - Parameters:
    ///   - profile: of `text`.
    ///   - kanji: whether Kanji mode may be used.
    init(
        _ text: UnsafeBufferPointer<UInt8>, profile: TextProfile, band: Mode.Band, kanji: Bool
    ) {
        if text.isEmpty {
            (segments, bits) = ([], 0)
        } else if kanji {
            let plain = Segmentation(text, profile: profile, band: band, kanji: false)
            let paths = ShortestPaths(text, band: band, kanji: true)
            self = paths.bits < plain.bits ? Segmentation(paths, of: text) : plain
        } else if let mode = profile.soleMode {
            let segment = Segment(mode: mode, bytes: 0..<text.count, count: text.count)
            (segments, bits) = ([segment], segment.bits(band))
        } else {
            self = Segmentation(ShortestPaths(text, band: band, kanji: false), of: text)
        }
    }

    private init(_ paths: ShortestPaths, of text: UnsafeBufferPointer<UInt8>) {
        segments = paths.segments(of: text)
        bits = paths.bits
    }
}

/// What one look over a text tells about its modes.
struct TextProfile {
    /// No split can need fewer bits, headers not counted.
    let leastBits: Int
    /// The mode of the whole text where no split can be shorter.
    let soleMode: Mode?

    init(_ text: UnsafeBufferPointer<UInt8>) {
        let (marks, counts) = Self.classes.withUnsafeBufferPointer { Self.scan(text, classes: $0) }
        let digits = Int(counts >> 16)
        let others = text.count - Int(counts & 0xFFFF)
        let alphanumerics = text.count - digits - others
        leastBits = (digits * 20 + alphanumerics * 33 + others * 48) / 6
        if digits == text.count {
            soleMode = .numeric
        } else if others > 0, marks & (1 << Self.payingRun | 0x1_0000 << Self.payingDigits) == 0 {
            soleMode = .byte
        } else {
            soleMode = nil
        }
    }

    /// In the band with the shortest headers, at an end of the text where only one is needed: three
    /// digits take 14 + 10 bits, as many as three bytes; four are the first to save one.
    private static let payingDigits: UInt32 = 4
    /// Likewise five alphanumerics take 13 + 28 bits and five bytes 40; six are the first to save.
    private static let payingRun: UInt32 = 6

    /// Bit 0 for an alphanumeric, bit 16 as well for a digit.
    private static let classes: [UInt32] = Alphanumeric.values.map {
        $0 < 10 ? 0x1_0001 : $0 < 45 ? 1 : 0
    }

    /// Counts both classes, and marks the runs of them that are long enough to pay.
    ///
    /// The classes of the last bytes are shifted through the two halves of a word. When a half is
    /// full of ones, adding one carries into the bit after it, which is the mark.
    private static func scan(
        _ text: UnsafeBufferPointer<UInt8>, classes: UnsafeBufferPointer<UInt32>
    ) -> (marks: UInt32, counts: UInt32) {
        let window = (UInt32(1) << payingRun - 1) | (UInt32(1) << payingDigits - 1) << 16
        let raw = UnsafeRawBufferPointer(text)
        var (history, marks, counts): (UInt32, UInt32, UInt32) = (0, 0, 0)
        var index = 0
        while index < text.count {
            if index &+ 8 <= text.count,
                hasOnlyBytes(raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            {
                history = 0
                index &+= 8
                continue
            }
            for byte in text[index..<min(index &+ 8, text.count)] {
                let kind = classes[Int(byte)]
                history = (history &<< 1 | kind) & window
                marks |= history &+ 0x1_0001
                counts &+= kind
            }
            index &+= 8
        }
        return (marks, counts)
    }

    /// Whether all eight are at or above 0x60, where no character is alphanumeric.
    private static func hasOnlyBytes(_ eight: UInt64) -> Bool {
        let highBits: UInt64 = 0x8080_8080_8080_8080
        return (eight | (eight &<< 1 & eight &<< 2)) & highBits == highBits
    }
}
