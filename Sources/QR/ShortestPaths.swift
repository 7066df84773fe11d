/// The dynamic programme over the positions of a text and the mode that reached them.
///
/// A digit costs 20, an alphanumeric 33, a byte 48 and a Kanji 78 sixths of a bit. When a segment
/// ends, its cost rounds up to a whole bit: 4 and 7 bits for one or two left-over digits, 6 for a
/// left-over alphanumeric. All that follows adds the same to every path in a mode, and rounding
/// keeps order, so the cheapest way to a mode at a position is all that has to be kept.
///
/// With Kanji mode, bytes are only what Shift JIS and ASCII have in common.
struct ShortestPaths {
    /// For each position, the modes before the last step into each mode: two bits a mode.
    private var origins: [UInt8]
    /// The cheapest way to each position, in bits.
    private(set) var bitsToPosition: [Int32]
    private var lastMode: Mode = .byte

    /// The bits of the whole text.
    var bits: Int { Int(bitsToPosition.last ?? 0) }

    private typealias Costs = SIMD4<Int32>
    private static let unreachable: Int32 = 1 << 28

    init(_ text: UnsafeBufferPointer<UInt8>, band: Mode.Band, kanji: Bool) {
        origins = [UInt8](repeating: 0, count: text.count + 1)
        bitsToPosition = [Int32](repeating: 0, count: text.count + 1)
        var headers = Costs()
        for mode in Mode.allCases { headers[mode.rawValue] = Int32(6 * mode.headerBits(band)) }

        let values = Alphanumeric.values
        // At the start every mode is entered from nowhere, for its header. In origin terms each mode
        // comes from itself.
        var costs = headers
        if !kanji { costs[Mode.kanji.rawValue] = Self.unreachable }
        var entered = Entry(costs: costs, origins: Self.fromThemselves)
        var kanjiArrivals = KanjiArrivals()
        for position in text.indices {
            if kanji, let length = Self.kanjiLength(in: text, at: position) {
                kanjiArrivals.add(
                    at: position + length, cost: entered.costs[Mode.kanji.rawValue] + 78,
                    origin: entered.origins >> 6 & 3)
            }
            let value = values[Int(text[position])]
            var next = entered.costs &+ Costs(20, 33, 48, 0)
            if value >= 10 { next[Mode.numeric.rawValue] = Self.unreachable }
            if value >= 45 { next[Mode.alphanumeric.rawValue] = Self.unreachable }
            if kanji, !Kanji.hasInCommon(text[position]) {
                next[Mode.byte.rawValue] = Self.unreachable
            }
            next[Mode.kanji.rawValue] = Self.unreachable
            var origins = entered.origins
            if let arrival = kanjiArrivals.take(at: position + 1) {
                next[Mode.kanji.rawValue] = arrival.cost
                origins = origins & 0x3F | arrival.origin << 6
            }
            self.origins[position + 1] = origins
            let cheapest = Self.cheapest(next)
            bitsToPosition[position + 1] = cheapest.cost / 6
            lastMode = cheapest.mode
            entered = Entry(next, cheapest: cheapest, headers: headers)
            if !kanji { entered.costs[Mode.kanji.rawValue] = Self.unreachable }
        }
    }

    private static let fromThemselves: UInt8 = 0b11_10_01_00

    /// The mode with the lowest cost, which is rounded up to whole bits.
    @inline(__always)
    private static func cheapest(_ costs: Costs) -> (mode: Mode, cost: Int32) {
        var (mode, cost) = (Mode.numeric, (costs[0] + 5) / 6 * 6)
        for other in [Mode.alphanumeric, .byte, .kanji] {
            let whole = (costs[other.rawValue] + 5) / 6 * 6
            if whole < cost { (mode, cost) = (other, whole) }
        }
        return (mode, cost)
    }

    /// The costs of being in each mode at a position, ready for a character of it, and which mode
    /// each came from.
    private struct Entry {
        var costs: Costs
        var origins: UInt8

        init(costs: Costs, origins: UInt8) {
            self.costs = costs
            self.origins = origins
        }

        @inline(__always)
        init(_ reached: Costs, cheapest: (mode: Mode, cost: Int32), headers: Costs) {
            let switched = headers &+ cheapest.cost
            let isCheaper = switched .< reached
            costs = reached.replacing(with: switched, where: isCheaper)
            origins = 0
            for mode in 0..<4 {
                let origin = isCheaper[mode] ? cheapest.mode.rawValue : mode
                origins |= UInt8(origin << (2 * mode))
            }
        }
    }

    /// Kanji steps cross several bytes: their costs wait here for the position that they reach.
    private struct KanjiArrivals {
        private var pending: [(position: Int, cost: Int32, origin: UInt8)] = []

        mutating func add(at position: Int, cost: Int32, origin: UInt8) {
            pending.append((position, cost, origin))
        }

        mutating func take(at position: Int) -> (cost: Int32, origin: UInt8)? {
            guard let first = pending.first, first.position == position else { return nil }
            pending.removeFirst()
            return (first.cost, first.origin)
        }
    }

    /// The length in UTF-8 of the Kanji that starts at `position`, nil where none does.
    private static func kanjiLength(in text: UnsafeBufferPointer<UInt8>, at position: Int) -> Int? {
        guard let (scalar, length) = UTF8Scalar.decode(text, at: position), length > 1 else {
            return nil
        }
        return Kanji.value(of: scalar) == nil ? nil : length
    }

    /// Walks back from the end along the cheapest path.
    func segments(of text: UnsafeBufferPointer<UInt8>) -> [Segment] {
        var segments: [Segment] = []
        var (position, mode) = (text.count, lastMode)
        var (end, count) = (position, 0)
        while position > 0 {
            let origin = Int(origins[position]) >> (2 * mode.rawValue) & 3
            position -= 1
            if mode == .kanji {
                while text[position] & 0xC0 == 0x80 { position -= 1 }
            }
            count += 1
            guard let before = Mode(rawValue: origin) else { break }
            if before != mode || position == 0 {
                segments.append(Segment(mode: mode, bytes: position..<end, count: count))
                (mode, end, count) = (before, position, 0)
            }
        }
        return segments.reversed()
    }
}

/// Reads single characters out of UTF-8 that may be broken.
enum UTF8Scalar {
    /// The scalar that starts at `position` and its length; nil inside one or where it is broken.
    static func decode(
        _ text: UnsafeBufferPointer<UInt8>, at position: Int
    ) -> (scalar: Unicode.Scalar, length: Int)? {
        let length =
            switch text[position] {
            case 0..<0x80: 1
            case 0xC2..<0xE0: 2
            case 0xE0..<0xF0: 3
            case 0xF0..<0xF5: 4
            default: 0
            }
        guard length > 0, position + length <= text.count else { return nil }
        let bytes = text[position..<position + length]
        guard let string = String(validating: bytes, as: UTF8.self) else { return nil }
        return string.unicodeScalars.first.map { ($0, length) }
    }
}
