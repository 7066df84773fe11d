extension LumaImage {
    /// The brightnesses below which a pixel may count as dark, the likeliest first: Otsu's, and then
    /// what lies between for pictures whose logo or ground spoils the statistics.
    var thresholds: [UInt8] {
        let histogram = histogram
        let otsu = Self.otsu(histogram, count: pixels.count)
        let darkest = histogram.firstIndex { $0 > 0 } ?? 0
        let lightest = histogram.lastIndex { $0 > 0 } ?? 255
        let between = [2, 1, 3].map { darkest + (lightest - darkest) * $0 / 4 + 1 }
        return [otsu]
            + between.map { UInt8(min($0, 255)) }.filter { abs(Int($0) - Int(otsu)) > 12 }
    }

    private var histogram: [Int] {
        var histogram = [Int](repeating: 0, count: 256)
        for pixel in pixels { histogram[Int(pixel)] += 1 }
        return histogram
    }

    /// Otsu's threshold: the brightness that best parts dark from light.
    private static func otsu(_ histogram: [Int], count: Int) -> UInt8 {
        let sum = histogram.enumerated().reduce(0.0) { $0 + Double($1.offset * $1.element) }
        var (below, belowSum) = (0.0, 0.0)
        // Between two plain brightnesses every threshold parts equally well: take the middle.
        var best = (spread: -1.0, first: 0, last: 0)
        for level in 0..<255 {
            below += Double(histogram[level])
            belowSum += Double(level * histogram[level])
            let above = Double(count) - below
            guard below > 0, above > 0 else { continue }
            let difference = belowSum / below - (sum - belowSum) / above
            let spread = below * above * difference * difference
            if spread > best.spread * 1.000_000_1 {
                best = (spread, level, level)
            } else if spread >= best.spread * 0.999_999_9 {
                best.last = level
            }
        }
        return UInt8((best.first + best.last) / 2 + 1)
    }
}
