/// A JPEG's size (ITU-T T.81, annex B).
struct JPEGFacts {
    let size: MediaFile.Size

    init(_ file: ByteReader) throws(MediaFault) {
        var reader = file
        try reader.skip(2)
        var size: MediaFile.Size?
        while true {
            guard try reader.byte() == 0xFF else { throw .broken }
            var marker = try reader.byte()
            // Fill bytes may stand before a marker (B.1.1.2).
            while marker == 0xFF { marker = try reader.byte() }
            switch marker {
            case 0x01, 0xD0...0xD7: continue
            case 0x00, 0xD8, 0xD9: throw .broken
            default: break
            }
            let length = Int(try reader.number(bytes: 2))
            guard length >= 2 else { throw .broken }
            var segment = try reader.part(length - 2)
            switch marker {
            // Frame headers of every process but DHT, JPG and DAC, which share their numbers.
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                try segment.skip(1)
                let height = try segment.number(bytes: 2)
                size = try MediaFile.Size(checked: segment.number(bytes: 2), height)
            case 0xDA:
                guard let size, reader.contains([0xFF, 0xD9]) else { throw .broken }
                self.size = size
                return
            default: break
            }
        }
    }
}
