import Synchronization

/// What the data of a version and level is combined with to become each of the eight candidates:
/// function patterns, format information and the mask pattern over the data area, in one exclusive
/// or. Two masks make a pair, one in each lane.
struct CandidateTemplate: Sendable {
    typealias Pair = SIMD2<UInt64>
    static let pairs = MaskPattern.count / 2

    let geometry: SymbolGeometry
    let blocks: BlockStructure
    let parity: ReedSolomonParity
    /// Rows, then columns; each for pair 0, 1, 2, 3; each word by word with `side` lines.
    private let lines: [Pair]

    private init(version: Int, level: QRSymbol.Level) {
        geometry = SymbolGeometry.of(version: version)
        blocks = BlockStructure(version: version, level: level)
        parity = ReedSolomonParity(blocks)
        let (side, words) = (geometry.side, geometry.words)
        var lines = [Pair](repeating: .zero, count: 2 * Self.pairs * words * side)
        let reserved = geometry.patterns.reserved
        for mask in 0..<MaskPattern.count {
            var dark = geometry.patterns.dark
            let word = FormatInformation.word(level: level, mask: mask)
            for cells in FormatInformation.cells(side: side) {
                for (bit, cell) in cells.enumerated() {
                    dark[cell.row, cell.column] = word >> bit & 1 == 1
                }
            }
            for (orientation, fixed) in [dark, dark.transposed].enumerated() {
                for line in 0..<side {
                    // The reserved area is its own mirror image.
                    let pattern = MaskPattern.line(
                        mask, line: line, words: words, isColumn: orientation == 1)
                    for word in 0..<words {
                        let index = line * words + word
                        let area = geometry.validBits[word] & ~reserved.words[index]
                        let start = ((orientation * Self.pairs + mask / 2) * words + word) * side
                        lines[start + line][mask % 2] = fixed.words[index] | pattern[word] & area
                    }
                }
            }
        }
        self.lines = lines
    }

    /// Gives the lines of one pair: first all first words, then all second words.
    @inline(__always)
    func withLines<Result>(
        _ orientation: Orientation, pair: Int, _ body: (UnsafePointer<Pair>) -> Result
    ) -> Result {
        lines.withUnsafeBufferPointer { all in
            let start = (orientation.rawValue * Self.pairs + pair) * geometry.words * geometry.side
            precondition(start + geometry.words * geometry.side <= all.count)
            return body(all.baseAddress.unsafelyUnwrapped + start)
        }
    }

    enum Orientation: Int { case rows, columns }

    /// The template of a version, 1…40, and a level: made at its first use and kept, at most 4 MB
    /// for all.
    static func of(version: Int, level: QRSymbol.Level) -> CandidateTemplate {
        let index = (version - 1) * 4 + level.rawValue
        if let template = made.withLock({ $0[index] }) { return template }
        let template = CandidateTemplate(version: version, level: level)
        made.withLock { $0[index] = template }
        return template
    }

    private static let made = Mutex([CandidateTemplate?](repeating: nil, count: 160))
}
