/// A stretch of the zigzag that is placed in one move: up to 32 rows of a column pair where both
/// modules carry data, or up to 64 rows of one column where only it does (ISO/IEC 18004:2015 §7.7.3).
///
/// A run stays within a word of its columns, so it never crosses a multiple of 64 rows.
struct PlacementRun: Sendable {
    /// The right column of the pair, or the only one.
    let column: UInt8
    /// The highest row in the picture: the lowest bit.
    let row: UInt8
    /// How many rows.
    let count: UInt8
    let shape: Shape

    enum Shape: UInt8 { case pairUp, pairDown, singleUp, singleDown }

    /// The runs of a symbol in the order of the zigzag.
    static func runs(around reserved: BitMatrix) -> [PlacementRun] {
        let side = reserved.side
        var runs: [PlacementRun] = []
        var right = side - 1
        var isUpward = true
        while right > 0 {
            // The vertical timing pattern takes a column out of the pairing.
            if right == 6 { right = 5 }
            var cells: [Cells] = []
            for step in 0..<side {
                let row = isUpward ? side - 1 - step : step
                cells.append(Cells(row, !reserved[row, right], !reserved[row, right - 1]))
            }
            runs += Self.runs(of: cells, right: right, isUpward: isUpward)
            isUpward.toggle()
            right -= 2
        }
        return runs
    }

    private struct Cells {
        let row: Int
        let right: Bool
        let left: Bool

        init(_ row: Int, _ right: Bool, _ left: Bool) {
            (self.row, self.right, self.left) = (row, right, left)
        }

        func continues(_ other: Cells) -> Bool {
            right == other.right && left == other.left && row / 64 == other.row / 64
        }
    }

    private static func runs(of cells: [Cells], right: Int, isUpward: Bool) -> [PlacementRun] {
        var runs: [PlacementRun] = []
        var index = 0
        while index < cells.count {
            let first = cells[index]
            let longest = first.right && first.left ? 32 : 64
            var end = index + 1
            while end < cells.count, end - index < longest, cells[end].continues(first) { end += 1 }
            if first.right || first.left {
                let isPair = first.right && first.left
                let shape: Shape =
                    isPair ? isUpward ? .pairUp : .pairDown : isUpward ? .singleUp : .singleDown
                runs.append(
                    PlacementRun(
                        column: UInt8(first.right ? right : right - 1),
                        row: UInt8(min(first.row, cells[end - 1].row)), count: UInt8(end - index),
                        shape: shape))
            }
            index = end
        }
        return runs
    }
}

/// The final codewords as two streams of words: as they are, and each word reversed. A run that goes
/// up meets its first bit at its highest row, which is its highest bit: it takes bits from the plain
/// stream. One that goes down takes them from the reversed stream.
struct CodewordStream {
    private let plain: UnsafePointer<UInt64>
    private let reversed: UnsafePointer<UInt64>
    private var position = 0

    /// - Precondition: both have a word more than the runs will take.
    init(plain: UnsafePointer<UInt64>, reversed: UnsafePointer<UInt64>) {
        self.plain = plain
        self.reversed = reversed
    }

    /// The next `count` bits, 1…64, the first of them highest.
    @inline(__always)
    mutating func takeFirstHighest(_ count: Int) -> UInt64 {
        let (word, bit) = (position &>> 6, UInt64(position & 63))
        position &+= count
        let joined = plain[word] &<< bit | (plain[word &+ 1] &>> (63 &- bit)) &>> 1
        return joined &>> UInt64(64 &- count)
    }

    /// The next `count` bits, 1…64, the first of them lowest.
    @inline(__always)
    mutating func takeFirstLowest(_ count: Int) -> UInt64 {
        let (word, bit) = (position &>> 6, UInt64(position & 63))
        position &+= count
        let joined = reversed[word] &>> bit | (reversed[word &+ 1] &<< (63 &- bit)) &<< 1
        return joined & (UInt64.max &>> UInt64(64 &- count))
    }
}

extension PlacementRun {
    /// Puts the stream's next bits into the columns.
    ///
    /// - Parameter columns: word by word with `stride` lines each, the data area still zero.
    @inline(__always)
    func place(
        _ stream: inout CodewordStream, into columns: UnsafeMutablePointer<UInt64>, stride: Int
    ) {
        let (row, count) = (Int(row), Int(count))
        let target = columns + (row &>> 6) &* stride + Int(column)
        let shift = UInt64(row & 63)
        switch shape {
        case .pairUp:
            let halves = Self.unshuffled(stream.takeFirstHighest(2 &* count))
            target[0] |= halves.odd &<< shift
            target[-1] |= halves.even &<< shift
        case .pairDown:
            let halves = Self.unshuffled(stream.takeFirstLowest(2 &* count))
            target[0] |= halves.even &<< shift
            target[-1] |= halves.odd &<< shift
        case .singleUp: target[0] |= stream.takeFirstHighest(count) &<< shift
        case .singleDown: target[0] |= stream.takeFirstLowest(count) &<< shift
        }
    }

    /// Even and odd bits apart, each 32 together: the outer unshuffle of "Hacker's Delight" §7-2.
    @inline(__always)
    private static func unshuffled(_ value: UInt64) -> (even: UInt64, odd: UInt64) {
        var x = value
        var swap = (x ^ (x &>> 1)) & 0x2222_2222_2222_2222
        x ^= swap ^ (swap &<< 1)
        swap = (x ^ (x &>> 2)) & 0x0C0C_0C0C_0C0C_0C0C
        x ^= swap ^ (swap &<< 2)
        swap = (x ^ (x &>> 4)) & 0x00F0_00F0_00F0_00F0
        x ^= swap ^ (swap &<< 4)
        swap = (x ^ (x &>> 8)) & 0x0000_FF00_0000_FF00
        x ^= swap ^ (swap &<< 8)
        swap = (x ^ (x &>> 16)) & 0x0000_0000_FFFF_0000
        x ^= swap ^ (swap &<< 16)
        return (x & 0xFFFF_FFFF, x &>> 32)
    }
}
