import ReedSolomon

/// Modules as they were seen, with possible damage.
struct ModuleGrid {
    let version: Int
    let modules: BitMatrix

    /// A 15-bit format word or an 18-bit version word repairs three errors.
    private static let repairable = 3

    /// The version that the version information names when it is not this one.
    func otherVersion() -> Int? {
        guard version >= 7 else { return nil }
        var (near, far) = (0, 0)
        for bit in 0..<18 {
            let (a, b) = (bit / 3, modules.side - 11 + bit % 3)
            if modules[a, b] { near |= 1 << bit }
            if modules[b, a] { far |= 1 << bit }
        }
        let nearest = (7...40).map { candidate in
            let word = VersionInformation.word(candidate)
            let distance = min((word ^ near).nonzeroBitCount, (word ^ far).nonzeroBitCount)
            return (candidate: candidate, distance: distance)
        }.min { $0.distance < $1.distance }
        guard let nearest, nearest.distance <= Self.repairable else { return nil }
        return nearest.candidate == version ? nil : nearest.candidate
    }

    /// Level and mask from the better copy of the format information.
    func format() -> (level: QRSymbol.Level, mask: Int)? {
        let copies = FormatInformation.cells(side: modules.side).map { cells in
            cells.enumerated().reduce(0) { word, cell in
                word | (modules[cell.element.row, cell.element.column] ? 1 << cell.offset : 0)
            }
        }
        var best = (distance: Self.repairable + 1, data: 0)
        for data in 0..<32 {
            let level = QRSymbol.Level(formatBits: data >> 3)
            let word = FormatInformation.word(level: level, mask: data & 7)
            for copy in copies where (word ^ copy).nonzeroBitCount < best.distance {
                best = ((word ^ copy).nonzeroBitCount, data)
            }
        }
        guard best.distance <= Self.repairable else { return nil }
        return (QRSymbol.Level(formatBits: best.data >> 3), best.data & 7)
    }

    /// The codewords in the order of the zigzag, unmasked.
    func codewords(mask: Int, count: Int) -> [UInt8] {
        let reserved = SymbolGeometry.of(version: version).patterns.reserved
        var codewords: [UInt8] = []
        codewords.reserveCapacity(count)
        var (codeword, bits) = (UInt8(0), 0)
        var right = modules.side - 1
        var isUpward = true
        while right > 0 {
            if right == 6 { right = 5 }
            for step in 0..<modules.side {
                let row = isUpward ? modules.side - 1 - step : step
                for column in [right, right - 1] where !reserved[row, column] {
                    let inverted = MaskPattern.inverts(mask, row: row, column: column)
                    codeword = codeword << 1 | (modules[row, column] != inverted ? 1 : 0)
                    bits += 1
                    if bits == 8 {
                        if codewords.count < count { codewords.append(codeword) }
                        (codeword, bits) = (0, 0)
                    }
                }
            }
            isUpward.toggle()
            right -= 2
        }
        return codewords
    }
}

extension BlockStructure {
    /// Takes the blocks apart, repairs each, and joins their data.
    func corrected(
        _ codewords: [UInt8]
    ) throws(QRReading.Failure) -> (data: [UInt8], blocks: [QRReading.Block]) {
        let code = ReedSolomonParity.code(parityCount: parityPerBlock)
        var data: [UInt8] = []
        var reports: [QRReading.Block] = []
        for index in 0..<blockCount {
            var block = (0..<shortBlockLength).map { codewords[$0 * blockCount + index] }
            if index >= shortBlockCount {
                block.append(codewords[shortBlockLength * blockCount + index - shortBlockCount])
            }
            let dataCount = block.count
            block += (0..<parityPerBlock).map { codewords[dataCodewords + $0 * blockCount + index] }
            do {
                let changed = try code.correct(&block).count
                guard changed <= correctable else {
                    throw QRReading.Failure.uncorrectable(block: index)
                }
                reports.append(QRReading.Block(corrected: changed, correctable: correctable))
            } catch {
                throw .uncorrectable(block: index)
            }
            data += block.prefix(dataCount)
        }
        return (data, reports)
    }
}
