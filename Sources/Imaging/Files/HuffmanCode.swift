/// A canonical Huffman code whose words have a limited length (RFC 1951 §3.2.2).
struct HuffmanCode {
    /// Bits of each symbol's word, 0 for one that does not occur.
    let lengths: [UInt8]
    /// Each symbol's word, turned round: DEFLATE writes it from its highest bit.
    let words: [UInt16]

    /// The code with the fewest bits for these counts, nearly so where the limit binds.
    init(counts: [Int], lengthMax: Int) {
        var counts = counts
        var lengths = Self.lengths(counts)
        // Flatter counts make a flatter tree.
        while let longest = lengths.max(), longest > lengthMax {
            counts = counts.map { ($0 + 1) / 2 }
            lengths = Self.lengths(counts)
        }
        self.init(lengths: lengths)
    }

    init(lengths: [UInt8]) {
        self.lengths = lengths
        var words = [UInt16](repeating: 0, count: lengths.count)
        var next = 0
        for length in 1...15 {
            next <<= 1
            for symbol in lengths.indices where lengths[symbol] == length {
                words[symbol] = Self.reversed(next, bits: length)
                next += 1
            }
        }
        self.words = words
    }

    private static func reversed(_ word: Int, bits: Int) -> UInt16 {
        var (word, reversed) = (word, 0)
        for _ in 0..<bits {
            reversed = reversed << 1 | word & 1
            word >>= 1
        }
        return UInt16(reversed)
    }

    /// Joins the two rarest trees until one is left. The joined ones come in ascending order, so two
    /// queues do for a heap.
    private static func lengths(_ counts: [Int]) -> [UInt8] {
        let symbols = counts.indices.filter { counts[$0] > 0 }.sorted { counts[$0] < counts[$1] }
        var lengths = [UInt8](repeating: 0, count: counts.count)
        guard symbols.count > 1 else {
            for symbol in symbols { lengths[symbol] = 1 }
            return lengths
        }
        let leaves = symbols.count
        var weights = symbols.map { counts[$0] }
        weights.reserveCapacity(2 * leaves)
        var parents = [Int](repeating: 0, count: 2 * leaves - 1)
        var (leaf, tree) = (0, leaves)
        for node in leaves..<2 * leaves - 1 {
            var weight = 0
            for _ in 0..<2 {
                let takesLeaf = leaf < leaves && (tree == node || weights[leaf] <= weights[tree])
                let taken = takesLeaf ? leaf : tree
                if takesLeaf { leaf += 1 } else { tree += 1 }
                weight += weights[taken]
                parents[taken] = node
            }
            weights.append(weight)
        }
        var depths = [UInt8](repeating: 0, count: 2 * leaves - 1)
        for node in (0..<2 * leaves - 2).reversed() { depths[node] = depths[parents[node]] + 1 }
        for (index, symbol) in symbols.enumerated() { lengths[symbol] = depths[index] }
        return lengths
    }
}
