/// Literals and matches of a DEFLATE block, and how often each symbol occurs (RFC 1951 §3.2.5).
struct DeflateTokens {
    enum Token {
        case literal(UInt8)
        /// 3…258 bytes again from 1…32,768 bytes back.
        case match(length: Int, distance: Int)
    }

    private(set) var tokens: [Token] = []
    private(set) var literalCounts = [Int](repeating: 0, count: 286)
    private(set) var distanceCounts = [Int](repeating: 0, count: 30)

    static let endOfBlock = 256
    static let matchMax = 258
    static let distanceMax = 32_768

    init() {
        tokens.reserveCapacity(2048)
        literalCounts[Self.endOfBlock] = 1
    }

    mutating func append(_ byte: UInt8) {
        tokens.append(.literal(byte))
        literalCounts[Int(byte)] += 1
    }

    /// Repeats what is `distance` back for `length` bytes.
    ///
    /// - Precondition: `length` is at least 3.
    mutating func append(repeating distance: Int, length: Int) {
        var left = length
        while left > 0 {
            var part = min(left, Self.matchMax)
            // A match has at least three bytes: leave as many for the last one.
            if left - part == 1 || left - part == 2 { part -= 3 }
            tokens.append(.match(length: part, distance: distance))
            literalCounts[257 + Self.lengthCode(part).index] += 1
            distanceCounts[Self.distanceCode(distance).index] += 1
            left -= part
        }
    }

    struct Code {
        let index: Int
        let extraBits: Int
        let extra: Int
    }

    /// Codes double their reach every four (lengths) or two (distances); 258 has one of its own.
    static func lengthCode(_ length: Int) -> Code {
        if length == matchMax { return Code(index: 28, extraBits: 0, extra: 0) }
        return code(length - 3, perDoubling: 4)
    }

    static func distanceCode(_ distance: Int) -> Code { code(distance - 1, perDoubling: 2) }

    private static func code(_ value: Int, perDoubling: Int) -> Code {
        if value < 2 * perDoubling { return Code(index: value, extraBits: 0, extra: 0) }
        let halfBits = perDoubling.trailingZeroBitCount
        let extraBits = Int.bitWidth - 1 - value.leadingZeroBitCount - halfBits
        let step = value >> extraBits
        return Code(
            index: extraBits * perDoubling + step, extraBits: extraBits,
            extra: value & ((1 << extraBits) - 1))
    }
}
