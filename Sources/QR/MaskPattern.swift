/// The eight data mask patterns (ISO/IEC 18004:2015 table 10).
enum MaskPattern {
    static let count = 8

    /// Whether the pattern inverts the module.
    static func inverts(_ pattern: Int, row: Int, column: Int) -> Bool {
        switch pattern {
        case 0: (row + column) % 2 == 0
        case 1: row % 2 == 0
        case 2: column % 3 == 0
        case 3: (row + column) % 3 == 0
        case 4: (row / 2 + column / 3) % 2 == 0
        case 5: row * column % 2 + row * column % 3 == 0
        case 6: (row * column % 2 + row * column % 3) % 2 == 0
        default: ((row + column) % 2 + row * column % 3) % 2 == 0
        }
    }

    /// The words of a line of the bare pattern. Every pattern repeats after 12 rows and 12 columns.
    ///
    /// - Parameter isColumn: the line is a column of the symbol, its bits are rows.
    static func line(_ pattern: Int, line: Int, words: Int, isColumn: Bool) -> [UInt64] {
        (0..<words).map { word in
            var period: UInt64 = 0
            for bit in 0..<12 {
                let position = word * 64 + bit
                let inverted =
                    isColumn
                    ? inverts(pattern, row: position, column: line % 12)
                    : inverts(pattern, row: line % 12, column: position)
                if inverted { period |= 1 << UInt64(bit) }
            }
            return period | period << 12 | period << 24 | period << 36 | period << 48 | period << 60
        }
    }
}
