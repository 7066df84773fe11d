/// Finds the smallest version for a text.
struct VersionFit {
    private let text: UnsafeBufferPointer<UInt8>
    private let kanji: Bool
    private let eci: Bool
    private let profile: TextProfile

    /// The digits that version 40-L holds: no text of more bytes can fit.
    private static let bytesMax = 7089
    private static let eciBits = 12

    init(_ text: UnsafeBufferPointer<UInt8>, kanji: Bool, eci: Bool) {
        self.text = text
        self.kanji = kanji
        self.eci = eci
        profile = TextProfile(UnsafeBufferPointer(rebasing: text.prefix(Self.bytesMax + 1)))
    }

    /// A version, and the segments that the text makes in it.
    struct Choice {
        let version: Int
        let segmentation: Segmentation
        fileprivate let eci: Bool

        var bits: Int { segmentation.bits + (eci ? VersionFit.eciBits : 0) }

        /// The highest level at which the version still holds the bits.
        func boosted(from level: QRSymbol.Level) -> QRSymbol.Level {
            QRSymbol.Level.allCases.last {
                $0 >= level && BlockStructure(version: version, level: $0).dataBits >= bits
            } ?? level
        }

        func write(_ text: UnsafeBufferPointer<UInt8>, to writer: inout BitWriter) {
            let band = Mode.Band(version: version)
            if eci { writer.appendUTF8Declaration() }
            for segment in segmentation.segments { writer.append(segment, of: text, band: band) }
        }
    }

    /// Nil when the text does not fit the largest of `versions`.
    func smallest(in versions: ClosedRange<Int>, level: QRSymbol.Level) -> Choice? {
        guard text.count <= Self.bytesMax else { return nil }
        for band in Mode.Band.allCases where band.versions.overlaps(versions) {
            let range = band.versions.clamped(to: versions)
            let roomiest = BlockStructure(version: range.upperBound, level: level).dataBits
            guard kanji || profile.leastBits <= roomiest else { continue }
            let segmentation = Segmentation(text, profile: profile, band: band, kanji: kanji)
            let bits = segmentation.bits + (eci ? Self.eciBits : 0)
            if let version = smallest(range, level: level, bits: bits) {
                return Choice(version: version, segmentation: segmentation, eci: eci)
            }
        }
        return nil
    }

    /// Bisects the versions, whose capacity grows.
    private func smallest(_ versions: ClosedRange<Int>, level: QRSymbol.Level, bits: Int) -> Int? {
        var (low, high) = (versions.lowerBound, versions.upperBound + 1)
        while low < high {
            let middle = (low + high) / 2
            if BlockStructure(version: middle, level: level).dataBits >= bits {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low <= versions.upperBound ? low : nil
    }

    /// How far a text that does not fit is from fitting.
    func excess(in versions: ClosedRange<Int>, level: QRSymbol.Level) -> QRSymbol.Excess {
        let version = versions.upperBound
        let room =
            BlockStructure(version: version, level: level).dataBits - (eci ? Self.eciBits : 0)
        let start = UnsafeBufferPointer(rebasing: text.prefix(Self.bytesMax + 1))
        let ways = (kanji ? [false, true] : [false]).map {
            ShortestPaths(start, band: Mode.Band(version: version), kanji: $0).bitsToPosition
        }
        var fitting = ways.compactMap { $0.lastIndex { $0 <= room } }.max() ?? 0
        // Not in the middle of a character, where there are any.
        if String(validating: text, as: UTF8.self) != nil {
            while fitting > 0, fitting < text.count, text[fitting] & 0xC0 == 0x80 { fitting -= 1 }
        }
        return QRSymbol.Excess(
            bytesOver: text.count - fitting, bytesThatFit: fitting, level: level,
            maxVersion: version,
            fittingLevel: QRSymbol.Level.allCases.last {
                $0 < level && smallest(in: versions, level: $0) != nil
            },
            fittingVersion: smallest(in: versions.lowerBound...40, level: level)?.version)
    }
}
