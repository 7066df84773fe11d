import ReedSolomon

/// Adds the parity to the data of a symbol and interleaves the blocks (ISO/IEC 18004:2015 §7.6).
struct ReedSolomonParity: Sendable {
    let blocks: BlockStructure
    private let code: ReedSolomonCode

    init(_ blocks: BlockStructure) {
        self.blocks = blocks
        code = Self.code(parityCount: blocks.parityPerBlock)
    }

    /// The codes of all parity counts that the standard uses.
    private static let codes = Dictionary(
        uniqueKeysWithValues: BlockStructure.parityCounts.map {
            ($0, ReedSolomonCode(parityCount: $0))
        })

    static func code(parityCount: Int) -> ReedSolomonCode {
        codes[parityCount] ?? ReedSolomonCode(parityCount: parityCount)
    }

    /// The room that `write` needs for parity.
    var scratchBytes: Int { blocks.blockCount * code.paritySpace }

    /// Writes the final sequence of codewords.
    ///
    /// - Parameters:
    ///   - data: all data codewords.
    ///   - scratch: room for `scratchBytes`.
    ///   - target: room for all codewords.
    func write(
        _ data: UnsafePointer<UInt8>, scratch: UnsafeMutablePointer<UInt8>,
        to target: UnsafeMutablePointer<UInt8>
    ) {
        let space = code.paritySpace
        func block(_ index: Int) -> UnsafeBufferPointer<UInt8> {
            let range = blocks.dataRange(ofBlock: index)
            return UnsafeBufferPointer(start: data + range.lowerBound, count: range.count)
        }
        func parity(_ index: Int) -> UnsafeMutableBufferPointer<UInt8> {
            UnsafeMutableBufferPointer(start: scratch + index * space, count: space)
        }
        var index = 0
        while index + 1 < blocks.blockCount {
            code.writeParity(
                of: block(index), to: parity(index), of: block(index + 1), to: parity(index + 1))
            index += 2
        }
        if index < blocks.blockCount { code.writeParity(of: block(index), to: parity(index)) }
        interleaveData(data, to: target)
        interleave(
            scratch, stride: space, length: blocks.parityPerBlock, to: target + blocks.dataCodewords
        )
    }

    private func interleaveData(
        _ data: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
    ) {
        let (count, length) = (blocks.blockCount, blocks.shortBlockLength)
        let short = blocks.shortBlockCount
        for index in 0..<count {
            let source = data + index &* length + max(0, index &- short)
            var place = target + index
            for position in 0..<length {
                place.pointee = source[position]
                place += count
            }
        }
        let last = target + count * length
        for index in short..<max(short, count) {
            last[index - short] = data[blocks.dataRange(ofBlock: index).upperBound - 1]
        }
    }

    private func interleave(
        _ source: UnsafePointer<UInt8>, stride: Int, length: Int,
        to target: UnsafeMutablePointer<UInt8>
    ) {
        let count = blocks.blockCount
        for index in 0..<count {
            let block = source + index &* stride
            var place = target + index
            for position in 0..<length {
                place.pointee = block[position]
                place += count
            }
        }
    }
}
