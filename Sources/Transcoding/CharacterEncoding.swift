import Glibc

/// How a text's characters are bytes, by the name that the C library's iconv knows.
public struct CharacterEncoding: Sendable, Hashable {
    public let name: String

    public init(_ name: String) { self.name = name }

    private static let chunkBytes = 1 << 16

    /// The text in UTF-8.
    ///
    /// - Returns: nil for bytes that are none of this encoding's, and for a name that iconv does not
    ///   know.
    public func utf8(_ bytes: some Collection<UInt8>) -> [UInt8]? {
        guard let converter = iconv_open("UTF-8", name), Int(bitPattern: converter) != -1 else {
            return nil
        }
        defer { iconv_close(converter) }
        var source = bytes.map(CChar.init(bitPattern:))
        var chunk = [CChar](repeating: 0, count: Self.chunkBytes)
        var text: [UInt8] = []
        let isWhole = source.withUnsafeMutableBufferPointer { source in
            var (from, left) = (source.baseAddress, source.count)
            while left > 0 {
                var room = chunk.count
                let status = chunk.withUnsafeMutableBufferPointer { chunk in
                    var to = chunk.baseAddress
                    return iconv(converter, &from, &left, &to, &room)
                }
                // Full is the chunk, and there is more.
                guard status != -1 || errno == E2BIG else { return false }
                text += chunk.dropLast(room).map(UInt8.init(bitPattern:))
            }
            return true
        }
        return isWhole ? text : nil
    }
}
