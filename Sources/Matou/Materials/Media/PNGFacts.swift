/// A PNG's size, and whether it moves (W3C PNG, third edition, §5, §11.2.1, §11.3.6.1).
struct PNGFacts {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    let size: MediaFile.Size
    private(set) var isAnimated = false

    init(_ file: ByteReader) throws(MediaFault) {
        var reader = file
        try reader.skip(Self.signature.count)
        guard try reader.number(bytes: 4) == 13, try reader.text(bytes: 4) == "IHDR" else {
            throw .broken
        }
        size = try MediaFile.Size(
            checked: reader.number(bytes: 4), reader.number(bytes: 4))
        try reader.skip(5 + 4)
        var hasData = false
        while true {
            let length = try reader.number(bytes: 4)
            let type = try reader.text(bytes: 4)
            guard length <= UInt64(Int32.max) else { throw .broken }
            var chunk = try reader.part(Int(length))
            try reader.skip(4)
            switch type {
            case "acTL": isAnimated = try chunk.number(bytes: 4) > 1
            case "IDAT": hasData = true
            case "IEND":
                guard hasData else { throw .broken }
                return
            default: break
            }
        }
    }
}

extension MediaFile.Size {
    /// A picture has a pixel, and no reader takes more than 2³¹.
    init(checked width: UInt64, _ height: UInt64) throws(MediaFault) {
        let range: ClosedRange<UInt64> = 1...UInt64(Int32.max)
        guard range.contains(width), range.contains(height) else { throw .broken }
        self.init(width: Int(width), height: Int(height))
    }
}
