/// What a symbol says, and how much damage it had.
public struct QRReading: Sendable, Equatable {
    public let version: Int
    public let level: QRSymbol.Level
    public let mask: Int
    /// The content; Kanji and what is declared to be of a character set are given as UTF-8, other bytes
    /// as they are.
    public let bytes: [UInt8]
    /// The content as text, nil when it seems to be none.
    public let text: String?
    /// Whether the text is a guess: nothing is declared, the bytes are not UTF-8, and so they are taken
    /// for ISO/IEC 8859-1, the standard's own character set.
    public let isTextAssumed: Bool
    /// Which part of a longer text the content is; nil for a whole one.
    public let part: Part?
    /// The Reed–Solomon blocks in the symbol's order.
    public let blocks: [Block]

    /// A place in a text that several symbols share (structured append).
    public struct Part: Sendable, Equatable {
        /// 1…`count`.
        public let number: Int
        /// 1…16.
        public let count: Int
    }

    /// The damage of a block, in codewords.
    public struct Block: Sendable, Equatable {
        public let corrected: Int
        /// The most that could have been corrected.
        public let correctable: Int
    }

    /// The part of its correction that the worst block has left, 0…1.
    public var reserve: Double {
        blocks.map { 1 - Double($0.corrected) / Double($0.correctable) }.min() ?? 0
    }

    /// Why a symbol could not be read.
    public enum Failure: Error, Equatable {
        /// Not 21 to 177 modules in steps of 4.
        case sideOutOfRange(Int)
        /// Both copies of the format information are damaged past repair.
        case formatUnreadable
        /// The version information, nearer than three errors, names another size than this.
        case otherVersion(Int)
        /// A block is damaged past repair.
        case uncorrectable(block: Int)
        /// The corrected codewords are no legal bit stream.
        case malformed
    }

    /// Reads the modules of a symbol, repairing what can be repaired.
    ///
    /// - Parameter isDark: the module of a row and a column, each in `0..<side`.
    public init(side: Int, isDark: (Int, Int) -> Bool) throws(Failure) {
        guard (21...177).contains(side), (side - 17) % 4 == 0 else { throw .sideOutOfRange(side) }
        let version = (side - 17) / 4
        var modules = BitMatrix(side: side)
        for row in 0..<side {
            for column in 0..<side where isDark(row, column) { modules[row, column] = true }
        }
        let grid = ModuleGrid(version: version, modules: modules)
        if let other = grid.otherVersion() { throw .otherVersion(other) }
        guard let (level, mask) = grid.format() else { throw .formatUnreadable }
        let structure = BlockStructure(version: version, level: level)
        let codewords = grid.codewords(mask: mask, count: structure.totalCodewords)
        let (data, blocks) = try structure.corrected(codewords)
        var stream = SegmentReader(data, version: version)
        guard let content = stream.read() else { throw .malformed }
        (self.version, self.level, self.mask) = (version, level, mask)
        (bytes, part, self.blocks) = (content.bytes, content.part, blocks)
        (text, isTextAssumed) = content.text
    }

    /// Reads a symbol.
    public init(_ symbol: QRSymbol) throws(Failure) {
        try self.init(side: symbol.side) { symbol[row: $0, column: $1] }
    }
}

extension SegmentReader.Content {
    /// UTF-8 where all of it is that; otherwise with undeclared bytes as ISO/IEC 8859-1, unless that gives
    /// control characters, which no text has.
    fileprivate var text: (String?, isAssumed: Bool) {
        if let text = String(validating: bytes, as: UTF8.self) { return (text, false) }
        var (utf8, position): ([UInt8], Int) = ([], 0)
        for range in undeclared {
            utf8 += bytes[position..<range.lowerBound] + Interpretation.latin1(bytes[range])
            position = range.upperBound
        }
        utf8 += bytes[position...]
        guard let text = String(validating: utf8, as: UTF8.self),
            !text.unicodeScalars.contains(where: \.isControl)
        else { return (nil, false) }
        return (text, true)
    }
}

extension Unicode.Scalar {
    /// Of C0 and C1, but not what lays out a text.
    fileprivate var isControl: Bool {
        properties.generalCategory == .control && !"\t\n\r".unicodeScalars.contains(self)
    }
}

extension QRReading.Failure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .sideOutOfRange(let side): "\(side) modules along the edge are no QR code"
        case .formatUnreadable: "the code's format information is damaged"
        case .otherVersion(let version): "the code says it is version \(version)"
        case .uncorrectable(let block): "the code is too damaged: block \(block + 1) is lost"
        case .malformed: "the code's content is not well formed"
        }
    }
}
