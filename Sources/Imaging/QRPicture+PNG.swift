import QR

extension QRPicture {
    /// The picture as a PNG file of one bit a pixel; print sizes carry their resolution (pHYs).
    ///
    /// - Throws: `DrawingError` when there is no such picture.
    public func png() throws(DrawingError) -> [UInt8] {
        let layout = try layout()
        var image = RepeatedRows(width: layout.edge)
        image.append(RepeatedRows.light(layout.edge), times: layout.margin)
        for row in 0..<symbol.side {
            image.append(bits(ofRow: row, layout), times: layout.module)
        }
        let drawn = layout.margin + symbol.side * layout.module
        image.append(RepeatedRows.light(layout.edge), times: layout.edge - drawn)

        var file = PNGFile()
        file.appendHeader(width: layout.edge, height: layout.edge, depth: 1, color: .gray)
        if case .print = size { file.appendResolution(dotsPerInch: Self.dotsPerInch) }
        file.append("IDAT", ZlibStream.compressed(image))
        file.append("IEND", [])
        return file.bytes
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
