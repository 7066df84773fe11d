import QR
import TestSupport

/// A symbol whose modules can be spoilt.
struct DamagedSymbol {
    let symbol: QRSymbol
    private var flipped: Set<Int> = []

    init(_ symbol: QRSymbol) { self.symbol = symbol }

    mutating func flip(_ row: Int, _ column: Int) {
        flipped.formSymmetricDifference([row * symbol.side + column])
    }

    func reading() throws -> QRReading {
        try QRReading(side: symbol.side) { row, column in
            symbol[row: row, column: column] != flipped.contains(row * symbol.side + column)
        }
    }

    /// Spoils as many codewords of each block as can be repaired.
    mutating func damageEveryBlock(_ random: inout SeededGenerator) throws {
        let blocks = try QRReading(symbol).blocks
        let codewords = Self.codewords(symbol)
        var left = blocks.map(\.correctable)
        for index in codewords.indices.shuffled(using: &random) {
            let block = Self.block(of: index, codewords: codewords.count, blocks: blocks)
            guard left[block] > 0 else { continue }
            left[block] -= 1
            let modules = codewords[index].shuffled(using: &random)
            for (row, column) in modules.prefix(Int.random(in: 1...8, using: &random)) {
                flip(row, column)
            }
        }
    }

    /// Interleaving (§7.6): data in turn, the longer last blocks' last data, parity in turn.
    private static func block(
        of index: Int, codewords: Int, blocks: [QRReading.Block]
    ) -> Int {
        // Where there are several blocks, all parity counts are even.
        let parity = blocks[0].correctable * 2
        let shortLength = codewords / blocks.count - parity
        let long = codewords % blocks.count
        let inTurn = shortLength * blocks.count
        if index < inTurn { return index % blocks.count }
        if index < inTurn + long { return blocks.count - long + index - inTurn }
        return (index - inTurn - long) % blocks.count
    }

    /// The modules of each data codeword in the order of the bit stream, and after those of a single
    /// block its parity's.
    static func dataInOrder(_ symbol: QRSymbol) throws -> [[(Int, Int)]] {
        let blocks = try QRReading(symbol).blocks
        let codewords = codewords(symbol)
        guard blocks.count > 1 else { return codewords }
        var ordered = [[[(Int, Int)]]](repeating: [], count: blocks.count)
        let data = codewords.count - blocks.count * blocks[0].correctable * 2
        for index in 0..<data {
            ordered[block(of: index, codewords: codewords.count, blocks: blocks)]
                .append(codewords[index])
        }
        return Array(ordered.joined())
    }

    /// The modules of each codeword: the textbook's zigzag around the textbook's function patterns.
    private static func codewords(_ symbol: QRSymbol) -> [[(Int, Int)]] {
        let side = symbol.side
        var (modules, right, isUpward) = ([(Int, Int)](), side - 1, true)
        while right > 0 {
            if right == 6 { right = 5 }
            for step in 0..<side {
                let row = isUpward ? side - 1 - step : step
                for column in [right, right - 1] where !isReserved(row, column, symbol) {
                    modules.append((row, column))
                }
            }
            isUpward.toggle()
            right -= 2
        }
        return stride(from: 0, to: modules.count / 8 * 8, by: 8).map { Array(modules[$0..<$0 + 8]) }
    }

    private static func isReserved(_ row: Int, _ column: Int, _ symbol: QRSymbol) -> Bool {
        let (side, version) = (symbol.side, symbol.version)
        if row == 6 || column == 6 { return true }
        if row < 9 && (column < 9 || column >= side - 8) || row >= side - 8 && column < 9 {
            return true
        }
        if version >= 7, row < 6 && column >= side - 11 || column < 6 && row >= side - 11 {
            return true
        }
        let centres = alignmentCentres[version] ?? []
        return centres.contains { y in
            centres.contains { x in
                let isFinder = (y == 6 && (x == 6 || x == side - 7)) || (y == side - 7 && x == 6)
                return !isFinder && abs(row - y) <= 2 && abs(column - x) <= 2
            }
        }
    }

    /// Annex E, table E.1.
    private static let alignmentCentres: [Int: [Int]] = [
        2: [6, 18], 3: [6, 22], 4: [6, 26], 5: [6, 30], 6: [6, 34], 7: [6, 22, 38], 8: [6, 24, 42],
        9: [6, 26, 46], 10: [6, 28, 50], 11: [6, 30, 54], 12: [6, 32, 58], 13: [6, 34, 62],
        14: [6, 26, 46, 66], 15: [6, 26, 48, 70], 16: [6, 26, 50, 74], 17: [6, 30, 54, 78],
        18: [6, 30, 56, 82], 19: [6, 30, 58, 86], 20: [6, 34, 62, 90], 21: [6, 28, 50, 72, 94],
        22: [6, 26, 50, 74, 98], 23: [6, 30, 54, 78, 102], 24: [6, 28, 54, 80, 106],
        25: [6, 32, 58, 84, 110], 26: [6, 30, 58, 86, 114], 27: [6, 34, 62, 90, 118],
        28: [6, 26, 50, 74, 98, 122], 29: [6, 30, 54, 78, 102, 126],
        30: [6, 26, 52, 78, 104, 130], 31: [6, 30, 56, 82, 108, 134],
        32: [6, 34, 60, 86, 112, 138], 33: [6, 30, 58, 86, 114, 142],
        34: [6, 34, 62, 90, 118, 146], 35: [6, 30, 54, 78, 102, 126, 150],
        36: [6, 24, 50, 76, 102, 128, 154], 37: [6, 28, 54, 80, 106, 132, 158],
        38: [6, 32, 58, 84, 110, 136, 162], 39: [6, 26, 54, 82, 110, 138, 166],
        40: [6, 30, 58, 86, 114, 142, 170],
    ]
}
