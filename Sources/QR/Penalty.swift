/// The penalty of two candidates at once, one in each lane (ISO/IEC 18004:2015 §7.8.3, table 11).
///
/// Rule 3 is read to the letter: 40 for each place inside the symbol where eleven modules in a row
/// are 1:1:3:1:1 dark and light with four light modules before or after. The quiet zone does not
/// count.
///
/// A line's neighbours are the lines before and after it, so every rule along a column is a
/// combination of whole words, without shifts; rows are looked at through the transposed symbol.
struct PairPenalty {
    typealias Pair = CandidateTemplate.Pair

    private var first = LaneCount()
    private var second = LaneCount()

    /// The total for both candidates of a symbol with `side` modules along an edge.
    func total(side: Int) -> (Int, Int) { (first.total(side: side), second.total(side: side)) }

    private struct LaneCount {
        var penalty = 0
        var dark = 0

        func total(side: Int) -> Int {
            let modules = side * side
            let imbalance = (abs(dark * 20 - modules * 10) + modules - 1) / modules - 1
            return penalty + 10 * imbalance
        }

        @inline(__always)
        mutating func add(_ set: UInt64, weight: Int) {
            penalty &+= set.nonzeroBitCount &* weight
        }
    }

    /// Adds the runs and finder-like patterns across the lines of one word, and with `countsBlocks`
    /// the 2 × 2 blocks and dark modules, which need only one orientation.
    ///
    /// - Parameters:
    ///   - data: the word's lines of data, `side` of them.
    ///   - template: the word's lines of the pair.
    ///   - history: scratch of this scan.
    ///   - right: what the scan of the next word left, for blocks across the words' border.
    @inline(__always)
    mutating func addLines(
        data: UnsafePointer<UInt64>, template: UnsafePointer<Pair>, side: Int, validBits: UInt64,
        history: LineHistory, countsBlocks: Bool, right: WordBorder?
    ) {
        let valid = Pair(repeating: validBits)
        var previous = Pair(repeating: data[0]) ^ template[0]
        // Locals stay in registers.
        var (first, second) = (first, second)
        defer { (self.first, self.second) = (first, second) }
        @inline(__always)
        func add(_ set: Pair, weight: Int) {
            first.add(set.x, weight: weight)
            second.add(set.y, weight: weight)
        }
        @inline(__always)
        func addDark(_ line: Pair) {
            first.dark &+= line.x.nonzeroBitCount
            second.dark &+= line.y.nonzeroBitCount
        }
        if countsBlocks { addDark(previous) }
        history.lines[0] = previous
        var (changed1, equal1, equal2, five1) = (Pair.zero, Pair.zero, Pair.zero, Pair.zero)
        var line = 1
        // A symbol has 4 · version + 16 lines after the first. Within four lines a column starts at
        // most one run of five and ends at most one finder pattern, so those of four lines are
        // counted together.
        while line < side {
            var (starts, patterns) = (Pair.zero, Pair.zero)
            for _ in 0..<4 {
                let now = Pair(repeating: data[line]) ^ template[line]
                let changed = now ^ previous
                let equal = valid & ~changed
                let two = equal & equal1
                let three = two & equal2
                let five = three & history.two[line &- 2]
                starts |= five & ~five1
                add(five, weight: 1)

                let light = three & ~now
                let changedTwice = changed & changed1
                let core =
                    now & changedTwice & history.two[line &- 2] & history.changed[line &- 4]
                patterns |=
                    (history.core[line &- 4] & light) | (history.light[line &- 7] & core)
                history.two[line] = two
                history.changed[line] = changedTwice
                history.core[line] = core
                history.light[line] = light

                if countsBlocks {
                    addDark(now)
                    var (nextEqual, nextNow) = (equal &>> 1, now &>> 1)
                    if let right {
                        nextEqual |= right.equal[line] &<< 63
                        nextNow |= right.lines[line] &<< 63
                    }
                    add(equal & nextEqual & ~(now ^ nextNow), weight: 3)
                    history.equal[line] = equal
                    history.lines[line] = now
                }
                (equal2, equal1, five1) = (equal1, equal, five)
                (changed1, previous) = (changed, now)
                line &+= 1
            }
            add(starts, weight: 2)
            add(patterns, weight: 40)
        }
    }
}

/// What the word to the right left behind: whole lines, and where they equal the line before.
struct WordBorder {
    let lines: UnsafePointer<PairPenalty.Pair>
    let equal: UnsafePointer<PairPenalty.Pair>
}

/// What a scan remembers of the lines before, each with seven zero lines in front.
struct LineHistory {
    typealias Pair = PairPenalty.Pair
    let lines: UnsafeMutablePointer<Pair>
    let equal: UnsafeMutablePointer<Pair>
    /// The line equals the two before.
    let two: UnsafeMutablePointer<Pair>
    /// The line differs from the one before, and that from the one before it.
    let changed: UnsafeMutablePointer<Pair>
    /// Dark, light, three dark, light, dark end here.
    let core: UnsafeMutablePointer<Pair>
    /// Four light lines end here.
    let light: UnsafeMutablePointer<Pair>

    private static let lead = 8
    private static let linesMax = 177 + lead

    /// The pairs of scratch that one history takes.
    static let pairs = 6 * linesMax

    /// - Precondition: `scratch` has room for `pairs`.
    init(_ scratch: UnsafeMutablePointer<Pair>) {
        func part(_ index: Int) -> UnsafeMutablePointer<Pair> {
            let start = scratch + index * Self.linesMax
            start.update(repeating: .zero, count: Self.lead + 1)
            return start + Self.lead
        }
        (lines, equal, two) = (part(0), part(1), part(2))
        (changed, core, light) = (part(3), part(4), part(5))
    }
}
