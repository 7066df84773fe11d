import QR
import TestSupport
import Testing

/// The penalty as the standard's table 11 words it, one module after the other.
struct TextbookPenalty {
    let symbol: QRSymbol

    var total: Int {
        let side = symbol.side
        var total = 0
        let rows = (0..<side).map { row in (0..<side).map { symbol[row: row, column: $0] } }
        let columns = (0..<side).map { column in (0..<side).map { symbol[row: $0, column: column] }
        }
        for line in rows + columns { total += runs(line) + finders(line) }
        for row in 1..<side {
            for column in 1..<side {
                let block = [
                    rows[row][column], rows[row - 1][column], rows[row][column - 1],
                    rows[row - 1][column - 1],
                ]
                if Set(block).count == 1 { total += 3 }
            }
        }
        let dark = rows.joined().count { $0 }
        let modules = side * side
        return total + 10 * ((abs(dark * 20 - modules * 10) + modules - 1) / modules - 1)
    }

    private func runs(_ line: [Bool]) -> Int {
        var (total, length) = (0, 1)
        for index in 1...line.count {
            if index < line.count, line[index] == line[index - 1] {
                length += 1
            } else {
                if length >= 5 { total += length - 2 }
                length = 1
            }
        }
        return total
    }

    private func finders(_ line: [Bool]) -> Int {
        let core = [true, false, true, true, true, false, true]
        let light = [Bool](repeating: false, count: 4)
        return (0...line.count - 11).reduce(0) { total, start in
            let window = Array(line[start..<start + 11])
            return total + (window == core + light || window == light + core ? 40 : 0)
        }
    }
}

struct MaskTests {
    @Test(arguments: 0..<60)
    func `whatever the text, no other mask has a lower penalty`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        // Small symbols more often: they are what is printed, and quicker to count.
        let version = seed % 6 == 0 ? Int.random(in: 1...40, using: &random) : 1 + seed % 12
        let text = ReadingTests.text(
            &random, count: Int.random(in: 1...(3 * version), using: &random))
        let level = QRSymbol.Level.allCases[seed % 4]
        let chosen = try QRSymbol.encode(text, .init(level: level, minVersion: version))
        let penalties = try (0..<8).map { mask in
            let symbol = try QRSymbol.encode(
                text, .init(level: level, minVersion: version, mask: mask))
            return TextbookPenalty(symbol: symbol).total
        }
        #expect(penalties.firstIndex(of: penalties.min() ?? 0) == chosen.mask)
    }

    @Test(arguments: [1, 2, 7, 11, 12, 20, 27, 28, 40])
    func `the mask is the one with the lowest penalty of all eight`(version: Int) throws {
        for level in QRSymbol.Level.allCases {
            let text = "wharf \(version) \(level)"
            func symbol(_ mask: Int?) throws -> QRSymbol {
                try QRSymbol.encode(
                    text,
                    .init(
                        level: level, minVersion: version, maxVersion: max(version, 3), mask: mask))
            }
            let penalties = try (0..<8).map { try TextbookPenalty(symbol: symbol($0)).total }
            let chosen = try symbol(nil)
            #expect(penalties[chosen.mask] == penalties.min())
            #expect(chosen == (try symbol(chosen.mask)))
        }
    }
}
