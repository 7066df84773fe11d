/// A GIF's size, and whether it moves (CompuServe GIF89a, §18–§27).
struct GIFFacts {
    let size: MediaFile.Size
    let isAnimated: Bool

    init(_ file: ByteReader) throws(MediaFault) {
        var reader = file
        guard ["GIF87a", "GIF89a"].contains(try reader.text(bytes: 6)) else {
            throw .unknownFormat
        }
        let width = try reader.littleEndian16()
        size = try MediaFile.Size(checked: UInt64(width), UInt64(reader.littleEndian16()))
        let flags = try reader.byte()
        try reader.skip(2)
        try reader.skipColourTable(flags)
        var pictures = 0
        while true {
            switch try reader.byte() {
            case 0x21:
                try reader.skip(1)
                try reader.skipBlocks()
            case 0x2C:
                pictures += 1
                try reader.skip(8)
                let flags = try reader.byte()
                try reader.skipColourTable(flags)
                try reader.skip(1)
                try reader.skipBlocks()
            case 0x3B:
                guard pictures > 0 else { throw .broken }
                isAnimated = pictures > 1
                return
            default: throw .broken
            }
        }
    }
}

extension ByteReader {
    /// A table of 2ⁿ⁺¹ colours, when the first of the flags says that there is one.
    fileprivate mutating func skipColourTable(_ flags: UInt8) throws(MediaFault) {
        if flags & 0x80 != 0 { try skip(3 << Int(flags & 7 + 1)) }
    }

    /// Data sub-blocks, the empty one that ends them included.
    fileprivate mutating func skipBlocks() throws(MediaFault) {
        while true {
            let length = Int(try byte())
            if length == 0 { return }
            try skip(length)
        }
    }
}
