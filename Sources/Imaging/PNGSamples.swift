/// Turns the samples of a PNG row into brightness.
struct PNGSamples {
    private let header: PNGHeader
    private var palette: [UInt8] = []
    /// Brightness of each palette entry over white.
    private var paletteLuma: [UInt8] = []
    /// The one colour that is transparent, in samples.
    private var transparent: [Int]?

    init(_ header: PNGHeader) { self.header = header }

    mutating func setPalette(_ payload: [UInt8]) throws(LumaImage.PNGError) {
        guard payload.count % 3 == 0, payload.count <= 768 else { throw .damaged }
        palette = payload
        paletteLuma = stride(from: 0, to: payload.count, by: 3).map {
            Self.luma(Int(payload[$0]), Int(payload[$0 + 1]), Int(payload[$0 + 2]), alpha: 255)
        }
    }

    /// tRNS (§11.3.2.1): alphas of palette entries, or one transparent colour.
    mutating func setTransparency(_ payload: [UInt8]) {
        if header.color == .palette {
            for (index, alpha) in payload.enumerated() where index * 3 + 2 < palette.count {
                let color = palette[index * 3...index * 3 + 2].map { Int($0) }
                paletteLuma[index] = Self.luma(color[0], color[1], color[2], alpha: Int(alpha))
            }
        } else if payload.count == 2 * header.color.channels {
            transparent = stride(from: 0, to: payload.count, by: 2).map {
                Int(payload[$0]) << 8 | Int(payload[$0 + 1])
            }
        }
    }

    /// The brightness of a pixel; nil for a palette entry that does not exist.
    ///
    /// - Parameter row: the filter type, then the samples.
    func luma(_ row: [UInt8], _ column: Int) -> UInt8? {
        let first = sample(row, column * header.color.channels)
        switch header.color {
        case .palette: return first < paletteLuma.count ? paletteLuma[first] : nil
        case .gray:
            let level = scaled(first)
            return transparent == [first] ? 255 : UInt8(level)
        case .grayAlpha:
            let alpha = scaled(sample(row, column * 2 + 1))
            return Self.luma(scaled(first), scaled(first), scaled(first), alpha: alpha)
        case .rgb, .rgbAlpha:
            let start = column * header.color.channels
            let (green, blue) = (sample(row, start + 1), sample(row, start + 2))
            if let transparent, transparent == [first, green, blue] { return 255 }
            let alpha = header.color == .rgbAlpha ? scaled(sample(row, start + 3)) : 255
            return Self.luma(scaled(first), scaled(green), scaled(blue), alpha: alpha)
        }
    }

    private func sample(_ row: [UInt8], _ index: Int) -> Int {
        switch header.depth {
        case 16: return Int(row[1 + 2 * index]) << 8 | Int(row[2 + 2 * index])
        case 8: return Int(row[1 + index])
        default:
            let bit = index * header.depth
            let shift = 8 - header.depth - bit % 8
            return Int(row[1 + bit / 8]) >> shift & ((1 << header.depth) - 1)
        }
    }

    /// To 0…255.
    private func scaled(_ sample: Int) -> Int {
        header.depth == 16 ? sample >> 8 : sample * 255 / ((1 << header.depth) - 1)
    }

    /// Rec. 601 weights, over white.
    private static func luma(_ red: Int, _ green: Int, _ blue: Int, alpha: Int) -> UInt8 {
        let luma = (299 * red + 587 * green + 114 * blue + 500) / 1000
        return UInt8((luma * alpha + 255 * (255 - alpha)) / 255)
    }
}
