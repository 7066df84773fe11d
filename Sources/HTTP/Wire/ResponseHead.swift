extension OutputBuffer {
    /// Adds status line and fields (RFC 9112 §4 and §5).
    ///
    /// - Parameters:
    ///   - dateLines: The fields that every answer of this second begins with.
    ///   - minorVersion: The client's.
    func appendHead(
        _ response: Response, _ dateLines: [UInt8], _ minorVersion: Int, isPersistent: Bool
    ) {
        appendStatusLine(response.status)
        append(contentsOf: dateLines)
        appendOwn(response.fields)
        if !response.status.forbidsContent {
            if let length = response.body.length {
                append(ascii: "Content-Length: ")
                append(decimal: length)
                append(ascii: "\r\n")
            } else if minorVersion > 0 {
                append(ascii: "Transfer-Encoding: chunked\r\n")
            }
        }
        if !isPersistent {
            append(ascii: "Connection: close\r\n")
        } else if minorVersion == 0 {
            append(ascii: "Connection: keep-alive\r\n")
        }
        append(ascii: "\r\n")
    }

    private func appendStatusLine(_ status: Status) {
        guard status.code != 200 else { return append(ascii: "HTTP/1.1 200 OK\r\n") }
        append(ascii: "HTTP/1.1 ")
        append(decimal: status.code)
        append(.space)
        append(status.reason)
        append(ascii: "\r\n")
    }

    /// A handler's fields, without those that only the server can know.
    private func appendOwn(_ fields: Fields) {
        // Fields that were made here and hold none of the server's go out as one piece. Those of a
        // request, sent back by a handler, lie behind a request line.
        let isWhole = fields.lines.first?.nameStart == 0
        if isWhole, !fields.lines.contains(where: { fields.isServers($0) }) {
            return append(contentsOf: fields.bytes)
        }
        for line in fields.lines where !fields.isServers(line) {
            append(contentsOf: fields.bytes[line.name])
            append(ascii: ": ")
            append(contentsOf: fields.bytes[line.value])
            append(ascii: "\r\n")
        }
    }
}

extension Fields {
    fileprivate func isServers(_ line: Line) -> Bool {
        switch line.nameEnd &- line.nameStart {
        case 4: bytes[line.name].matches(lowercase: "date")
        case 10: bytes[line.name].matches(lowercase: "connection")
        case 14: bytes[line.name].matches(lowercase: "content-length")
        case 17: bytes[line.name].matches(lowercase: "transfer-encoding")
        default: false
        }
    }
}
