/// A picture as brightness, 0 black … 255 white, a byte a pixel, transparent parts over white.
public struct LumaImage: Sendable {
    public let width: Int
    public let height: Int
    /// Row by row.
    public private(set) var pixels: [UInt8]

    /// More than a 50 cm print at 300 dots an inch, less than what would hurt a server.
    static let pixelsMax = 40_000_000
    static let edgeMax = 30_000

    /// - Precondition: both edges are at least 1 and within `edgeMax`, the area within `pixelsMax`.
    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        pixels = [UInt8](repeating: 0xFF, count: width * height)
    }

    subscript(x: Int, y: Int) -> UInt8 {
        get { pixels[y * width + x] }
        set { pixels[y * width + x] = newValue }
    }

    /// Otsu's threshold: the brightness that best parts dark from light.
    var threshold: UInt8 {
        var histogram = [Int](repeating: 0, count: 256)
        for pixel in pixels { histogram[Int(pixel)] += 1 }
        let sum = histogram.enumerated().reduce(0.0) { $0 + Double($1.offset * $1.element) }
        var (below, belowSum) = (0.0, 0.0)
        // Between two plain brightnesses every threshold parts equally well: take the middle.
        var best = (spread: -1.0, first: 0, last: 0)
        for level in 0..<255 {
            below += Double(histogram[level])
            belowSum += Double(level * histogram[level])
            let above = Double(pixels.count) - below
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
