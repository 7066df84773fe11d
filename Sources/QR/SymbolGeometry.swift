import Synchronization

/// Everything about a version that does not depend on the text or the level: made at its first use
/// and kept.
///
/// Lines are held word by word: all first words of the lines, then all second words, with
/// `lineStride` lines each. "Rows" have a bit for each column, "columns" a bit for each row.
struct SymbolGeometry: Sendable {
    let version: Int
    let side: Int
    /// Words in a line: 1 to version 11, 2 to version 27, else 3.
    let words: Int
    /// The lines of a word, a whole number of 64 × 64 blocks.
    var lineStride: Int { words * 64 }
    /// For each word, the bits that lie within the symbol.
    let validBits: [UInt64]
    let placement: [PlacementRun]
    let patterns: FunctionPatterns

    init(version: Int) {
        self.version = version
        patterns = FunctionPatterns(version: version)
        side = patterns.dark.side
        words = patterns.dark.wordsPerLine
        let side = side
        validBits = (0..<words).map { word in
            let bits = min(64, side - word * 64)
            return bits == 64 ? .max : 1 << UInt64(bits) - 1
        }
        placement = PlacementRun.runs(around: patterns.reserved)
    }

    /// The geometry of a version, 1…40.
    static func of(version: Int) -> SymbolGeometry {
        made.withLock { made in
            if let geometry = made[version] { return geometry }
            let geometry = SymbolGeometry(version: version)
            made[version] = geometry
            return geometry
        }
    }

    private static let made = Mutex<[Int: SymbolGeometry]>([:])
}
