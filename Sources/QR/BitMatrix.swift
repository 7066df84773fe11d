/// A square of bits, each line packed into whole words: bit `x % 64` of word `x / 64`.
struct BitMatrix: Sendable, Hashable {
    let side: Int
    let wordsPerLine: Int
    var words: [UInt64]

    init(side: Int) {
        self.side = side
        wordsPerLine = (side + 63) / 64
        words = [UInt64](repeating: 0, count: side * wordsPerLine)
    }

    subscript(line: Int, position: Int) -> Bool {
        get {
            precondition(line < side && position >= 0 && position < side, "outside the matrix")
            return words[line * wordsPerLine + position / 64] >> UInt64(position % 64) & 1 == 1
        }
        set {
            precondition(line < side && position >= 0 && position < side, "outside the matrix")
            let bit: UInt64 = 1 << UInt64(position % 64)
            if newValue {
                words[line * wordsPerLine + position / 64] |= bit
            } else {
                words[line * wordsPerLine + position / 64] &= ~bit
            }
        }
    }

    var transposed: BitMatrix {
        var result = BitMatrix(side: side)
        for line in 0..<side {
            for position in 0..<side where self[line, position] { result[position, line] = true }
        }
        return result
    }
}
