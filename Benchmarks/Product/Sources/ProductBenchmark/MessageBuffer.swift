/// Bytes of a connection, cut into HTTP/1.1 messages with a Content-Length (RFC 9112 §6.2).
struct MessageBuffer {
    struct Message {
        let head: [UInt8]
        let body: [UInt8]

        /// Of an answer.
        var status: Int { Int(word(1)) ?? 0 }
        /// Of a request.
        var target: String { word(1) }

        private func word(_ index: Int) -> String {
            let line = head.prefix { $0 != UInt8(ascii: "\r") }
            let words = line.split(separator: UInt8(ascii: " "))
            return index < words.count ? String(decoding: words[index], as: UTF8.self) : ""
        }
    }

    private var bytes: [UInt8] = []

    mutating func take(max: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: max))
        let count = bytes.withUnsafeMutableBytes {
            body(UnsafeMutableRawBufferPointer(rebasing: $0[start...]))
        }
        bytes.removeLast(max - Swift.max(count, 0))
        return count
    }

    /// The first whole message, if it has arrived.
    mutating func next() -> Message? {
        guard let headEnd = headEnd() else { return nil }
        let end = headEnd + contentLength(before: headEnd)
        guard bytes.count >= end else { return nil }
        let message = Message(
            head: Array(bytes[..<headEnd]), body: Array(bytes[headEnd..<end]))
        bytes.removeFirst(end)
        return message
    }

    private func headEnd() -> Int? {
        guard bytes.count >= 4 else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            for end in 4...bytes.count
            where bytes[end - 1] == 10 && bytes[end - 2] == 13 && bytes[end - 3] == 10 {
                return end
            }
            return nil
        }
    }

    private func contentLength(before end: Int) -> Int {
        let name = Array("content-length:".utf8)
        return bytes.withUnsafeBufferPointer { bytes in
            for start in 0..<max(0, end - name.count) where bytes[start] == 10 {
                let field = bytes[start + 1..<end]
                guard field.count > name.count,
                    zip(field, name).allSatisfy({ $0 | 0x20 == $1 | 0x20 })
                else { continue }
                return field.dropFirst(name.count).drop { $0 == 32 }
                    .prefix { $0 >= 48 && $0 < 58 }
                    .reduce(0) { $0 * 10 + Int($1 - 48) }
            }
            return 0
        }
    }
}
