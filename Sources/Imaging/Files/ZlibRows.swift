import CZlib

/// A zlib stream of the rows of a PNG image, by zlib. A row that repeats the one before is filtered to
/// zeros.
///
/// A class, because zlib's state points back at its stream, which therefore must not move.
final class ZlibRows {
    private let stream: UnsafeMutablePointer<z_stream>
    private var output: [UInt8] = []
    private var previous: [UInt8] = []
    /// Filtered rows that zlib has not been given: calling it for each would cost as much as its work.
    private var waiting: [UInt8] = []
    private static let waitingMax = 1 << 16
    private var piece = [UInt8](repeating: 0, count: 1 << 14)

    /// What zlib is asked for.
    enum Effort {
        /// Runs of equal bytes only, which repeated rows are once they are filtered.
        case runs
        /// zlib's own balance.
        case standard
    }

    private static let filterNone: UInt8 = 0
    private static let filterUp: UInt8 = 2

    init(_ effort: Effort) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // Runs need neither a large window nor large tables, whose making would be felt.
        let (level, windowBits, memory, strategy): (Int32, Int32, Int32, Int32) =
            effort == .runs ? (1, 13, 5, Z_RLE) : (6, 15, 8, Z_DEFAULT_STRATEGY)
        let status = deflateInit2_(
            stream, level, Z_DEFLATED, windowBits, memory, strategy, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory for its quarter of a megabyte")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Appends a row several times; rows are all of one length.
    func append(_ row: [UInt8], times: Int = 1) {
        var repeats = times
        if row != previous {
            waiting.append(Self.filterNone)
            waiting += row
            previous = row
            repeats -= 1
        }
        for _ in 0..<repeats {
            waiting.append(Self.filterUp)
            waiting.append(contentsOf: repeatElement(0, count: row.count))
        }
        if waiting.count > Self.waitingMax { write(Z_NO_FLUSH) }
    }

    /// The stream's bytes; no row can follow.
    func finish() -> [UInt8] {
        write(Z_FINISH)
        return output
    }

    private func write(_ flush: Int32) {
        waiting.withUnsafeMutableBufferPointer { waiting in
            stream.pointee.next_in = waiting.baseAddress
            stream.pointee.avail_in = UInt32(waiting.count)
            repeat {
                piece.withUnsafeMutableBufferPointer { piece in
                    stream.pointee.next_out = piece.baseAddress
                    stream.pointee.avail_out = UInt32(piece.count)
                    deflate(stream, flush)
                    output += piece[..<(piece.count - Int(stream.pointee.avail_out))]
                }
            } while stream.pointee.avail_out == 0
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
