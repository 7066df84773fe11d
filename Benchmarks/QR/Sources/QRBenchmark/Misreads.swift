import Foundation
import QR

/// How often damage past the limit is taken for another text without a word: in every block of a symbol more
/// codewords are wrong than can be corrected, from one too many to all of them, at places and to values
/// drawn by lot.
struct Misreads {
    let version: Int
    let level: QRSymbol.Level
    let trials: Int

    struct Result {
        let correctable: Int
        let blocks: Int
        let misread: Int
    }

    func run() throws -> Result {
        var random = SystemRandomNumberGenerator()
        let symbol = try QRSymbol.encode("wharf", .init(level: level, minVersion: version))
        let truth = try QRReading(symbol)
        let places = CodewordPlaces(symbol, blocks: truth.blocks)
        var misread = 0
        for _ in 0..<trials {
            var flipped: Set<Int> = []
            for (block, codewords) in places.blocks.enumerated() {
                let least = truth.blocks[block].correctable + 1
                let wrong = Int.random(in: least...codewords.count, using: &random)
                for codeword in codewords.shuffled(using: &random).prefix(wrong) {
                    let pattern = Int.random(in: 1...255, using: &random)
                    for bit in 0..<8 where pattern >> bit & 1 == 1 { flipped.insert(codeword[bit]) }
                }
            }
            let reading = try? QRReading(side: symbol.side) { row, column in
                symbol[row: row, column: column] != flipped.contains(row * symbol.side + column)
            }
            if let reading, reading.bytes != truth.bytes { misread += 1 }
        }
        return Result(
            correctable: truth.blocks[0].correctable,
            blocks: truth.blocks.count, misread: misread)
    }
}

/// The modules of each codeword of each block, in versions 1 to 6, which have one alignment pattern at
/// most, and blocks of equal length.
private struct CodewordPlaces {
    let blocks: [[[Int]]]

    init(_ symbol: QRSymbol, blocks reports: [QRReading.Block]) {
        let side = symbol.side
        func isReserved(_ row: Int, _ column: Int) -> Bool {
            let centre = side - 7
            return row == 6 || column == 6 || row < 9 && (column < 9 || column >= side - 8)
                || row >= side - 8 && column < 9
                || symbol.version > 1 && abs(row - centre) <= 2 && abs(column - centre) <= 2
        }
        var modules: [Int] = []
        var (right, isUpward) = (side - 1, true)
        while right > 0 {
            if right == 6 { right = 5 }
            for step in 0..<side {
                let row = isUpward ? side - 1 - step : step
                for column in [right, right - 1] where !isReserved(row, column) {
                    modules.append(row * side + column)
                }
            }
            isUpward.toggle()
            right -= 2
        }
        let codewords = stride(from: 0, to: modules.count / 8 * 8, by: 8).map {
            Array(modules[$0..<$0 + 8])
        }
        // With blocks of equal length, codewords take turns.
        blocks = reports.indices.map { block in
            stride(from: block, to: codewords.count, by: reports.count).map { codewords[$0] }
        }
    }
}
