import CZlib

/// The chunks of a PNG file being written (PNG, second edition, §5).
struct PNGFile {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    private(set) var bytes = PNGFile.signature

    /// The colour types of §11.2.2 that are written.
    enum Color: UInt8 {
        case gray = 0
        case palette = 3
    }

    mutating func appendHeader(width: Int, height: Int, depth: UInt8, color: Color) {
        let noInterlace: [UInt8] = [0, 0, 0]
        append(
            "IHDR", Self.word(width) + Self.word(height) + [depth, color.rawValue] + noInterlace)
    }

    /// The size of a pixel on paper (pHYs, §11.3.5.3).
    mutating func appendResolution(dotsPerInch: Int) {
        let perMetre = Self.word((dotsPerInch * 10_000 + 127) / 254)
        append("pHYs", perMetre + perMetre + [1])
    }

    mutating func append(_ type: StaticString, _ payload: [UInt8]) {
        bytes.reserveCapacity(bytes.count + payload.count + 12)
        bytes += Self.word(payload.count)
        let start = bytes.count
        type.withUTF8Buffer { bytes += $0 }
        bytes += payload
        let checksum = bytes.withUnsafeBufferPointer { all in
            let chunk = UnsafeBufferPointer(rebasing: all[start...])
            return crc32(0, chunk.baseAddress, UInt32(chunk.count))
        }
        bytes += Self.word(Int(checksum))
    }

    private static func word(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }
}
