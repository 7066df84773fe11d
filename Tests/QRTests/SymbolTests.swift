import QR
import Testing

struct SymbolTests {
    @Test func `the standard's example text makes a version 1 symbol`() throws {
        let symbol = try QRSymbol.encode("01234567", QRSymbol.Options(level: .medium, mask: 2))
        #expect(symbol.version == 1)
        #expect(symbol.mask == 2)
        #expect(
            symbol.description == """
                #######..#.##.#######
                #.....#..####.#.....#
                #.###.#.#.....#.###.#
                #.###.#.##....#.###.#
                #.###.#.#.###.#.###.#
                #.....#.#...#.#.....#
                #######.#.#.#.#######
                ........#..##........
                #.#####..#..#.#####..
                ...#.#.##.#.#..#.##..
                ..#...##.#.#.#..#####
                ....#....#.....####..
                ...######..#.#..#....
                ........#.#####..##..
                #######..##.#.##.....
                #.....#.#.#####...#.#
                #.###.#.#...#..#.##..
                #.###.#.##..#..#.....
                #.###.#.#.##.#..#.#..
                #.....#........##.##.
                #######.####.#..#.#..
                """)
    }

    @Test(arguments: [
        (1, QRSymbol.Level.low, 41, 25, 17), (1, .high, 17, 10, 7), (3, .medium, 101, 61, 42),
        (6, .medium, 255, 154, 106), (7, .low, 370, 224, 154), (10, .low, 652, 395, 271),
        (27, .low, 3517, 2132, 1465), (40, .low, 7089, 4296, 2953),
        (40, .medium, 5596, 3391, 2331), (40, .quartile, 3993, 2420, 1663),
        (40, .high, 3057, 1852, 1273),
    ])
    func `a version holds exactly what the standard's capacity table says`(
        version: Int, level: QRSymbol.Level, digits: Int, letters: Int, bytes: Int
    ) throws {
        let options = QRSymbol.Options(level: level, maxVersion: version)
        for (unit, count) in [("7", digits), ("K", letters), ("k", bytes)] {
            let full = String(repeating: unit, count: count)
            #expect(try QRSymbol.encode(full, options).version == version)
            #expect(throws: QRSymbol.EncodingError.self) {
                try QRSymbol.encode(full + unit, options)
            }
        }
    }

    @Test func `a text that is too long is told by how much, and what would help`() throws {
        let options = QRSymbol.Options(level: .high, maxVersion: 1)
        let error = #expect(throws: QRSymbol.EncodingError.self) {
            try QRSymbol.encode("lower case", options)
        }
        guard case .tooLong(let excess) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(excess.bytesOver == 3)
        #expect(excess.bytesThatFit == 7)
        #expect(excess.fittingLevel == .quartile)
        #expect(excess.fittingVersion == 2)
        #expect(
            "\(excess)" == "the text is 3 bytes too long: 7 of it fit at level H up to version 1; "
                + "it fits with level Q or version 2")
    }

    @Test func `a cut never falls inside a character`() throws {
        let error = #expect(throws: QRSymbol.EncodingError.self) {
            try QRSymbol.encode("码头码头", QRSymbol.Options(level: .high, maxVersion: 1))
        }
        guard case .tooLong(let excess) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(excess.bytesThatFit == 6)
        #expect(excess.bytesOver == 6)
    }

    @Test func `bytes that are no text are cut anywhere`() throws {
        let error = #expect(throws: QRSymbol.EncodingError.self) {
            try QRSymbol.encode([UInt8](repeating: 0x80, count: 3000), .init(level: .low))
        }
        guard case .tooLong(let excess) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(excess.bytesThatFit == 2953 && excess.bytesOver == 47)
    }

    @Test func `a megabyte is refused at once`() {
        #expect(throws: QRSymbol.EncodingError.self) {
            try QRSymbol.encode(String(repeating: "码", count: 350_000))
        }
    }

    @Test func `options outside their range are named`() {
        #expect(throws: QRSymbol.EncodingError.maskOutOfRange(8)) {
            try QRSymbol.encode("a", QRSymbol.Options(mask: 8))
        }
        for (low, high) in [(0, 40), (1, 41), (9, 8)] {
            #expect(throws: QRSymbol.EncodingError.versionsOutOfRange(min: low, max: high)) {
                try QRSymbol.encode("a", QRSymbol.Options(minVersion: low, maxVersion: high))
            }
        }
    }

    @Test func `boost raises the level only as far as the version allows`() throws {
        let plain = try QRSymbol.encode("http://weixin.qq.com/q/abc", .init(level: .low))
        let boosted = try QRSymbol.encode(
            "http://weixin.qq.com/q/abc", .init(level: .low, boost: true))
        #expect(plain.version == boosted.version)
        #expect(plain.level == .low)
        #expect(boosted.level == .medium)
    }

    @Test func `splitting into modes saves a version where it can`() throws {
        // 10 letters and 40 digits: 8 bits each would need version 3.
        let text = "abcdefghij" + String(repeating: "0123456789", count: 4)
        #expect(try QRSymbol.encode(text, .init(level: .low)).version == 2)
    }

    @Test func `Kanji mode holds what bytes cannot`() throws {
        let text = String(repeating: "茗荷", count: 900)
        #expect(throws: QRSymbol.EncodingError.self) {
            try QRSymbol.encode(text, .init(level: .low))
        }
        let symbol = try QRSymbol.encode(text, .init(level: .low, kanji: true))
        #expect(try QRReading(symbol).text == text)
    }
}
