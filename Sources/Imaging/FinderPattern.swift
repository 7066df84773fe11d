/// A place that looks like a finder pattern: dark and light runs of 1:1:3:1:1 both ways.
struct FinderPattern: Sendable {
    let x: Double
    let y: Double
    /// Pixels along a module's edge.
    let module: Double

    /// Finder patterns of a picture, those seen on most rows first.
    static func all(in image: DarkPixels) -> [FinderPattern] {
        var clusters: [Cluster] = []
        // A finder's centre is three modules high: in a huge picture of one code some rows may be
        // left out.
        let step = max(1, image.height / 2000)
        for y in stride(from: 0, to: image.height, by: step) {
            for run in image.finderLikeRuns(inRow: y) {
                guard let seen = image.pattern(around: run, row: y) else { continue }
                if let index = clusters.firstIndex(where: { $0.contains(seen) }) {
                    clusters[index].add(seen)
                } else if clusters.count < Cluster.limit {
                    clusters.append(Cluster(seen))
                }
            }
        }
        return clusters.sorted { $0.count > $1.count }.map(\.mean)
    }

    /// Sightings of the same pattern on neighbouring rows.
    private struct Cluster {
        /// A hostile picture may have a million patterns; a clean one has three and a few more.
        static let limit = 200
        private var sum: (x: Double, y: Double, module: Double)
        private(set) var count = 1

        init(_ first: FinderPattern) { sum = (first.x, first.y, first.module) }

        var mean: FinderPattern {
            let n = Double(count)
            return FinderPattern(x: sum.x / n, y: sum.y / n, module: sum.module / n)
        }

        func contains(_ other: FinderPattern) -> Bool {
            let mean = mean
            let reach = 2 * mean.module
            return abs(mean.x - other.x) < reach && abs(mean.y - other.y) < reach
                && other.module < 1.5 * mean.module && mean.module < 1.5 * other.module
        }

        mutating func add(_ other: FinderPattern) {
            sum = (sum.x + other.x, sum.y + other.y, sum.module + other.module)
            count += 1
        }
    }
}

/// A picture in two colours.
struct DarkPixels {
    private let image: LumaImage
    private let threshold: UInt8
    var width: Int { image.width }
    var height: Int { image.height }

    init(_ image: LumaImage) {
        self.image = image
        threshold = image.threshold
    }

    /// Outside the picture everything is light.
    subscript(x: Int, y: Int) -> Bool {
        guard x >= 0, y >= 0, x < width, y < height else { return false }
        return image[x, y] < threshold
    }

    /// The centre run of each dark-light-dark-light-dark of a row that has a finder's proportions.
    func finderLikeRuns(inRow y: Int) -> [Range<Int>] {
        var found: [Range<Int>] = []
        // The last six places where the colour changed; a row starts light.
        var edges: [Int] = []
        var isDark = false
        for x in 0...width where self[x, y] != isDark {
            isDark.toggle()
            edges.append(x)
            if edges.count > 6 { edges.removeFirst() }
            if !isDark, edges.count == 6, Self.isFinder(edges) { found.append(edges[2]..<edges[3]) }
        }
        return found
    }

    /// Runs of 1:1:3:1:1, each within half a module.
    private static func isFinder(_ edges: [Int]) -> Bool {
        let module = Double(edges[5] - edges[0]) / 7
        guard module >= 1 else { return false }
        return zip([1.0, 1, 3, 1, 1], 0...).allSatisfy { expected, index in
            let run = Double(edges[index + 1] - edges[index])
            return abs(run - expected * module) <= max(0.5 * module, 0.5)
                * (expected == 3 ? 1.5 : 1)
        }
    }

    /// Looks up and down, then left and right again, from the middle of a centre run.
    func pattern(around run: Range<Int>, row: Int) -> FinderPattern? {
        let x = (run.lowerBound + run.upperBound - 1) / 2
        guard let vertical = extent(x, row, dx: 0, dy: 1) else { return nil }
        let y = (Double(row) + 0.5) + (Double(vertical.after) - Double(vertical.before)) / 2
        guard let horizontal = extent(x, Int(y), dx: 1, dy: 0) else { return nil }
        let module = Double(horizontal.length + vertical.length) / 14
        guard abs(horizontal.length - vertical.length) <= max(2, vertical.length / 4) else {
            return nil
        }
        let centre = (Double(x) + 0.5) + (Double(horizontal.after) - Double(horizontal.before)) / 2
        return FinderPattern(x: centre, y: y, module: module)
    }

    /// From the centre to both ends of a finder: pixels before, after, and in all.
    private func extent(
        _ x: Int, _ y: Int, dx: Int, dy: Int
    ) -> (before: Int, after: Int, length: Int)? {
        guard let after = edges(x, y, dx: dx, dy: dy), let before = edges(x, y, dx: -dx, dy: -dy)
        else { return nil }
        // As in a row: the changes to the left, then those to the right.
        let all = before.reversed().map { -$0 } + after.map { $0 + 1 }
        guard Self.isFinder(all) else { return nil }
        return (before[2], after[2], before[2] + after[2] + 1)
    }

    /// How far the dark, light, dark runs reach from a pixel in one direction.
    private func edges(_ x: Int, _ y: Int, dx: Int, dy: Int) -> [Int]? {
        var edges: [Int] = []
        var (distance, isDark) = (0, true)
        while edges.count < 3 {
            guard distance <= max(width, height) else { return nil }
            let next = self[x + dx * (distance + 1), y + dy * (distance + 1)]
            if next != isDark {
                edges.append(distance)
                isDark.toggle()
            }
            distance += 1
        }
        return edges
    }
}
