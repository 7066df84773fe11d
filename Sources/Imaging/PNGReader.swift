extension LumaImage {
    /// Why bytes are no picture that can be read.
    public enum PNGError: Error, Equatable {
        case notPNG
        /// The file ends early, or a chunk contradicts the standard or its checksum.
        case damaged
        /// The file, an edge or the area is past the limit.
        case tooLarge
    }

    /// More than any picture within `pixelsMax` needs in practice.
    static let fileBytesMax = 64 << 20

    /// Decodes a PNG file of any colour type, depth and interlace within bounded memory: the file's
    /// image data, a byte for each pixel, and two rows.
    public init(png bytes: [UInt8]) throws(PNGError) {
        guard bytes.count <= Self.fileBytesMax else { throw .tooLarge }
        var chunks = try PNGChunks(bytes)
        guard let first = try chunks.next(), first.type == "IHDR" else { throw .damaged }
        let header = try PNGHeader(first.payload)
        var samples = PNGSamples(header)
        var compressed: [UInt8] = []
        var isComplete = false
        while !isComplete, let chunk = try chunks.next() {
            switch chunk.type {
            case "PLTE": try samples.setPalette(Array(chunk.payload))
            case "tRNS": samples.setTransparency(Array(chunk.payload))
            case "IDAT": compressed += chunk.payload
            case "IEND": isComplete = true
            default:
                // A capital first letter marks a chunk that may not be ignored.
                if chunk.isCritical { throw .damaged }
            }
        }
        guard isComplete, let stream = InflateStream(compressed) else { throw .damaged }
        self.init(width: header.width, height: header.height)
        for pass in PNGPass.all(of: header) {
            try read(pass, of: header, from: stream, samples)
        }
    }

    private mutating func read(
        _ pass: PNGPass, of header: PNGHeader, from stream: InflateStream, _ samples: PNGSamples
    ) throws(PNGError) {
        let rowBytes = header.rowBytes(width: pass.width)
        var row = [UInt8](repeating: 0, count: rowBytes + 1)
        var previous = row
        for index in 0..<pass.height {
            guard stream.read(into: &row),
                PNGFilter.undo(&row, previous: previous, distance: header.filterDistance)
            else { throw .damaged }
            let y = pass.top + index * pass.rowStep
            for column in 0..<pass.width {
                guard let luma = samples.luma(row, column) else { throw .damaged }
                self[pass.left + column * pass.columnStep, y] = luma
            }
            swap(&row, &previous)
        }
    }
}
