extension QRSymbol {
    /// The error correction level (ISO/IEC 18004:2015 §7.5.1), in ascending order.
    public enum Level: Int, Sendable, CaseIterable, Comparable {
        /// Recovers about 7 % of the codewords.
        case low
        /// Recovers about 15 % of the codewords.
        case medium
        /// Recovers about 25 % of the codewords.
        case quartile
        /// Recovers about 30 % of the codewords.
        case high

        /// L, M, Q or H.
        public var letter: Character { ["L", "M", "Q", "H"][rawValue] }

        /// Nil unless `letter` is L, M, Q or H, in either case.
        public init?(letter: String) {
            guard
                let level = Self.allCases.first(where: { String($0.letter) == letter.uppercased() })
            else { return nil }
            self = level
        }

        public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }

        /// The level's two bits in the format information (table 12).
        var formatBits: Int { [0b01, 0b00, 0b11, 0b10][rawValue] }

        init(formatBits: Int) { self = [.medium, .low, .high, .quartile][formatBits & 3] }
    }
}
