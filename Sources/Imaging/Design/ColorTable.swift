/// A colour with its opacity, 255 for opaque.
struct RGBA: Sendable, Hashable {
    let red: UInt8
    let green: UInt8
    let blue: UInt8
    let alpha: UInt8

    init(_ red: UInt8, _ green: UInt8, _ blue: UInt8, _ alpha: UInt8) {
        (self.red, self.green, self.blue, self.alpha) = (red, green, blue, alpha)
    }

    init(_ parts: SIMD4<Float>) {
        let whole = parts.rounded(.toNearestOrEven).clamped(
            lowerBound: .zero, upperBound: SIMD4(repeating: 255))
        self.init(UInt8(whole[0]), UInt8(whole[1]), UInt8(whole[2]), UInt8(whole[3]))
    }

    var parts: SIMD4<Float> { SIMD4(Float(red), Float(green), Float(blue), Float(alpha)) }
    var opaque: RGB { RGB(red, green, blue) }

    /// What is seen on a ground.
    func over(_ ground: RGB) -> SIMD4<Float> {
        let share = Float(alpha) / 255
        let below = SIMD4(Float(ground.red), Float(ground.green), Float(ground.blue), 255)
        var seen = parts * share + below * (1 - share)
        seen[3] = 255
        return seen
    }
}

/// A picture's colours reduced to a palette, by Heckbert's median cut: the box of colours that is spread
/// widest is cut where half of its pixels lie on each side, until there are enough boxes.
struct ColorTable {
    let colors: [RGBA]
    let indices: [UInt8]

    /// - Parameter max: 1…256 colours. A picture that has no more keeps its own.
    init(_ pixels: [RGBA], max: Int) {
        if let own = ColorTable(own: pixels, max: max) {
            self = own
        } else {
            self.init(cutting: pixels, max: max)
        }
    }

    private init?(own pixels: [RGBA], max: Int) {
        var known: [RGBA: UInt8] = [:]
        var indices: [UInt8] = []
        indices.reserveCapacity(pixels.count)
        for pixel in pixels {
            if let index = known[pixel] {
                indices.append(index)
            } else {
                guard known.count < max else { return nil }
                let index = UInt8(known.count)
                known[pixel] = index
                indices.append(index)
            }
        }
        self.indices = indices
        colors = known.sorted { $0.value < $1.value }.map(\.key)
    }

    private init(cutting pixels: [RGBA], max: Int) {
        var cells: [Int: Cell] = [:]
        for pixel in pixels { cells[Cell.key(pixel), default: Cell()].add(pixel) }
        var boxes = [Box(cells.map { ($0.key, $0.value) })]
        while boxes.count < max,
            let widest = boxes.indices.filter({ boxes[$0].cells.count > 1 })
                .max(by: { boxes[$0].weight < boxes[$1].weight })
        {
            let (low, high) = boxes[widest].halves
            boxes[widest] = low
            boxes.append(high)
        }
        var boxOfKey: [Int: UInt8] = [:]
        colors = boxes.enumerated().map { index, box in
            for cell in box.cells { boxOfKey[cell.key] = UInt8(index) }
            return RGBA(box.cells.reduce(into: Cell()) { $0.add($1.value) }.mean)
        }
        indices = pixels.map { boxOfKey[Cell.key($0)] ?? 0 }
    }

    /// Pixels of nearly the same colour.
    private struct Cell {
        var sum = SIMD4<Float>.zero
        var count: Float = 0

        mutating func add(_ pixel: RGBA) {
            sum += pixel.parts
            count += 1
        }

        mutating func add(_ other: Cell) {
            sum += other.sum
            count += other.count
        }

        var mean: SIMD4<Float> { sum / Swift.max(count, 1) }

        /// Five bits of each colour, three of alpha.
        static func key(_ pixel: RGBA) -> Int {
            Int(pixel.red >> 3) << 13 | Int(pixel.green >> 3) << 8 | Int(pixel.blue >> 3) << 3
                | Int(pixel.alpha >> 5)
        }
    }

    private struct Box {
        let cells: [(key: Int, value: Cell)]
        private let spread: SIMD4<Float>
        /// Many pixels of widely differing colours are cut first.
        let weight: Float

        init(_ cells: [(key: Int, value: Cell)]) {
            self.cells = cells
            var (low, high) = (SIMD4<Float>(repeating: 255), SIMD4<Float>.zero)
            var count: Float = 0
            for cell in cells {
                let mean = cell.value.mean
                low = pointwiseMin(low, mean)
                high = pointwiseMax(high, mean)
                count += cell.value.count
            }
            spread = high - low
            weight = spread.max() * count.squareRoot()
        }

        var halves: (low: Box, high: Box) {
            let axis = (0..<4).max { spread[$0] < spread[$1] } ?? 0
            let sorted = cells.sorted { a, b in
                let (x, y) = (a.value.mean[axis], b.value.mean[axis])
                return x == y ? a.key < b.key : x < y
            }
            let half = sorted.reduce(0) { $0 + $1.value.count } / 2
            var (below, cut) = (Float(0), 0)
            while cut < sorted.count - 1, below < half {
                below += sorted[cut].value.count
                cut += 1
            }
            cut = Swift.min(Swift.max(cut, 1), sorted.count - 1)
            return (Box(Array(sorted[..<cut])), Box(Array(sorted[cut...])))
        }
    }
}
