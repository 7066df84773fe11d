/// The modules of a version that carry no data: finders, separators, timing, alignment patterns and
/// version information drawn, the place of the format information kept free (ISO/IEC 18004:2015
/// §6.3, §7.9, §7.10).
struct FunctionPatterns {
    let version: Int
    /// Dark function modules; the format information is still light.
    private(set) var dark: BitMatrix
    /// Every module that carries no data, the format information included.
    private(set) var reserved: BitMatrix

    init(version: Int) {
        self.version = version
        let side = 17 + 4 * version
        dark = BitMatrix(side: side)
        reserved = BitMatrix(side: side)
        drawTiming()
        for (row, column) in [(3, 3), (3, side - 4), (side - 4, 3)] { drawFinder(row, column) }
        for row in Self.alignmentCentres(version: version) {
            for column in Self.alignmentCentres(version: version)
            where !touchesFinder(row, column) { drawAlignment(row, column) }
        }
        for cells in FormatInformation.cells(side: side) {
            for cell in cells { draw(cell.row, cell.column, false) }
        }
        draw(side - 8, 8, true)
        if version >= 7 { drawVersion() }
    }

    /// The centres' coordinates, the same for rows and columns (annex E): evenly spaced from the far
    /// edge, the rest of the distance between the first two.
    static func alignmentCentres(version: Int) -> [Int] {
        guard version > 1 else { return [] }
        let count = version / 7 + 2
        // Rounded up to even from the mean; version 32 is the standard's one exception.
        let step = version == 32 ? 26 : (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2
        let last = 10 + 4 * version
        return [6] + (0..<count - 1).map { last - step * (count - 2 - $0) }
    }

    private func touchesFinder(_ row: Int, _ column: Int) -> Bool {
        let last = dark.side - 7
        return [(6, 6), (6, last), (last, 6)].contains { $0 == (row, column) }
    }

    private mutating func draw(_ row: Int, _ column: Int, _ isDark: Bool) {
        guard (0..<dark.side).contains(row), (0..<dark.side).contains(column) else { return }
        dark[row, column] = isDark
        reserved[row, column] = true
    }

    private mutating func drawTiming() {
        for index in 0..<dark.side {
            draw(6, index, index % 2 == 0)
            draw(index, 6, index % 2 == 0)
        }
    }

    /// A finder with its separator, rings of 7, 5 and 3 modules.
    private mutating func drawFinder(_ row: Int, _ column: Int) {
        for dy in -4...4 {
            for dx in -4...4 {
                let ring = max(abs(dy), abs(dx))
                draw(row + dy, column + dx, ring != 2 && ring != 4)
            }
        }
    }

    private mutating func drawAlignment(_ row: Int, _ column: Int) {
        for dy in -2...2 {
            for dx in -2...2 { draw(row + dy, column + dx, max(abs(dy), abs(dx)) != 1) }
        }
    }

    private mutating func drawVersion() {
        let word = VersionInformation.word(version)
        for bit in 0..<18 {
            let isDark = word >> bit & 1 == 1
            let (near, far) = (bit / 3, dark.side - 11 + bit % 3)
            draw(near, far, isDark)
            draw(far, near, isDark)
        }
    }
}

/// Level and mask, twice in the symbol (§7.9).
enum FormatInformation {
    /// The 15 bits as they are drawn: BCH(15,5) with the generator 0x537, masked with 0x5412.
    static func word(level: QRSymbol.Level, mask: Int) -> Int {
        let data = level.formatBits << 3 | mask
        return (data << 10 | BCH.remainder(of: data, generator: 0x537, degree: 10)) ^ 0x5412
    }

    typealias Cell = (row: Int, column: Int)

    /// Where the two copies are, bit 0 first.
    static func cells(side: Int) -> [[Cell]] {
        let nearFinder: [Cell] =
            (0..<6).map { ($0, 8) } + [(7, 8), (8, 8), (8, 7)] + (9..<15).map { (8, 14 - $0) }
        let split: [Cell] =
            (0..<8).map { (8, side - 1 - $0) } + (8..<15).map { (side - 15 + $0, 8) }
        return [nearFinder, split]
    }
}

/// The version, twice in symbols from version 7 (§7.10).
enum VersionInformation {
    /// The 18 bits as they are drawn: BCH(18,6) with the generator 0x1F25.
    static func word(_ version: Int) -> Int {
        version << 12 | BCH.remainder(of: version, generator: 0x1F25, degree: 12)
    }
}

enum BCH {
    /// The remainder of data · xⁿ divided by a binary polynomial of degree n.
    static func remainder(of data: Int, generator: Int, degree: Int) -> Int {
        var remainder = data
        for _ in 0..<degree {
            remainder = remainder << 1 ^ (remainder >> (degree - 1)) * generator
        }
        return remainder
    }
}
