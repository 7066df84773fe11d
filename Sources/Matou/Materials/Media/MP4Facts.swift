/// An MP4's length and picture size (ISO/IEC 14496-12, §4.2, §4.3, §8.2, §8.3, §8.4).
struct MP4Facts {
    private(set) var size: MediaFile.Size?
    private(set) var duration: Duration?
    private var hasMovie = false
    private var hasVideo = false
    private var hasData = false

    /// QuickTime and 3GPP files have boxes as well, and are no MP4.
    private static let brands: Set<String> = [
        "isom", "iso2", "iso3", "iso4", "iso5", "iso6", "iso7", "iso8", "iso9", "mp41", "mp42",
        "mp71", "avc1", "M4V ", "M4VH", "M4VP", "MSNV", "dash", "f4v ",
    ]
    /// Boxes that hold boxes: movie, track, media, media information.
    private static let containers: Set<String> = ["moov", "trak", "mdia"]
    private static let depthMax = 4
    private static let boxesMax = 10_000

    private var boxes = 0

    /// Nil when the file does not begin as one of these files does.
    init?(_ file: ByteReader) throws(MediaFault) {
        var head = file
        guard file.left >= 16 else { return nil }
        try head.skip(4)
        guard try head.text(bytes: 4) == "ftyp" else { return nil }
        try walk(file, depth: 0)
        guard hasMovie, hasVideo, hasData else { throw .broken }
    }

    /// Every box must end where the one that holds it ends, or before.
    private mutating func walk(_ holder: ByteReader, depth: Int) throws(MediaFault) {
        guard depth < Self.depthMax else { throw .broken }
        var reader = holder
        while reader.left > 0 {
            boxes += 1
            guard boxes <= Self.boxesMax else { throw .broken }
            var length = try reader.number(bytes: 4)
            let type = try reader.text(bytes: 4)
            var headLength: UInt64 = 8
            if length == 1 {
                length = try reader.number(bytes: 8)
                headLength = 16
            } else if length == 0 {
                // To the end of the file, which only the last box of all may say.
                guard depth == 0 else { throw .broken }
                length = headLength + UInt64(reader.left)
            }
            guard length >= headLength, length - headLength <= UInt64(reader.left) else {
                throw .broken
            }
            try take(type, try reader.part(Int(length - headLength)), depth: depth)
        }
    }

    private mutating func take(
        _ type: String, _ content: ByteReader, depth: Int
    ) throws(MediaFault) {
        if Self.containers.contains(type) { try walk(content, depth: depth + 1) }
        switch type {
        case "ftyp": try takeBrands(content)
        case "moov": hasMovie = duration != nil
        case "mvhd": try takeLength(content)
        case "tkhd": try takeSize(content)
        case "hdlr": try takeHandler(content)
        case "mdat": hasData = true
        default: break
        }
    }

    private func takeBrands(_ content: ByteReader) throws(MediaFault) {
        var reader = content
        var isKnown = Self.brands.contains(try reader.text(bytes: 4))
        try reader.skip(4)
        while reader.left >= 4 {
            if Self.brands.contains(try reader.text(bytes: 4)) { isKnown = true }
        }
        guard isKnown else { throw .unknownFormat }
    }

    private mutating func takeLength(_ content: ByteReader) throws(MediaFault) {
        var reader = content
        let isLong = try reader.byte() == 1
        try reader.skip(3 + (isLong ? 16 : 8))
        let scale = try reader.number(bytes: 4)
        let units = try reader.number(bytes: isLong ? 8 : 4)
        guard scale > 0 else { throw .broken }
        let (milliseconds, overflows) = units.multipliedReportingOverflow(by: 1000)
        guard !overflows, milliseconds / scale < UInt64(Int64.max) else { throw .broken }
        duration = .milliseconds(Int64(milliseconds / scale))
    }

    /// Width and height end the track's header, in 16.16 fixed point; a sound track has none.
    private mutating func takeSize(_ content: ByteReader) throws(MediaFault) {
        var reader = content
        guard reader.left >= 84 else { throw .broken }
        try reader.skip(reader.left - 8)
        let width = try reader.number(bytes: 4) >> 16
        let height = try reader.number(bytes: 4) >> 16
        if width > 0, height > 0 { size = try MediaFile.Size(checked: width, height) }
    }

    private mutating func takeHandler(_ content: ByteReader) throws(MediaFault) {
        var reader = content
        try reader.skip(8)
        if try reader.text(bytes: 4) == "vide" { hasVideo = true }
    }
}
