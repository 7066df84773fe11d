import QR

/// A picture for the middle of a code, in its normal form: at most 512 pixels long and 256 colours,
/// with transparency.
public struct Logo: Sendable, Hashable {
    public let width: Int
    public let height: Int
    let palette: [RGBA]
    /// An index into the palette for each pixel, row by row.
    let pixels: [UInt8]

    /// Bytes of a file.
    public static let fileBytesMax = 10 << 20
    /// Pixels of a file's picture: what a phone's camera has, and it is decoded row by row; more is a
    /// mistake or an attack.
    public static let filePixelsMax = 65_000_000
    static let edgeMax = 512
    private static let limits = PictureFile.Limits(
        fileBytes: fileBytesMax, edge: 20_000, pixels: filePixelsMax, shrinkTo: edgeMax)

    /// Decodes a PNG or JPEG file, which is told by its first bytes, and makes it small.
    public init(file bytes: [UInt8]) throws(PictureFileError) {
        var reduction = Reduction(width: 1, height: 1)
        try PictureFile.decode(bytes, Self.limits) { file in
            reduction = Reduction(width: file.width, height: file.height)
        } draw: { span, row in
            reduction.add(row, at: span)
        }
        (width, height) = (reduction.width, reduction.height)
        let table = ColorTable(reduction.pixels, max: 256)
        (palette, pixels) = (table.colors, table.indices)
    }

    /// Whether it is a QR code itself, which a phone would read in place of the code around it.
    public var holdsCode: Bool {
        let pixels = drawn(width: width, height: height, over: .white).map {
            LumaImage.luma($0.red, $0.green, $0.blue)
        }
        return (try? QRReading(LumaImage(width: width, pixels: pixels))) != nil
    }

    /// The normal form as a file: a PNG with a palette.
    public func png() -> [UInt8] {
        var file = PNGFile()
        file.appendHeader(width: width, height: height, depth: 8, color: .palette)
        file.append("PLTE", palette.flatMap { [$0.red, $0.green, $0.blue] })
        if palette.contains(where: { $0.alpha < 255 }) {
            file.append("tRNS", palette.map(\.alpha))
        }
        let rows = ZlibRows(.standard)
        for y in 0..<height { rows.append(Array(pixels[y * width..<(y + 1) * width])) }
        file.append("IDAT", rows.finish())
        file.append("IEND", [])
        return file.bytes
    }

    /// The logo on a ground, at another size: each pixel is the mean of what it covers.
    func drawn(width newWidth: Int, height newHeight: Int, over ground: RGB) -> [RGBA] {
        let solid = palette.map { $0.over(ground) }
        let (columns, rows) = (
            Coverage.all(from: width, to: newWidth), Coverage.all(from: height, to: newHeight)
        )
        var result: [RGBA] = []
        result.reserveCapacity(newWidth * newHeight)
        for row in rows {
            for column in columns {
                var sum = SIMD4<Float>.zero
                for (y, share) in zip(row.range, row.shares) {
                    for (x, part) in zip(column.range, column.shares) {
                        sum += solid[Int(pixels[y * width + x])] * (share * part)
                    }
                }
                result.append(RGBA(sum))
            }
        }
        return result
    }
}

/// The source pixels that a target pixel covers, and how much of it each of them is.
private struct Coverage {
    let range: Range<Int>
    let shares: [Float]

    static func all(from source: Int, to target: Int) -> [Coverage] {
        let scale = Double(source) / Double(target)
        return (0..<target).map { index in
            let (start, end) = (Double(index) * scale, Double(index + 1) * scale)
            let range = Int(start)..<min(source, max(Int(start) + 1, Int(end.rounded(.up))))
            let shares = range.map { pixel in
                Float(min(end, Double(pixel + 1)) - max(start, Double(pixel))) / Float(scale)
            }
            return Coverage(range: range, shares: shares)
        }
    }
}

/// Makes a picture smaller by a whole factor while its rows arrive, in whatever order.
private struct Reduction {
    private let factor: Int
    let width: Int
    let height: Int
    /// Sums of red, green and blue times alpha, of alpha, and the number of pixels, for each target.
    private var sums: [SIMD4<UInt64>]
    private var counts: [UInt32]

    init(width: Int, height: Int) {
        factor = (max(width, height) + Logo.edgeMax - 1) / Logo.edgeMax
        self.width = (width + factor - 1) / factor
        self.height = (height + factor - 1) / factor
        sums = Array(repeating: .zero, count: self.width * self.height)
        counts = Array(repeating: 0, count: sums.count)
    }

    mutating func add(_ row: UnsafeBufferPointer<UInt8>, at span: PictureFile.Span) {
        let line = span.y / factor * width
        var x = span.x
        for source in stride(from: 0, to: row.count, by: 4) {
            let alpha = UInt64(row[source + 3])
            let target = line + x / factor
            sums[target] &+= SIMD4(
                UInt64(row[source]) * alpha, UInt64(row[source + 1]) * alpha,
                UInt64(row[source + 2]) * alpha, alpha)
            counts[target] += 1
            x += span.step
        }
    }

    var pixels: [RGBA] {
        zip(sums, counts).map { sum, count in
            let alpha = sum[3]
            guard alpha > 0 else { return RGBA(255, 255, 255, 0) }
            func part(_ index: Int) -> UInt8 { UInt8((sum[index] + alpha / 2) / alpha) }
            return RGBA(part(0), part(1), part(2), UInt8(alpha / UInt64(max(count, 1))))
        }
    }
}
