import CZlib

/// The chunks of a PNG file, checked (PNG, second edition, §5.3).
struct PNGChunks {
    private let bytes: [UInt8]
    private var offset = PNGFile.signature.count

    init(_ bytes: [UInt8]) throws(LumaImage.PNGError) {
        guard bytes.starts(with: PNGFile.signature) else { throw .notPNG }
        self.bytes = bytes
    }

    struct Chunk {
        let type: String
        let payload: ArraySlice<UInt8>
        var isCritical: Bool { type.utf8.first.map { $0 & 0x20 == 0 } ?? true }
    }

    /// Nil at the end of the file.
    mutating func next() throws(LumaImage.PNGError) -> Chunk? {
        guard offset < bytes.count else { return nil }
        guard bytes.count - offset >= 12 else { throw .damaged }
        let length = word(at: offset)
        guard length <= bytes.count - offset - 12 else { throw .damaged }
        let typed = offset + 4..<offset + 8 + length
        let checksum = bytes.withUnsafeBufferPointer { all in
            let chunk = UnsafeBufferPointer(rebasing: all[typed])
            return crc32(0, chunk.baseAddress, UInt32(chunk.count))
        }
        guard Int(checksum) == word(at: typed.upperBound) else { throw .damaged }
        offset = typed.upperBound + 4
        return Chunk(
            type: String(decoding: bytes[typed.prefix(4)], as: UTF8.self),
            payload: bytes[typed.dropFirst(4)])
    }

    private func word(at index: Int) -> Int {
        bytes[index..<index + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}

/// IHDR (§11.2.2).
struct PNGHeader {
    let width: Int
    let height: Int
    let depth: Int
    let color: PNGFile.Color
    let isInterlaced: Bool

    init(_ payload: ArraySlice<UInt8>) throws(LumaImage.PNGError) {
        let bytes = Array(payload)
        guard bytes.count == 13, let color = PNGFile.Color(rawValue: bytes[9]), bytes[10] == 0,
            bytes[11] == 0, bytes[12] <= 1
        else { throw .damaged }
        width = bytes[0..<4].reduce(0) { $0 << 8 | Int($1) }
        height = bytes[4..<8].reduce(0) { $0 << 8 | Int($1) }
        depth = Int(bytes[8])
        isInterlaced = bytes[12] == 1
        self.color = color
        guard color.depths.contains(depth), width > 0, height > 0 else { throw .damaged }
        guard width <= LumaImage.edgeMax, height <= LumaImage.edgeMax,
            width * height <= LumaImage.pixelsMax
        else { throw .tooLarge }
    }

    /// The bytes between a byte and the one it is filtered against.
    var filterDistance: Int { max(1, color.channels * depth / 8) }

    func rowBytes(width: Int) -> Int { (width * color.channels * depth + 7) / 8 }
}

extension PNGFile.Color {
    var channels: Int {
        switch self {
        case .gray, .palette: 1
        case .grayAlpha: 2
        case .rgb: 3
        case .rgbAlpha: 4
        }
    }

    /// The legal bits of a sample.
    var depths: [Int] {
        switch self {
        case .gray: [1, 2, 4, 8, 16]
        case .palette: [1, 2, 4, 8]
        case .rgb, .grayAlpha, .rgbAlpha: [8, 16]
        }
    }
}
