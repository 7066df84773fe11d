import CZlib

/// The gzip content coding (RFC 9110 §8.4.1.3).
enum Gzip {
    /// - Parameter level: 1 (fast) through 9 (small).
    /// - Returns: nil when zlib has no memory.
    static func compress(_ bytes: [UInt8], level: Int32) -> [UInt8]? {
        Deflater(level: level)?.encode(bytes, .end)
    }

    /// Whether a client wants it: named, or meant by `*`, with a weight that is not 0 (RFC 9110
    /// §12.5.3).
    static func isAccepted(by fields: Fields) -> Bool {
        guard fields.contains("accept-encoding") else { return false }
        var accepted: Bool?
        for value in fields.values("accept-encoding") {
            for member in MediaType.split(value, at: ",") {
                let coding = MediaType(member)
                let isWanted = coding["q"].map { Double($0).map { $0 > 0 } ?? false } ?? true
                switch coding.name {
                case "gzip", "x-gzip": accepted = isWanted
                case "*" where accepted == nil: accepted = isWanted
                default: break
                }
            }
        }
        return accepted ?? false
    }
}

/// zlib at work on one gzip stream.
final class Deflater {
    enum Ending {
        /// All that went in can be read from what has come out.
        case flush
        case end
    }

    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    /// nil when zlib has no memory.
    ///
    /// - Parameter level: 1 (fast) through 9 (small).
    init?(level: Int32) {
        stream.initialize(to: z_stream())
        // 15 bits of window, and 16 for a gzip header instead of zlib's.
        let result = deflateInit2_(
            stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        if result != Z_OK { return nil }
    }

    deinit {
        // Harmless when there is nothing to end.
        deflateEnd(stream)
        stream.deallocate()
    }

    func encode(_ bytes: [UInt8], _ ending: Ending) -> [UInt8] {
        var output: [UInt8] = []
        var rest = bytes[...]
        repeat {
            let piece = rest.prefix(1 << 30)
            rest = rest.dropFirst(piece.count)
            let flush = !rest.isEmpty ? Z_NO_FLUSH : ending == .end ? Z_FINISH : Z_SYNC_FLUSH
            encode(piece, flush, into: &output)
        } while !rest.isEmpty
        return output
    }

    private func encode(_ piece: ArraySlice<UInt8>, _ flush: Int32, into output: inout [UInt8]) {
        piece.withUnsafeBufferPointer { input in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = UInt32(input.count)
            let room = min(Int(deflateBound(stream, UInt(input.count))) + 16, 1 << 20)
            repeat {
                let start = output.count
                output += [UInt8](unsafeUninitializedCapacity: room) { place, count in
                    stream.pointee.next_out = place.baseAddress
                    stream.pointee.avail_out = UInt32(room)
                    deflate(stream, flush)
                    count = room - Int(stream.pointee.avail_out)
                }
                if output.count - start < room { break }
            } while true
        }
    }
}
