/// A picture in two colours.
struct DarkPixels {
    private let image: LumaImage
    private let threshold: UInt8
    var width: Int { image.width }
    var height: Int { image.height }

    init(_ image: LumaImage, threshold: UInt8) {
        self.image = image
        self.threshold = threshold
    }

    /// Outside the picture everything is light.
    subscript(x: Int, y: Int) -> Bool {
        guard x >= 0, y >= 0, x < width, y < height else { return false }
        return image[x, y] < threshold
    }

    /// Whether a spot is dark on the whole: the mean of the pixels around it, which forgives the noise
    /// that JPEG leaves.
    ///
    /// - Parameter radius: in pixels; below 1 only the pixel itself counts.
    func isDark(x: Double, y: Double, radius: Double) -> Bool {
        let (column, row) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
        let reach = Int(radius)
        guard reach > 0 else { return self[column, row] }
        // Of a large spot, nine pixels tell as much as all.
        let step = max(1, reach)
        var (sum, count) = (0, 0)
        for dy in stride(from: -reach, through: reach, by: step) {
            for dx in stride(from: -reach, through: reach, by: step) {
                let (column, row) = (column + dx, row + dy)
                guard column >= 0, row >= 0, column < width, row < height else { continue }
                sum += Int(image[column, row])
                count += 1
            }
        }
        return count > 0 && sum < Int(threshold) * count
    }

    /// The centre run of each dark-light-dark-light-dark of a row that has a finder's proportions.
    func finderLikeRuns(inRow y: Int, _ found: (Range<Int>) -> Void) {
        // The last six places where the colour changed; a row starts light.
        var edges = Edges()
        var isDark = false
        let start = y * width
        image.pixels.withUnsafeBufferPointer { pixels in
            for x in 0...width {
                let isDarkHere = x < width && pixels[start + x] < threshold
                guard isDarkHere != isDark else { continue }
                isDark.toggle()
                edges.append(x)
                if !isDark, edges.count >= 6, edges.isFinder { found(edges[2]..<edges[3]) }
            }
        }
    }

    /// Looks up and down, then left and right again, from the middle of a centre run.
    func pattern(around run: Range<Int>, row: Int) -> FinderPattern? {
        let x = (run.lowerBound + run.upperBound - 1) / 2
        // The centre run has three modules; no run of the pattern can be much longer.
        let reach = 2 * run.count + 4
        guard let vertical = extent(x, row, dx: 0, dy: 1, reach: reach) else { return nil }
        let y = (Double(row) + 0.5) + (Double(vertical.after) - Double(vertical.before)) / 2
        guard let horizontal = extent(x, Int(y), dx: 1, dy: 0, reach: reach) else { return nil }
        let module = Double(horizontal.length + vertical.length) / 14
        guard abs(horizontal.length - vertical.length) <= max(2, vertical.length / 4) else {
            return nil
        }
        let centre = (Double(x) + 0.5) + (Double(horizontal.after) - Double(horizontal.before)) / 2
        return FinderPattern(x: centre, y: y, module: module)
    }

    /// From the centre to both ends of a finder: pixels before, after, and in all.
    private func extent(
        _ x: Int, _ y: Int, dx: Int, dy: Int, reach: Int
    ) -> (before: Int, after: Int, length: Int)? {
        guard let after = runs(x, y, dx: dx, dy: dy, reach: reach),
            let before = runs(x, y, dx: -dx, dy: -dy, reach: reach)
        else { return nil }
        // As in a row: the changes to the left, then those to the right.
        var edges = Edges()
        for distance in [before.2, before.1, before.0] { edges.append(-distance) }
        for distance in [after.0, after.1, after.2] { edges.append(distance + 1) }
        guard edges.isFinder else { return nil }
        return (before.2, after.2, before.2 + after.2 + 1)
    }

    /// How far the dark, light, dark runs reach from a pixel in one direction, none further than
    /// `reach`: a hostile picture may be all stripes.
    private func runs(_ x: Int, _ y: Int, dx: Int, dy: Int, reach: Int) -> (Int, Int, Int)? {
        var ends = (0, 0, 0)
        var (distance, index, isDark) = (0, 0, true)
        var runStart = 0
        while index < 3 {
            guard distance - runStart <= reach else { return nil }
            let next = self[x + dx * (distance + 1), y + dy * (distance + 1)]
            if next != isDark {
                switch index {
                case 0: ends.0 = distance
                case 1: ends.1 = distance
                default: ends.2 = distance
                }
                runStart = distance
                index += 1
                isDark.toggle()
            }
            distance += 1
        }
        return ends
    }
}

/// The last six places where a line changed its colour.
private struct Edges {
    private var places = SIMD8<Int32>(repeating: 0)
    private(set) var count = 0

    mutating func append(_ place: Int) {
        for index in 0..<5 { places[index] = places[index + 1] }
        places[5] = Int32(place)
        count += 1
    }

    subscript(index: Int) -> Int { Int(places[index]) }

    /// Runs of 1:1:3:1:1, each within half a module.
    var isFinder: Bool {
        let length = self[5] - self[0]
        guard length >= 7 else { return false }
        let module = Double(length) / 7
        let slack = max(0.5 * module, 0.8)
        for index in 0..<5 {
            let run = Double(self[index + 1] - self[index])
            let expected = index == 2 ? 3 * module : module
            guard abs(run - expected) <= (index == 2 ? 1.5 * slack : slack) else { return false }
        }
        return true
    }
}
