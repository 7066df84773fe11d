/// A picture as brightness, 0 black … 255 white, a byte a pixel, transparent parts over white.
public struct LumaImage: Sendable {
    public let width: Int
    public let height: Int
    /// Row by row.
    public private(set) var pixels: [UInt8]

    /// More than a 50 cm print at 300 dots an inch, less than what would hurt a server.
    static let limits = PictureFile.Limits(
        fileBytes: 64 << 20, edge: 30_000, pixels: 40_000_000)

    /// Decodes a PNG or JPEG file of any kind within bounded memory.
    public init(file bytes: [UInt8]) throws(PictureFileError) {
        var image = LumaImage(width: 0, height: 0)
        try PictureFile.decode(bytes, Self.limits) { file in
            image = LumaImage(width: file.width, height: file.height)
        } draw: { span, row in
            image.draw(row, at: span)
        }
        self = image
    }

    /// White.
    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        pixels = [UInt8](repeating: 0xFF, count: width * height)
    }

    /// - Precondition: there are `width` times `height` pixels.
    init(width: Int, pixels: [UInt8]) {
        precondition(width > 0 && pixels.count % width == 0, "not whole rows")
        (self.width, self.height, self.pixels) = (width, pixels.count / width, pixels)
    }

    private mutating func draw(_ row: UnsafeBufferPointer<UInt8>, at span: PictureFile.Span) {
        var target = span.y * width + span.x
        for source in stride(from: 0, to: row.count, by: 4) {
            pixels[target] = Self.luma(
                row[source], row[source + 1], row[source + 2], alpha: row[source + 3])
            target += span.step
        }
    }

    /// Rec. 601 weights, over white.
    static func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8, alpha: UInt8 = 255) -> UInt8 {
        let luma = (299 * Int(red) + 587 * Int(green) + 114 * Int(blue) + 500) / 1000
        return UInt8((luma * Int(alpha) + 255 * (255 - Int(alpha))) / 255)
    }

    subscript(x: Int, y: Int) -> UInt8 { pixels[y * width + x] }

    /// Dark becomes light.
    var inverted: LumaImage {
        LumaImage(width: width, pixels: pixels.map { 255 - $0 })
    }
}
