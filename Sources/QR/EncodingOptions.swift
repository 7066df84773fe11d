extension QRSymbol {
    /// What the caller may choose about a symbol.
    public struct Options: Sendable, Hashable {
        /// The least error correction level.
        public var level: Level
        /// The smallest version to use, 1…40.
        public var minVersion: Int
        /// The largest version to use, `minVersion`…40.
        public var maxVersion: Int
        /// The mask pattern, 0…7, or nil for the one with the lowest penalty.
        public var mask: Int?
        /// Raises the level as far as the version that the text needs anyway has room for.
        public var boost: Bool
        /// Uses Kanji mode for texts whose characters beyond ASCII are all in JIS X 0208, where it makes
        /// them shorter. Some phones' readers do not know it.
        public var kanji: Bool
        /// Declares the text to be UTF-8 (ECI 26). Costs 12 bits; readers that guess do without.
        public var eci: Bool

        public init(
            level: Level = .medium, minVersion: Int = 1, maxVersion: Int = 40, mask: Int? = nil,
            boost: Bool = false, kanji: Bool = false, eci: Bool = false
        ) {
            self.level = level
            self.minVersion = minVersion
            self.maxVersion = maxVersion
            self.mask = mask
            self.boost = boost
            self.kanji = kanji
            self.eci = eci
        }
    }

    /// Why a text was not encoded.
    public enum EncodingError: Error, Equatable {
        case tooLong(Excess)
        /// The versions are not an ascending pair in 1…40.
        case versionsOutOfRange(min: Int, max: Int)
        /// The mask is not in 0…7.
        case maskOutOfRange(Int)
    }

    /// How far a text is from fitting, and what would help.
    public struct Excess: Sendable, Equatable {
        /// Bytes (of UTF-8) to cut from the end for the text to fit.
        public let bytesOver: Int
        /// Bytes from the start of this text that would fit.
        public let bytesThatFit: Int
        public let level: Level
        public let maxVersion: Int
        /// The highest level that holds the whole text within `maxVersion`, if any does. Who cannot
        /// use it takes it away.
        public var fittingLevel: Level?
        /// The smallest version that holds the whole text at `level`, if any does.
        public let fittingVersion: Int?
    }
}

extension QRSymbol.EncodingError: CustomStringConvertible {
    /// A sentence for people, with what they can do.
    public var description: String {
        switch self {
        case .tooLong(let excess): excess.description
        case .versionsOutOfRange(let min, let max):
            "versions \(min) to \(max) are no range within 1 to 40"
        case .maskOutOfRange(let mask): "mask \(mask) is not one of 0 to 7"
        }
    }
}

extension QRSymbol.Excess: CustomStringConvertible {
    public var description: String {
        let limit = "level \(level.letter) up to version \(maxVersion)"
        let over = bytesOver == 1 ? "1 byte" : "\(bytesOver) bytes"
        var sentence = "the text is \(over) too long: \(bytesThatFit) of it fit at \(limit)"
        let ways = [
            fittingLevel.map { "level \($0.letter)" }, fittingVersion.map { "version \($0)" },
        ].compactMap(\.self)
        sentence +=
            ways.isEmpty ? "; shorten it" : "; it fits with \(ways.joined(separator: " or "))"
        return sentence
    }
}
