import QR
import TestSupport
import Testing

struct ReadingTests {
    @Test(arguments: 1...40)
    func `what is written is read back, at every version and level`(version: Int) throws {
        for level in QRSymbol.Level.allCases {
            var random = SeededGenerator(seed: UInt64(version * 4 + level.rawValue))
            let text = Self.text(&random, count: 2 + version)
            let symbol = try QRSymbol.encode(
                text,
                .init(
                    level: level, minVersion: version, kanji: Bool.random(using: &random),
                    eci: Bool.random(using: &random)))
            let reading = try QRReading(symbol)
            #expect(reading.text == text)
            #expect(reading.level == level)
            #expect(reading.mask == symbol.mask)
            #expect(reading.version == symbol.version)
            #expect(reading.reserve == 1)
        }
    }

    @Test(arguments: 1...40, QRSymbol.Level.allCases)
    func `damage up to the limit of every block is always repaired`(
        version: Int, level: QRSymbol.Level
    ) throws {
        var random = SeededGenerator(seed: UInt64(version * 4 + level.rawValue))
        let text = Self.text(&random, count: Int.random(in: 1...(version * 2), using: &random))
        let symbol = try QRSymbol.encode(text, .init(level: level, minVersion: version))
        var damaged = DamagedSymbol(symbol)
        try damaged.damageEveryBlock(&random)
        let reading = try damaged.reading()
        #expect(reading.text == text)
        #expect(reading.blocks.allSatisfy { $0.corrected == $0.correctable })
        #expect(reading.reserve == 0)
    }

    @Test func `format information with three wrong modules is repaired`() throws {
        let symbol = try QRSymbol.encode("wharf", .init(level: .high))
        var damaged = DamagedSymbol(symbol)
        for column in [0, 2, 4] {
            damaged.flip(8, column)
            damaged.flip(8, symbol.side - 1 - column)
        }
        #expect(try damaged.reading().text == "wharf")
    }

    @Test func `a symbol of the wrong size says which version it is`() throws {
        let symbol = try QRSymbol.encode("wharf", .init(minVersion: 8))
        #expect(throws: QRReading.Failure.otherVersion(8)) {
            // Version 7's version information, where version 8 has its own.
            try QRReading(side: 45) { row, column in
                let (y, x) = (row > 30 ? row + 4 : row, column > 30 ? column + 4 : column)
                return symbol[row: y, column: x]
            }
        }
    }

    @Test(arguments: 0..<100)
    func `noise never makes the reader trap`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let side = 17 + 4 * Int.random(in: 1...12, using: &random)
        _ = try? QRReading(side: side) { _, _ in Bool.random(using: &random) }
    }

    static let kanji = "点茗一頻"
    static let japanese = ["0123456789", "ABC $%*+-./:", "abcdefxyz\\", kanji]
    /// Digits, letters, bytes, Kanji and others.
    static let alphabets = japanese + ["码头é🛶"]

    /// - Parameter runs: characters of one alphabet in a row.
    static func text(
        _ random: inout SeededGenerator, count: Int, runs: ClosedRange<Int> = 1...7,
        alphabets: [String] = alphabets
    ) -> String {
        let alphabets = alphabets.map(Array.init)
        return String(
            (0..<count).flatMap { _ -> [Character] in
                guard let alphabet = alphabets.randomElement(using: &random) else { return [] }
                return (0..<Int.random(in: runs, using: &random)).compactMap { _ in
                    alphabet.randomElement(using: &random)
                }
            })
    }
}
