import CZlib

/// Inflates a zlib stream piece by piece. A class, because zlib's state points back at its stream,
/// which therefore must not move.
final class InflateStream {
    private let input: [UInt8]
    private let stream: UnsafeMutablePointer<z_stream>
    private var offset = 0

    /// Nil when zlib has no memory.
    init?(_ input: [UInt8]) {
        self.input = input
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = inflateInit_(
            stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { return nil }
    }

    deinit {
        // Harmless on a stream whose start failed.
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Fills all of `target`; false when the stream ends before or is damaged.
    func read(into target: inout [UInt8]) -> Bool {
        target.withUnsafeMutableBufferPointer { target in
            input.withUnsafeBufferPointer { input in
                // zlib only reads through this pointer, though its type does not say so.
                let start = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.pointee.next_in = start.map { $0 + offset }
                stream.pointee.avail_in = UInt32(clamping: input.count - offset)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(target.count)
                let status = inflate(stream, Z_NO_FLUSH)
                offset = input.count - Int(stream.pointee.avail_in)
                return (status == Z_OK || status == Z_STREAM_END) && stream.pointee.avail_out == 0
            }
        }
    }
}
