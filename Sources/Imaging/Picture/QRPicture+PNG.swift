import QR

extension QRPicture {
    /// The picture as a PNG file: one bit a pixel for two colours, else a palette. Print sizes carry
    /// their resolution (pHYs).
    ///
    /// - Throws: `DrawingError` when there is no such picture.
    public func png(deflatedBy deflater: Deflater = .repeatedRows) throws(DrawingError) -> [UInt8] {
        design.isTwoColored ? try twoColoredPNG(deflater) : try styledPNG()
    }

    /// What compresses a picture of two colours; all others are zlib's.
    public enum Deflater: Sendable {
        /// Ours, made for rows that repeat.
        case repeatedRows
        /// The same rows through zlib, to be measured beside it.
        case zlib
    }

    private func twoColoredPNG(_ deflater: Deflater) throws(DrawingError) -> [UInt8] {
        let layout = try layout()
        var image = RepeatedRows(width: layout.edge)
        image.append(RepeatedRows.light(layout.edge), times: layout.margin)
        for row in 0..<symbol.side {
            image.append(bits(ofRow: row, layout), times: layout.module)
        }
        let drawn = layout.margin + symbol.side * layout.module
        image.append(RepeatedRows.light(layout.edge), times: layout.edge - drawn)
        // In grey, 0 is black and 1 white.
        let palette = design.isPlain ? nil : [design.foreground, design.background]
        let stream =
            switch deflater {
            case .repeatedRows: RepeatedRowsStream.compressed(image)
            case .zlib: Self.zlib(image)
            }
        return file(edge: layout.edge, depth: 1, palette, stream)
    }

    private static func zlib(_ image: RepeatedRows) -> [UInt8] {
        let stream = ZlibRows(.runs)
        for row in image.rows { stream.append(row.bits, times: row.times) }
        return stream.finish()
    }

    private func styledPNG() throws(DrawingError) -> [UInt8] {
        let rows = try StyledRows(self)
        let depth = rows.inks.depth
        let stream = ZlibRows(.standard)
        for y in 0..<rows.edge { stream.append(Self.packed(rows.row(y), depth: depth)) }
        return file(edge: rows.edge, depth: depth, rows.inks.colors, stream.finish())
    }

    private func file(edge: Int, depth: Int, _ palette: [RGB]?, _ stream: [UInt8]) -> [UInt8] {
        var file = PNGFile()
        file.appendHeader(
            width: edge, height: edge, depth: UInt8(depth),
            color: palette == nil ? .gray : .palette)
        if case .print = size { file.appendResolution(dotsPerInch: Self.dotsPerInch) }
        if let palette { file.append("PLTE", palette.flatMap { [$0.red, $0.green, $0.blue] }) }
        file.append("IDAT", stream)
        file.append("IEND", [])
        return file.bytes
    }

    /// Several samples to a byte, the first highest.
    private static func packed(_ samples: [UInt8], depth: Int) -> [UInt8] {
        guard depth < 8 else { return samples }
        let each = 8 / depth
        return stride(from: 0, to: samples.count, by: each).map { start in
            let end = min(start + each, samples.count)
            let packed = samples[start..<end].reduce(UInt8(0)) { $0 << UInt8(depth) | $1 }
            return packed << UInt8((each - (end - start)) * depth)
        }
    }

    /// A row of pixels, eight to a byte, 1 is light.
    private func bits(ofRow row: Int, _ layout: Layout) -> [UInt8] {
        var bits = RepeatedRows.light(layout.edge)
        var column = 0
        while column < symbol.side {
            let start = column
            while column < symbol.side, symbol[row: row, column: column] { column += 1 }
            if column > start {
                let first = layout.margin + start * layout.module
                RepeatedRows.darken(&bits, first..<layout.margin + column * layout.module)
            } else {
                column += 1
            }
        }
        return bits
    }
}

/// An image of which many rows equal the row before.
struct RepeatedRows {
    let width: Int
    private(set) var rows: [(bits: [UInt8], times: Int)] = []

    init(width: Int) { self.width = width }

    var height: Int { rows.reduce(0) { $0 + $1.times } }

    mutating func append(_ bits: [UInt8], times: Int) {
        guard times > 0 else { return }
        if let last = rows.last, last.bits == bits {
            rows[rows.count - 1].times += times
        } else {
            rows.append((bits, times))
        }
    }

    /// A row of light pixels; the bits after the last one are light too.
    static func light(_ width: Int) -> [UInt8] { [UInt8](repeating: 0xFF, count: (width + 7) / 8) }

    static func darken(_ bits: inout [UInt8], _ pixels: Range<Int>) {
        guard !pixels.isEmpty else { return }
        let (first, last) = (pixels.lowerBound / 8, (pixels.upperBound - 1) / 8)
        let head = UInt8(0xFF) >> UInt8(pixels.lowerBound % 8)
        let tail = ~(UInt8(0x7F) >> UInt8((pixels.upperBound - 1) % 8))
        if first == last {
            bits[first] &= ~(head & tail)
        } else {
            bits[first] &= ~head
            for index in first + 1..<last { bits[index] = 0 }
            bits[last] &= ~tail
        }
    }
}
