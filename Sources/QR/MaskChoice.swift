/// Chooses the mask with the lowest penalty of all eight; the lowest number among equals.
struct MaskChoice {
    typealias Pair = CandidateTemplate.Pair

    let template: CandidateTemplate
    /// Word by word, `lineStride` lines each.
    let rows: UnsafePointer<UInt64>
    let columns: UnsafePointer<UInt64>

    /// The pairs of scratch that choosing takes.
    static let scratchPairs = 2 * LineHistory.pairs

    func best(scratch: UnsafeMutablePointer<Pair>) -> Int {
        let histories = (LineHistory(scratch), LineHistory(scratch + LineHistory.pairs))
        var best = (mask: 0, penalty: Int.max)
        for pair in 0..<CandidateTemplate.pairs {
            var penalty = PairPenalty()
            addRows(pair, to: &penalty, histories)
            addColumns(pair, to: &penalty, histories.0)
            let (first, second) = penalty.total(side: template.geometry.side)
            if first < best.penalty { best = (2 * pair, first) }
            if second < best.penalty { best = (2 * pair + 1, second) }
        }
        return best.mask
    }

    /// From the last word to the first, so that each finds its right neighbour's lines.
    private func addRows(
        _ pair: Int, to penalty: inout PairPenalty, _ histories: (LineHistory, LineHistory)
    ) {
        let geometry = template.geometry
        template.withLines(.rows, pair: pair) { lines in
            var right: WordBorder?
            var (history, other) = histories
            for word in (0..<geometry.words).reversed() {
                let data = rows + word * geometry.lineStride
                let wordLines = lines + word * geometry.side
                if let right {
                    penalty.addLines(
                        data: data, template: wordLines, side: geometry.side,
                        validBits: geometry.validBits[word], history: history, countsBlocks: true,
                        right: right)
                } else {
                    penalty.addLines(
                        data: data, template: wordLines, side: geometry.side,
                        validBits: geometry.validBits[word], history: history, countsBlocks: true,
                        right: nil)
                }
                right = WordBorder(lines: history.lines, equal: history.equal)
                swap(&history, &other)
            }
        }
    }

    private func addColumns(
        _ pair: Int, to penalty: inout PairPenalty, _ history: LineHistory
    ) {
        let geometry = template.geometry
        template.withLines(.columns, pair: pair) { lines in
            for word in 0..<geometry.words {
                penalty.addLines(
                    data: columns + word * geometry.lineStride,
                    template: lines + word * geometry.side, side: geometry.side,
                    validBits: geometry.validBits[word], history: history, countsBlocks: false,
                    right: nil)
            }
        }
    }
}
