/// Cuts the parts of a multipart body (RFC 2046 §5.1.1) that are too long while the body arrives, so
/// that what was typed beside a file that nobody will take can be read all the same.
///
/// A cut part is still longer than what a file may be: whoever looks at its length need not know.
struct MultipartCutter {
    private let delimiter: [UInt8]
    private let partBytesMax: Int
    /// How much of a delimiter the last bytes are; they are held back.
    private var matched = 0
    private var partBytes = 0
    private var kept: [UInt8] = []

    /// Nil for a body of another type.
    ///
    /// - Parameter partBytesMax: with the part's head.
    init?(contentType: String, partBytesMax: Int) {
        let type = MediaType(contentType)
        guard type.name == "multipart/form-data", let boundary = type["boundary"] else {
            return nil
        }
        delimiter = Array("\r\n--\(boundary)".utf8)
        self.partBytesMax = partBytesMax
    }

    /// What stays of the next bytes.
    mutating func take(_ chunk: [UInt8]) -> [UInt8] {
        kept.removeAll(keepingCapacity: true)
        let bytes = chunk.span
        var index = 0
        while index < bytes.count {
            if matched == 0 {
                // A delimiter's only CR is its first byte.
                let start = bytes.firstIndex(of: .cr, from: index) ?? bytes.count
                keep(chunk[index..<start])
                index = start + 1
                if start < bytes.count { matched = 1 }
            } else if bytes[index] == delimiter[matched] {
                matched += 1
                index += 1
                if matched == delimiter.count {
                    kept += delimiter
                    (matched, partBytes) = (0, 0)
                }
            } else {
                keep(delimiter[..<matched])
                matched = 0
            }
        }
        return kept
    }

    /// What was held back at the end.
    mutating func finish() -> ArraySlice<UInt8> {
        defer { matched = 0 }
        return delimiter[..<matched]
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        kept += bytes.prefix(max(0, partBytesMax - partBytes))
        partBytes += bytes.count
    }
}
