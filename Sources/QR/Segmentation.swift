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
struct Segmentation {
    let segments: [Segment]
    let bits: Int

    /// - Parameter profile: of `text`.
    init(
        _ text: UnsafeBufferPointer<UInt8>, profile: TextProfile, band: Mode.Band, kanji: Bool
    ) {
        if text.isEmpty {
            (segments, bits) = ([], 0)
        } else if let mode = kanji ? nil : profile.soleMode {
            let segment = Segment(mode: mode, bytes: 0..<text.count, count: text.count)
            (segments, bits) = ([segment], segment.bits(band))
        } else {
            let paths = ShortestPaths(text, band: band, kanji: kanji)
            segments = paths.segments(of: text)
            bits = paths.bits
        }
    }
}

/// What one look over a text tells about its modes.
struct TextProfile {
    /// No split can need fewer bits, headers not counted.
    let leastBits: Int
    /// The mode of the whole text where no split can be shorter.
    let soleMode: Mode?

    init(_ text: UnsafeBufferPointer<UInt8>) {
        let values = Alphanumeric.values
        var (digits, others) = (0, 0)
        var (digitRun, longestDigitRun, anyRun, longestAnyRun) = (0, 0, 0, 0)
        values.withUnsafeBufferPointer { values in
            for byte in text {
                let value = values[Int(byte)]
                let isDigit = value < 10
                let isAlphanumeric = value < 45
                digits += isDigit ? 1 : 0
                others += isAlphanumeric ? 0 : 1
                digitRun = isDigit ? digitRun + 1 : 0
                anyRun = isAlphanumeric ? anyRun + 1 : 0
                longestDigitRun = max(longestDigitRun, digitRun)
                longestAnyRun = max(longestAnyRun, anyRun)
            }
        }
        let alphanumerics = text.count - digits - others
        leastBits = (digits * 20 + alphanumerics * 33 + others * 48) / 6
        if digits == text.count {
            soleMode = .numeric
        } else if others > 0, longestDigitRun < Self.payingDigits, longestAnyRun < Self.payingRun {
            soleMode = .byte
        } else {
            soleMode = nil
        }
    }

    /// In the band with the shortest headers, at an end of the text where only one is needed: three
    /// digits take 14 + 10 bits, as many as three bytes; four are the first to save one.
    private static let payingDigits = 4
    /// Likewise five alphanumerics take 13 + 28 bits and five bytes 40; six are the first to save.
    private static let payingRun = 6
}
