/// An MP3's length, summed over its frames, so that it is right for a variable bit rate too
/// (ISO/IEC 11172-3 §2.4.1.3, ISO/IEC 13818-3 §2.4.2.3; ID3v2.4 §3.1, §3.4; ID3v1).
struct MP3Facts {
    let duration: Duration

    private static let sampleRates = [44_100, 48_000, 32_000]
    private static let bitRates1 = [
        0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
    ]
    private static let bitRates2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]

    /// Nil when neither a tag nor a frame stands at the beginning.
    init?(_ file: ByteReader) throws(MediaFault) {
        var reader = file
        let hasTag = reader.starts(with: Array("ID3".utf8))
        if hasTag { try Self.skipTag(&reader) }
        guard let first = Frame(reader) else {
            if hasTag { throw .broken }
            return nil
        }
        var frames = 0
        var microseconds = 0
        while reader.left > 0 {
            // ID3v1, Lyrics3 and APE tags end a file.
            if ["TAG", "LYRICSBEGIN", "APETAGEX"].contains(where: {
                reader.starts(with: Array($0.utf8))
            }) {
                break
            }
            guard let frame = Frame(reader), frame.isLike(first) else {
                guard frames > 1 else { throw hasTag ? .broken : .unknownFormat }
                // Padding, or the header of a frame that was cut off.
                if reader.left < 4 || Self.isZero(reader) { break }
                throw .broken
            }
            // A last frame that is cut short is played as far as it goes.
            let length = min(frame.length, reader.left)
            if frames > 0 || !Self.isIndex(reader, frame) { microseconds += frame.microseconds }
            frames += 1
            try reader.skip(length)
        }
        // Two bytes look like a frame in any file; a second frame in its place does not.
        guard frames > 1 else {
            if hasTag { throw .broken }
            return nil
        }
        duration = .microseconds(microseconds)
    }

    /// A tag's length is written in four bytes of seven bits.
    private static func skipTag(_ reader: inout ByteReader) throws(MediaFault) {
        try reader.skip(5)
        let flags = try reader.byte()
        var length = 0
        for _ in 0..<4 {
            let byte = try reader.byte()
            guard byte < 0x80 else { throw .broken }
            length = length << 7 | Int(byte)
        }
        try reader.skip(length + (flags & 0x10 != 0 ? 10 : 0))
    }

    /// The first frame of many files holds no sound but a table for seeking.
    private static func isIndex(_ reader: ByteReader, _ frame: Frame) -> Bool {
        var copy = reader
        guard let content = try? copy.part(min(frame.length, reader.left)) else { return false }
        return ["Xing", "Info", "VBRI"].contains { content.contains(Array($0.utf8)) }
    }

    private static func isZero(_ reader: ByteReader) -> Bool {
        var rest = reader
        while rest.left > 0 { if (try? rest.byte()) != 0 { return false } }
        return true
    }

    /// The header of one frame of layer III.
    private struct Frame {
        let version: Int
        let sampleRate: Int
        /// Bytes, the header included.
        let length: Int
        let samples: Int

        var microseconds: Int { samples * 1_000_000 / sampleRate }

        func isLike(_ other: Frame) -> Bool {
            version == other.version && sampleRate == other.sampleRate
        }

        init?(_ reader: ByteReader) {
            var copy = reader
            guard let header = try? copy.number(bytes: 4), header >> 21 == 0x7FF else { return nil }
            // 3 is MPEG-1, 2 is MPEG-2, 0 is MPEG-2.5; layer III is 1.
            version = Int(header >> 19 & 3)
            let rate = Int(header >> 12 & 15)
            let frequency = Int(header >> 10 & 3)
            guard version != 1, header >> 17 & 3 == 1, (1...14).contains(rate), frequency < 3 else {
                return nil
            }
            let isFirst = version == 3
            sampleRate = MP3Facts.sampleRates[frequency] >> (isFirst ? 0 : version == 2 ? 1 : 2)
            samples = isFirst ? 1152 : 576
            let bitRate = (isFirst ? MP3Facts.bitRates1 : MP3Facts.bitRates2)[rate] * 1000
            length = samples / 8 * bitRate / sampleRate + Int(header >> 9 & 1)
        }
    }
}
