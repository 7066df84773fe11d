/// Turns a bit stream into a symbol: codewords, placement, mask.
struct SymbolDrawing {
    let template: CandidateTemplate
    let level: QRSymbol.Level
    /// Nil for the one with the lowest penalty.
    let mask: Int?

    /// - Parameter write: writes the segments, which fit.
    func draw(_ write: (inout BitWriter) -> Void) -> QRSymbol {
        let geometry = template.geometry
        let lineWords = geometry.words * geometry.lineStride
        let codewordWords = template.blocks.totalCodewords / 8 + 3
        return withScratch(of: UInt64.self, count: 2 * lineWords + 2 * codewordWords) { scratch in
            let (columns, rows) = (scratch, scratch + lineWords)
            columns.update(repeating: 0, count: lineWords)
            let plain = scratch + 2 * lineWords
            writeCodewords(write, to: plain, words: codewordWords)
            place(plain, reversed: plain + codewordWords, words: codewordWords, into: columns)
            Transposition.transpose(columns, into: rows, words: geometry.words)
            let mask = mask ?? bestMask(rows: rows, columns: columns)
            return symbol(rows, mask: mask)
        }
    }

    /// Writes the final codewords as big-endian words, the rest of the words zero.
    private func writeCodewords(
        _ write: (inout BitWriter) -> Void, to words: UnsafeMutablePointer<UInt64>, words count: Int
    ) {
        let blocks = template.blocks
        let dataSpace = blocks.dataCodewords + 24
        withScratch(of: UInt8.self, count: dataSpace + template.parity.scratchBytes) { scratch in
            var writer = BitWriter(scratch)
            write(&writer)
            pad(scratch, from: writer.finish(terminatedAt: blocks.dataBits))
            words.update(repeating: 0, count: count)
            words.withMemoryRebound(to: UInt8.self, capacity: count * 8) { bytes in
                template.parity.write(scratch, scratch: scratch + dataSpace, to: bytes)
            }
        }
        for index in 0..<count { words[index] = words[index].bigEndian }
    }

    /// Fills the data codewords with the pad codewords, alternately (§7.4.10).
    private func pad(_ data: UnsafeMutablePointer<UInt8>, from start: Int) {
        var codeword: UInt8 = 0b1110_1100
        var index = start
        while index < template.blocks.dataCodewords {
            data[index] = codeword
            codeword ^= 0b1110_1100 ^ 0b0001_0001
            index += 1
        }
    }

    private func place(
        _ plain: UnsafePointer<UInt64>, reversed: UnsafeMutablePointer<UInt64>, words: Int,
        into columns: UnsafeMutablePointer<UInt64>
    ) {
        for index in 0..<words { reversed[index] = plain[index].bitsReversed }
        var stream = CodewordStream(plain: plain, reversed: reversed)
        let stride = template.geometry.lineStride
        for run in template.geometry.placement { run.place(&stream, into: columns, stride: stride) }
    }

    private func bestMask(rows: UnsafePointer<UInt64>, columns: UnsafePointer<UInt64>) -> Int {
        withScratch(of: CandidateTemplate.Pair.self, count: MaskChoice.scratchPairs) { scratch in
            MaskChoice(template: template, rows: rows, columns: columns).best(scratch: scratch)
        }
    }

    private func symbol(_ rows: UnsafePointer<UInt64>, mask: Int) -> QRSymbol {
        let geometry = template.geometry
        var modules = BitMatrix(side: geometry.side)
        template.withLines(.rows, pair: mask / 2) { lines in
            for word in 0..<geometry.words {
                let data = rows + word * geometry.lineStride
                for line in 0..<geometry.side {
                    modules.words[line * geometry.words + word] =
                        data[line] ^ lines[word * geometry.side + line][mask % 2]
                }
            }
        }
        return QRSymbol(
            version: geometry.version, level: level, mask: mask, modules: modules)
    }
}

/// Uninitialised memory for the length of `body`.
private func withScratch<Element: BitwiseCopyable, Result>(
    of type: Element.Type, count: Int, _ body: (UnsafeMutablePointer<Element>) -> Result
) -> Result {
    withUnsafeTemporaryAllocation(of: type, capacity: count) { buffer in
        // A buffer of at least one element has an address.
        body(buffer.baseAddress.unsafelyUnwrapped)
    }
}

extension BitWriter {
    /// Ends the data with a terminator of up to four zeros, as far as there is room (§7.4.9), and
    /// zeros up to a codeword; says how many codewords that makes.
    fileprivate mutating func finish(terminatedAt capacity: Int) -> Int {
        let terminator = min(4, capacity - bitCount)
        if terminator > 0 { append(0, bits: terminator) }
        return finish()
    }
}

extension UInt64 {
    /// The highest bit becomes the lowest.
    fileprivate var bitsReversed: UInt64 {
        var x = byteSwapped
        x = (x &>> 4) & 0x0F0F_0F0F_0F0F_0F0F | (x & 0x0F0F_0F0F_0F0F_0F0F) &<< 4
        x = (x &>> 2) & 0x3333_3333_3333_3333 | (x & 0x3333_3333_3333_3333) &<< 2
        return (x &>> 1) & 0x5555_5555_5555_5555 | (x & 0x5555_5555_5555_5555) &<< 1
    }
}
