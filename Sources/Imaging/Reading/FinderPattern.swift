/// A place that looks like a finder pattern: dark and light runs of 1:1:3:1:1 both ways.
struct FinderPattern: Sendable {
    let x: Double
    let y: Double
    /// Pixels along a module's edge.
    let module: Double

    /// Sightings that are looked into: a clean picture of a code has some hundred.
    private static let sightingsMax = 20_000

    /// Finder patterns of a picture, those seen on most rows first.
    static func all(in image: DarkPixels) -> [FinderPattern] {
        var clusters: [Cluster] = []
        var sightings = 0
        // A finder's centre is three modules high: in a huge picture of one code some rows may be
        // left out.
        let step = max(1, image.height / 2000)
        for y in stride(from: 0, to: image.height, by: step) where sightings < sightingsMax {
            image.finderLikeRuns(inRow: y) { run in
                guard let seen = image.pattern(around: run, row: y) else { return }
                sightings += 1
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
