/// An answer as a client reads it.
struct Reply: Sendable {
    let status: Int
    let fields: [(name: String, value: String)]
    let bytes: [UInt8]

    var body: String { String(decoding: bytes, as: UTF8.self) }

    subscript(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// Takes one whole answer from the front of what has come; nil when it is not all there.
    static func take(from buffer: inout [UInt8], method: String, isEnd: Bool) throws -> Reply? {
        guard let headEnd = index(of: "\r\n\r\n", in: buffer, from: 0) else { return nil }
        let lines = String(decoding: buffer[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, first.hasPrefix("HTTP/1.1 "),
            let status = Int(first.dropFirst(9).prefix(3))
        else { throw Client.Failure(description: "no status line: \(lines.first ?? "")") }
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                name: String(parts[0]),
                value: parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
            )
        }
        let head = Reply(status: status, fields: fields, bytes: [])
        let start = headEnd + 4
        var end = start
        var body: [UInt8] = []
        if method == "HEAD" || status < 200 || status == 204 || status == 304 {
            // These have no body, whatever their fields say.
        } else if head["Transfer-Encoding"] == "chunked" {
            guard let chunks = dechunk(buffer, from: start) else { return nil }
            (body, end) = chunks
        } else if let length = head["Content-Length"].flatMap({ Int($0) }) {
            guard buffer.count >= start + length else { return nil }
            end = start + length
            body = Array(buffer[start..<end])
        } else {
            guard isEnd else { return nil }
            end = buffer.count
            body = Array(buffer[start...])
        }
        buffer.removeFirst(end)
        return Reply(status: status, fields: fields, bytes: body)
    }

    private static func dechunk(_ bytes: [UInt8], from start: Int) -> ([UInt8], Int)? {
        var body: [UInt8] = []
        var position = start
        while let lineEnd = index(of: "\r\n", in: bytes, from: position) {
            guard
                let size = Int(
                    String(decoding: bytes[position..<lineEnd], as: UTF8.self), radix: 16)
            else {
                return nil
            }
            let end = lineEnd + 2 + size
            guard bytes.count >= end + 2 else { return nil }
            body += bytes[(lineEnd + 2)..<end]
            position = end + 2
            if size == 0 { return (body, position) }
        }
        return nil
    }

    private static func index(of needle: String, in bytes: [UInt8], from start: Int) -> Int? {
        let needle = Array(needle.utf8)
        guard bytes.count >= start + needle.count else { return nil }
        return (start...(bytes.count - needle.count)).first { bytes[$0...].starts(with: needle) }
    }
}
