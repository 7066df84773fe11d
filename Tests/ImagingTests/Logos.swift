import Imaging

/// Pictures for logos, drawn here.
enum Logos {
    /// A green disc on a transparent ground.
    static let drop = made { x, y in
        let distance = (x - 32) * (x - 32) + (y - 32) * (y - 32)
        return distance <= 30 * 30 ? (0, 120, 60, 255) : (0, 0, 0, 0)
    }

    /// What a scanner likes least: black and white, half and half.
    static let noise = made { x, y in
        (x / 4 * 7 + y / 4 * 13) % 5 < 3 ? (0, 0, 0, 255) : (255, 255, 255, 255)
    }

    private static func made(_ color: (Int, Int) -> (UInt8, UInt8, UInt8, UInt8)) -> Logo {
        do { return try Logo(file: png(color)) } catch { preconditionFailure("\(error)") }
    }

    /// An RGBA file of 64 by 64 pixels, stored without compression.
    static func png(
        width: Int = 64, height: Int = 64, _ color: (Int, Int) -> (UInt8, UInt8, UInt8, UInt8)
    ) -> [UInt8] {
        var rows: [UInt8] = []
        for y in 0..<height {
            rows.append(0)
            for x in 0..<width {
                let (red, green, blue, alpha) = color(x, y)
                rows += [red, green, blue, alpha]
            }
        }
        let header = word(width) + word(height) + [8, 6, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
            + chunk("IDAT", stored(rows)) + chunk("IEND", [])
    }

    /// RFC 1950 around RFC 1951 §3.2.4.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: bytes.count, by: 65_535) {
            let block = bytes[start..<min(start + 65_535, bytes.count)]
            let isLast: UInt8 = block.endIndex == bytes.count ? 1 : 0
            let (low, high) = (UInt8(block.count & 255), UInt8(block.count >> 8))
            stream += [isLast, low, high, ~low, ~high] + block
        }
        var (a, b) = (1, 0)
        for byte in bytes {
            a = (a + Int(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return stream + word(b << 16 | a)
    }

    static func chunk(_ type: String, _ payload: [UInt8]) -> [UInt8] {
        let typed = Array(type.utf8) + payload
        var check: UInt32 = .max
        for byte in typed {
            check ^= UInt32(byte)
            for _ in 0..<8 { check = check >> 1 ^ (check & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return word(payload.count) + typed + word(Int(~check))
    }

    static func word(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }
}
