/// How a symbol's codewords divide into Reed–Solomon blocks (ISO/IEC 18004:2015 table 9).
///
/// The first blocks are one data codeword shorter than the last ones; all have the same parity.
struct BlockStructure: Sendable {
    let totalCodewords: Int
    let blockCount: Int
    let parityPerBlock: Int
    /// The codewords of a block that may be corrected: half of the parity, less what the smallest
    /// symbols keep back against taking one text for another ("p" of table 9).
    let correctable: Int

    init(version: Int, level: QRSymbol.Level) {
        totalCodewords = Self.moduleCount(version: version) / 8
        blockCount = Self.blockCounts[level.rawValue][version - 1]
        parityPerBlock = Self.parities[level.rawValue][version - 1]
        let keptBack =
            switch (version, level) {
            case (1, .low): 3
            case (1, .medium), (2, .low): 2
            case (1, _), (3, .low): 1
            default: 0
            }
        correctable = (parityPerBlock - keptBack) / 2
    }

    var dataCodewords: Int { totalCodewords - blockCount * parityPerBlock }
    var dataBits: Int { dataCodewords * 8 }
    var shortBlockCount: Int { blockCount - totalCodewords % blockCount }
    /// The data codewords of a short block.
    var shortBlockLength: Int { totalCodewords / blockCount - parityPerBlock }

    /// Where the data of block `index` is within all data codewords.
    func dataRange(ofBlock index: Int) -> Range<Int> {
        let start = index * shortBlockLength + max(0, index - shortBlockCount)
        return start..<start + shortBlockLength + (index < shortBlockCount ? 0 : 1)
    }

    /// The modules left for codewords and remainder bits when the function patterns, format and
    /// version information have been drawn.
    static func moduleCount(version: Int) -> Int {
        var count = (16 * version + 128) * version + 64
        if version >= 2 {
            let alignments = version / 7 + 2
            count -= (25 * alignments - 10) * alignments - 55
        }
        if version >= 7 { count -= 36 }
        return count
    }

    /// The number of parity codewords in use, for all levels and versions.
    static let parityCounts = Set(parities.joined()).sorted()

    private static let parities: [[Int]] = [
        [
            7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28,
            30,
            30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
        ],
        [
            10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28,
            28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        ],
        [
            13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30,
            30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
        ],
        [
            17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24,
            30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
        ],
    ]

    private static let blockCounts: [[Int]] = [
        [
            1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13,
            14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
        ],
        [
            1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21,
            23,
            25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
        ],
        [
            1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29,
            34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68,
        ],
        [
            1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32,
            35,
            37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
        ],
    ]
}
