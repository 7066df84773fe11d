import CZlib

/// The gzip content coding (RFC 9110 §8.4.1.3).
enum Gzip {
    /// - Parameter level: 1 (fast) through 9 (small).
    /// - Returns: nil when zlib has no memory.
    static func compress(_ bytes: [UInt8], level: Int32) -> [UInt8]? {
        var stream = z_stream()
        // 15 bits of window, and 16 for a gzip header instead of zlib's.
        let version = deflateInit2_(
            &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard version == Z_OK, bytes.count < UInt32.max else { return nil }
        defer { deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
        var input = bytes
        let result = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        guard result == Z_STREAM_END else { return nil }
        output.removeLast(output.count - Int(stream.total_out))
        return output
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
