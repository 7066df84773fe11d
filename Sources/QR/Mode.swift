/// How a run of characters is written (ISO/IEC 18004:2015 §7.3, tables 2 and 3).
enum Mode: Int, Sendable, CaseIterable {
    case numeric, alphanumeric, byte, kanji

    /// The four bits that announce the mode.
    var indicator: Int { [0b0001, 0b0010, 0b0100, 0b1000][rawValue] }

    /// The bits of the character count in a version.
    func countBits(_ band: Band) -> Int {
        switch self {
        case .numeric: [10, 12, 14][band.rawValue]
        case .alphanumeric: [9, 11, 13][band.rawValue]
        case .byte: [8, 16, 16][band.rawValue]
        case .kanji: [8, 10, 12][band.rawValue]
        }
    }

    /// The bits of indicator and count.
    func headerBits(_ band: Band) -> Int { 4 + countBits(band) }

    /// The bits that `count` characters take after the header.
    func payloadBits(_ count: Int) -> Int {
        switch self {
        case .numeric: (count * 10 + 2) / 3
        case .alphanumeric: (count * 11 + 1) / 2
        case .byte: count * 8
        case .kanji: count * 13
        }
    }

    /// Versions that share the widths of the character counts.
    enum Band: Int, CaseIterable {
        case small, middle, large

        var versions: ClosedRange<Int> { [1...9, 10...26, 27...40][rawValue] }

        init(version: Int) { self = version < 10 ? .small : version < 27 ? .middle : .large }
    }
}

/// The alphanumeric character set (table 5).
enum Alphanumeric {
    static let characters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".utf8)

    /// The value of each byte, 255 where it is not in the set.
    static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, byte) in characters.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()
}
