/// A QR Code symbol (ISO/IEC 18004:2015, model 2): its modules, and how they came to be.
///
/// The quiet zone around the symbol is not part of it.
public struct QRSymbol: Sendable, Hashable {
    /// 1…40.
    public let version: Int
    public let level: Level
    /// The data mask pattern, 0…7.
    public let mask: Int
    let modules: BitMatrix

    init(version: Int, level: Level, mask: Int, modules: BitMatrix) {
        self.version = version
        self.level = level
        self.mask = mask
        self.modules = modules
    }

    /// Modules along an edge, 21…177.
    public var side: Int { modules.side }

    /// Whether the module is dark.
    ///
    /// - Precondition: `row` and `column` are in `0..<side`.
    public subscript(row row: Int, column column: Int) -> Bool { modules[row, column] }

    /// The modules of a row, 64 to a word: column `x` is bit `x % 64` of word `x / 64`, 1 is dark,
    /// and the bits after the last column are 0.
    ///
    /// - Precondition: `index` is in `0..<side`.
    public func row(_ index: Int) -> ArraySlice<UInt64> {
        precondition((0..<side).contains(index), "no such row")
        return modules.words[index * modules.wordsPerLine..<(index + 1) * modules.wordsPerLine]
    }
}

extension QRSymbol: CustomStringConvertible {
    /// One line a row, `#` for dark and `.` for light.
    public var description: String {
        (0..<side).map { row in
            String((0..<side).map { modules[row, $0] ? "#" : "." })
        }.joined(separator: "\n")
    }
}
