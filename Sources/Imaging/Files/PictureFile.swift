import CPictureRows

/// Why bytes are no picture that can be used.
public enum PictureFileError: Error, Equatable {
    case notPNGOrJPEG
    /// The file ends early, or contradicts its standard or its checksums.
    case damaged
    case tooManyBytes(max: Int)
    /// A larger area, a longer edge or more memory than the limits allow.
    case tooManyPixels(max: Int, edge: Int)
}

/// A PNG or JPEG file, decoded row by row: libpng and libjpeg-turbo hold a few rows, the coefficients
/// of a progressive JPEG within a bound, and nothing else of the picture.
struct PictureFile {
    let width: Int
    let height: Int

    struct Limits {
        let fileBytes: Int
        /// Pixels of an edge, and of the whole.
        let edge: Int
        let pixels: Int
        /// JPEG is decoded at a half, quarter or eighth while its longer edge stays at least this.
        var shrinkTo = 0
    }

    /// Where a row's pixels go: every `step`-th column from `x` on.
    struct Span {
        let x: Int
        let y: Int
        let step: Int
    }

    /// Coefficients of a progressive JPEG of 24 million pixels, or 50 million with a phone's subsampling.
    private static let memoryMax = 160 << 20

    /// Decodes a whole file.
    ///
    /// - Parameters:
    ///   - begin: told of the size before any pixel.
    ///   - draw: told of each row: RGBA, four bytes a pixel, alpha not multiplied in. The rows of an
    ///     interlaced picture come pass by pass; every pixel comes once.
    static func decode(
        _ bytes: [UInt8], _ limits: Limits, begin: (PictureFile) -> Void,
        draw: (Span, UnsafeBufferPointer<UInt8>) -> Void
    ) throws(PictureFileError) {
        guard bytes.count <= limits.fileBytes else { throw .tooManyBytes(max: limits.fileBytes) }
        // One result out of the closure: typed errors do not pass through it.
        let status = bytes.withUnsafeBufferPointer { bytes in
            decode(bytes, limits, begin: begin, draw: draw)
        }
        switch status {
        case picture_end: return
        case picture_unknown_format: throw .notPNGOrJPEG
        case picture_too_large, picture_no_memory:
            throw .tooManyPixels(max: limits.pixels, edge: limits.edge)
        default: throw .damaged
        }
    }

    private static func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, _ limits: Limits, begin: (PictureFile) -> Void,
        draw: (Span, UnsafeBufferPointer<UInt8>) -> Void
    ) -> picture_status {
        let bounds = picture_limits(
            edge_max: UInt32(limits.edge), pixels_max: UInt64(limits.pixels),
            memory_max: UInt64(memoryMax), shrink_to: UInt32(limits.shrinkTo))
        var rows: OpaquePointer?
        var (width, height): (UInt32, UInt32) = (0, 0)
        var status = picture_rows_open(
            bytes.baseAddress, bytes.count, bounds, &rows, &width, &height)
        guard status == picture_ok else { return status }
        defer { picture_rows_close(rows) }
        begin(PictureFile(width: Int(width), height: Int(height)))
        let row = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Int(width) * 4)
        defer { row.deallocate() }
        while true {
            var span = picture_span()
            status = picture_rows_next(rows, row.baseAddress, &span)
            guard status == picture_ok else { return status }
            draw(
                Span(x: Int(span.x), y: Int(span.y), step: Int(span.step)),
                UnsafeBufferPointer(rebasing: row[..<(Int(span.count) * 4)]))
        }
    }
}

extension PictureFileError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notPNGOrJPEG: "this is neither a PNG nor a JPEG picture"
        case .damaged: "the picture is damaged or incomplete"
        case .tooManyBytes(let max): "the file is too large: at most \(max >> 20) MB"
        case .tooManyPixels(let max, let edge):
            """
            the picture has too many pixels: at most \(max / 1_000_000) million, \(edge) along an \
            edge, and fewer in a progressive JPEG
            """
        }
    }
}
