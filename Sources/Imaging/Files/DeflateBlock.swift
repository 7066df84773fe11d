/// Writes one last DEFLATE block with Huffman codes of its own (RFC 1951 §3.2.7).
struct DeflateBlock {
    private var bits = LowBitWriter()
    private let tokens: DeflateTokens
    private let literals: HuffmanCode
    private let distances: HuffmanCode

    /// The block's bytes.
    static func bytes(_ tokens: DeflateTokens) -> [UInt8] {
        var block = DeflateBlock(tokens)
        block.writeCodes()
        block.writeTokens()
        return block.bits.finish()
    }

    private init(_ tokens: DeflateTokens) {
        self.tokens = tokens
        literals = HuffmanCode(counts: tokens.literalCounts, lengthMax: 15)
        distances = HuffmanCode(counts: tokens.distanceCounts, lengthMax: 15)
    }

    /// The order in which the lengths of the code length code are written.
    private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    private mutating func writeCodes() {
        bits.append(0b101, bits: 3)
        let literalCount = max(257, Self.used(literals))
        let distanceCount = max(1, Self.used(distances))
        let all = Array(
            literals.lengths.prefix(literalCount) + distances.lengths.prefix(distanceCount))
        let runs = Self.runs(all)
        var counts = [Int](repeating: 0, count: 19)
        for run in runs { counts[run.symbol] += 1 }
        let code = HuffmanCode(counts: counts, lengthMax: 7)
        let written = 1 + (Self.order.lastIndex { code.lengths[$0] > 0 } ?? 3)
        bits.append(literalCount - 257, bits: 5)
        bits.append(distanceCount - 1, bits: 5)
        bits.append(max(written, 4) - 4, bits: 4)
        for symbol in Self.order.prefix(max(written, 4)) {
            bits.append(Int(code.lengths[symbol]), bits: 3)
        }
        for run in runs {
            bits.append(Int(code.words[run.symbol]), bits: Int(code.lengths[run.symbol]))
            bits.append(run.extra, bits: run.extraBits)
        }
    }

    private static func used(_ code: HuffmanCode) -> Int {
        (code.lengths.lastIndex { $0 > 0 } ?? -1) + 1
    }

    private typealias Run = (symbol: Int, extra: Int, extraBits: Int)

    /// 16 repeats the length before 3…6 times, 17 and 18 are 3…10 and 11…138 zeros.
    private static func runs(_ lengths: [UInt8]) -> [Run] {
        var runs: [Run] = []
        var index = 0
        while index < lengths.count {
            let length = lengths[index]
            var count = 1
            while index + count < lengths.count, lengths[index + count] == length { count += 1 }
            index += count
            if length != 0 {
                runs.append((Int(length), 0, 0))
                count -= 1
            }
            while count >= 3 {
                let part = min(count, length != 0 ? 6 : 138)
                if length != 0 {
                    runs.append((16, part - 3, 2))
                } else {
                    runs.append(part <= 10 ? (17, part - 3, 3) : (18, part - 11, 7))
                }
                count -= part
            }
            for _ in 0..<count { runs.append((Int(length), 0, 0)) }
        }
        return runs
    }

    private mutating func writeTokens() {
        for token in tokens.tokens {
            switch token {
            case .literal(let byte): write(Int(byte), literals)
            case .match(let length, let distance):
                let lengthCode = DeflateTokens.lengthCode(length)
                write(257 + lengthCode.index, literals)
                bits.append(lengthCode.extra, bits: lengthCode.extraBits)
                let distanceCode = DeflateTokens.distanceCode(distance)
                write(distanceCode.index, distances)
                bits.append(distanceCode.extra, bits: distanceCode.extraBits)
            }
        }
        write(DeflateTokens.endOfBlock, literals)
    }

    private mutating func write(_ symbol: Int, _ code: HuffmanCode) {
        bits.append(Int(code.words[symbol]), bits: Int(code.lengths[symbol]))
    }
}

/// Collects bits into bytes, lowest bit first.
private struct LowBitWriter {
    private var bytes: [UInt8] = []
    private var accumulator: UInt64 = 0
    private var count = 0

    /// Appends up to 32 bits.
    mutating func append(_ value: Int, bits: Int) {
        accumulator |= UInt64(truncatingIfNeeded: value) &<< UInt64(count)
        count += bits
        while count >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: accumulator))
            accumulator &>>= 8
            count -= 8
        }
    }

    mutating func finish() -> [UInt8] {
        if count > 0 { bytes.append(UInt8(truncatingIfNeeded: accumulator)) }
        return bytes
    }
}
