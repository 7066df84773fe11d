#if !FUZZING
@testable import HTTP
#endif

/// What must hold of any bytes at all that a client may send. Nothing here may trap.
enum ParserInvariants {
    private static let parser = HeadParser(Limits())

    /// - Returns: What does not hold; nil when all does.
    static func check(_ bytes: [UInt8]) -> String? {
        var head = RequestHead()
        let whole = parser.parse(bytes.span, into: &head)
        if let fault = checkPrefixes(bytes, whole) { return fault }
        guard case .head(let length) = whole else {
            return checkValues(bytes)
        }
        bytes[..<length].withUnsafeBufferPointer { head.keep($0) }
        if let fault = checkHead(head, length) { return fault }
        return checkChunks(Array(bytes[length...])) ?? checkValues(Array(bytes[length...]))
    }

    /// More bytes never change what was said of fewer.
    private static func checkPrefixes(_ bytes: [UInt8], _ whole: HeadParser.Outcome) -> String? {
        var head = RequestHead()
        let step = max(1, bytes.count / 64)
        for end in stride(from: 0, to: bytes.count, by: step) {
            let prefix = Array(bytes[..<end])
            let outcome = parser.parse(prefix.span, into: &head)
            if outcome != .needsMore, outcome != whole {
                return "\(outcome) at \(end), then \(whole)"
            }
        }
        return nil
    }

    private static func checkHead(_ head: RequestHead, _ length: Int) -> String? {
        guard Array(head.bytes.suffix(4)) == [13, 10, 13, 10] else {
            return "a head without an end"
        }
        for line in head.lines {
            guard line.nameStart < line.nameEnd, line.nameEnd < line.valueEnd || line.value.isEmpty,
                line.valueEnd <= UInt32(length)
            else { return "a line out of order" }
            for byte in head.bytes[line.value] where byte == 13 || byte == 10 || byte == 0 {
                return "byte \(byte) in a value"
            }
        }
        guard let target = RequestTarget(head.target, in: head.bytes) else { return nil }
        let request = Request(
            method: head.method, target: target,
            fields: Fields(bytes: head.bytes, lines: head.lines),
            origin: .connection(
                .unix, trustedProxies: TrustedProxies(blocks: [.unixSocket], fields: .forwarded)),
            number: 1)
        guard request.path.hasPrefix("/") || request.path == "*" else {
            return "path \(request.path)"
        }
        guard !request.path.split(separator: "/").contains(where: { $0 == ".." || $0 == "." })
        else {
            return "dots in \(request.path)"
        }
        _ = (
            request.queryItems, request.cookie("a"), request.clientAddress, request.isSecure,
            request.authority
        )
        for (name, value) in request.fields where request.fields.values(name).isEmpty {
            return value
        }
        return nil
    }

    /// Content is the same in one piece and in two, and ends at the same byte.
    private static func checkChunks(_ bytes: [UInt8]) -> String? {
        let whole = decode([bytes[...]])
        for cut in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 16)) {
            let parts = decode([bytes[..<cut], bytes[cut...]])
            guard parts.content == whole.content, parts.end == whole.end else {
                return "chunks cut at \(cut)"
            }
        }
        return nil
    }

    private static func decode(_ parts: [ArraySlice<UInt8>]) -> (content: [UInt8], end: String) {
        var decoder = ChunkedDecoder()
        var content: [UInt8] = []
        var used = 0
        for part in parts {
            let part = Array(part)
            var position = 0
            events: while true {
                switch decoder.next(in: part.span, at: &position) {
                case .content(let range): content += part[range]
                case .end: return (content, "end at \(used + position)")
                case .malformed: return (content, "malformed")
                case .needsMore: break events
                }
            }
            used += part.count
        }
        return (content, "open")
    }

    /// The readers of single values take anything.
    private static func checkValues(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes.prefix(4096), as: UTF8.self)
        _ = (
            HTTPDate.parse(text), EntityTag.list([text]), AddressBlock(text),
            PercentCoding.decode(text)
        )
        _ = (try? Form(body: bytes, contentType: "multipart/form-data; boundary=x"))
        _ = (try? Form(body: bytes, contentType: "application/x-www-form-urlencoded"))
        _ = Gzip.isAccepted(by: ["Accept-Encoding": text])
        for told in ForwardingFields.allCases {
            _ = ForwardedPath(["Forwarded": text, "X-Forwarded-For": text], in: told)
                .client(behind: .unix, [.unixSocket])
        }
        if case .part(let range) = ByteRange.read(text, length: 100),
            range.isEmpty || range.upperBound > 100
        {
            return "range \(range)"
        }
        return nil
    }
}
