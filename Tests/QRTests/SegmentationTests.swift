import QR
import TestSupport
import Testing

/// The split into modes, against a search that tries them all.
struct SegmentationTests {
    @Test(arguments: 0..<240)
    func `no split of a text takes fewer bits, and no smaller version holds it`(
        seed: Int
    ) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        // Each eighth text reaches the third width of the character counts, from version 27 on.
        let runs = seed % 3 == 0 ? 1...18 : 1...7
        let counts = seed % 8 != 0 ? 1...40 : runs == 1...18 ? 25...45 : 60...110
        let text = ReadingTests.text(
            &random, count: Int.random(in: counts, using: &random), runs: runs,
            alphabets: seed % 4 < 2 ? ReadingTests.alphabets : ReadingTests.japanese)
        let level: QRSymbol.Level = seed % 8 == 0 ? .high : QRSymbol.Level.allCases[seed / 2 % 4]
        let options = QRSymbol.Options(
            level: level, kanji: seed % 2 == 0, eci: Bool.random(using: &random))
        let symbol = try QRSymbol.encode(text, options)

        let splits = EverySplit(text, kanji: options.kanji && !options.eci)
        let declaration = options.eci ? 12 : 0
        func bits(_ version: Int) -> Int { declaration + splits.leastBits(version: version) }
        #expect(try TextbookStream(symbol).bits(of: text) == bits(symbol.version))
        let smallest = (1...40).first {
            bits($0) <= 8 * Self.dataCodewords[level.rawValue][$0 - 1]
        }
        #expect(symbol.version == smallest)
    }

    /// ISO/IEC 18004:2015 table 7, for the levels L, M, Q and H.
    private static let dataCodewords = [
        [
            19, 34, 55, 80, 108, 136, 156, 194, 232, 274, 324, 370, 428, 461, 523, 589, 647, 721,
            795, 861, 932, 1006, 1094, 1174, 1276, 1370, 1468, 1531, 1631, 1735, 1843, 1955, 2071,
            2191, 2306, 2434, 2566, 2702, 2812, 2956,
        ],
        [
            16, 28, 44, 64, 86, 108, 124, 154, 182, 216, 254, 290, 334, 365, 415, 453, 507, 563,
            627, 669, 714, 782, 860, 914, 1000, 1062, 1128, 1193, 1267, 1373, 1455, 1541, 1631,
            1725, 1812, 1914, 1992, 2102, 2216, 2334,
        ],
        [
            13, 22, 34, 48, 62, 76, 88, 110, 132, 154, 180, 206, 244, 261, 295, 325, 367, 397, 445,
            485, 512, 568, 614, 664, 718, 754, 808, 871, 911, 985, 1033, 1115, 1171, 1231, 1286,
            1354, 1426, 1502, 1582, 1666,
        ],
        [
            9, 16, 26, 36, 46, 60, 66, 86, 100, 122, 140, 158, 180, 197, 223, 253, 283, 313, 341,
            385, 406, 442, 464, 514, 538, 596, 628, 661, 701, 745, 793, 845, 901, 961, 986, 1054,
            1096, 1142, 1222, 1276,
        ],
    ]
}

/// The bits of the best of all splits of a text, by trying each first segment of what is left.
private struct EverySplit {
    private let characters: [Unicode.Scalar]
    private let kanji: Bool

    init(_ text: String, kanji: Bool) {
        characters = Array(text.unicodeScalars)
        self.kanji = kanji
    }

    private struct Mode: Sendable {
        /// For versions 1–9, 10–26 and 27–40 (table 3).
        let countBits: [Int]
        let holds: @Sendable (Unicode.Scalar) -> Bool
        /// Of the count in the header, for one character.
        let units: @Sendable (Unicode.Scalar) -> Int
        let payload: @Sendable (Int) -> Int
    }

    private static let numeric = Mode(
        countBits: [10, 12, 14], holds: { ("0"..."9").contains($0) }, units: { _ in 1 },
        payload: { $0 / 3 * 10 + [0, 4, 7][$0 % 3] })
    private static let alphanumeric = Mode(
        countBits: [9, 11, 13],
        holds: { "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".unicodeScalars.contains($0) },
        units: { _ in 1 }, payload: { $0 / 2 * 11 + $0 % 2 * 6 })
    private static let byte = Mode(
        countBits: [8, 16, 16], holds: { _ in true }, units: { String($0).utf8.count },
        payload: { $0 * 8 })
    private static let ascii = Mode(
        countBits: byte.countBits, holds: { $0.isASCII && $0 != "\\" && $0 != "~" },
        units: byte.units, payload: byte.payload)
    private static let kanjiMode = Mode(
        countBits: [8, 10, 12],
        holds: { ReadingTests.kanji.unicodeScalars.contains($0) }, units: { _ in 1 },
        payload: { $0 * 13 })

    /// Kanji mode is for all that is not ASCII, or not used.
    func leastBits(version: Int) -> Int {
        let band = version <= 9 ? 0 : version <= 26 ? 1 : 2
        let plain = leastBits([Self.numeric, Self.alphanumeric, Self.byte], band)
        let japanese =
            kanji
            ? leastBits([Self.numeric, Self.alphanumeric, Self.ascii, Self.kanjiMode], band) : nil
        return [plain, japanese].compactMap(\.self).min() ?? 0
    }

    private func leastBits(_ modes: [Mode], _ band: Int) -> Int? {
        // Of the text from each character on.
        var least = [Int?](repeating: nil, count: characters.count) + [0]
        for start in characters.indices.reversed() {
            for mode in modes {
                var units = 0
                for end in start..<characters.count {
                    guard mode.holds(characters[end]) else { break }
                    units += mode.units(characters[end])
                    guard let rest = least[end + 1] else { continue }
                    let bits = 4 + mode.countBits[band] + mode.payload(units) + rest
                    least[start] = min(bits, least[start] ?? bits)
                }
            }
        }
        return least[0]
    }
}

/// The bit stream of a symbol as the standard reads it: unmasked, put back in order, header by header.
private struct TextbookStream {
    private let version: Int
    private let bits: [Int]

    init(_ symbol: QRSymbol) throws {
        version = symbol.version
        let codewords = try DamagedSymbol.dataInOrder(symbol).joined()
        bits = codewords.map { row, column in
            symbol[row: row, column: column] != Self.isMasked(symbol.mask, row, column) ? 1 : 0
        }
    }

    /// Table 10.
    private static func isMasked(_ mask: Int, _ i: Int, _ j: Int) -> Bool {
        switch mask {
        case 0: (i + j) % 2 == 0
        case 1: i % 2 == 0
        case 2: j % 3 == 0
        case 3: (i + j) % 3 == 0
        case 4: (i / 2 + j / 3) % 2 == 0
        case 5: i * j % 2 + i * j % 3 == 0
        case 6: (i * j % 2 + i * j % 3) % 2 == 0
        default: ((i + j) % 2 + i * j % 3) % 2 == 0
        }
    }

    /// How many bits the segments take that hold a text; nil when they hold another number of its bytes.
    /// A Kanji is three of them.
    func bits(of text: String) -> Int? {
        var (position, bytesLeft) = (0, text.utf8.count)
        func take(_ count: Int) -> Int {
            defer { position += count }
            return bits[position..<position + count].reduce(0) { $0 << 1 | $1 }
        }
        let band = version <= 9 ? 0 : version <= 26 ? 1 : 2
        while bytesLeft > 0 {
            switch take(4) {
            case 0b0111: guard take(8) == 26 else { return nil }
            case 0b0001:
                let count = take([10, 12, 14][band])
                position += count / 3 * 10 + [0, 4, 7][count % 3]
                bytesLeft -= count
            case 0b0010:
                let count = take([9, 11, 13][band])
                position += count / 2 * 11 + count % 2 * 6
                bytesLeft -= count
            case 0b0100:
                let count = take([8, 16, 16][band])
                position += count * 8
                bytesLeft -= count
            case 0b1000:
                let count = take([8, 10, 12][band])
                position += count * 13
                bytesLeft -= count * 3
            default: return nil
            }
        }
        return bytesLeft == 0 ? position : nil
    }
}
