/// The answer of an account's server, as far as a callback needs it.
struct CallbackAnswer: Sendable, Hashable {
    let status: Int
    let body: [UInt8]
    /// The connection may carry another request.
    var isReusable = false

    static let headBytesMax = 16 << 10
    static let bodyBytesMax = 256 << 10
}

/// Why no answer came.
enum CallbackFailure: Error, Sendable, Hashable, CustomStringConvertible {
    case cannotConnect(String)
    case connectionLost
    case timedOut
    case malformedAnswer(String)
    /// Too many callbacks are waiting already.
    case overloaded
    case stopped

    var description: String {
        switch self {
        case .cannotConnect(let reason): "The server cannot be reached: \(reason)."
        case .connectionLost: "The server closed the connection without an answer."
        case .timedOut: "The server did not answer in time."
        case .malformedAnswer(let reason): "The answer is no HTTP: \(reason)."
        case .overloaded: "Too many callbacks are waiting for this gateway's threads."
        case .stopped: "The gateway was stopped."
        }
    }
}

extension CallbackAnswer {
    /// Reads the first whole answer in the bytes (RFC 9112 §6.3).
    ///
    /// - Parameter isComplete: The server has closed the connection: nothing follows.
    /// - Returns: Nothing while bytes are missing.
    static func parse(_ bytes: [UInt8], isComplete: Bool) throws(CallbackFailure) -> CallbackAnswer?
    {
        guard let head = headLength(bytes[...]) else {
            guard bytes.count <= headBytesMax else {
                throw .malformedAnswer("its head is too long")
            }
            return nil
        }
        let lines = String(decoding: bytes[..<head], as: UTF8.self)
            .split(separator: "\r\n", omittingEmptySubsequences: true)
        let start = lines.first.map { $0.split(separator: " ", maxSplits: 2) } ?? []
        guard start.count >= 2, start[0].hasPrefix("HTTP/1."), let status = Int(start[1]) else {
            throw .malformedAnswer("it does not begin with a status line")
        }
        let rest = Array(bytes[head...])
        guard !(100..<200).contains(status) else { return try parse(rest, isComplete: isComplete) }

        let fields = Dictionary(
            lines.dropFirst().compactMap(field), uniquingKeysWith: { first, _ in first })
        let isReusable = start[0] == "HTTP/1.1" && fields["connection"]?.lowercased() != "close"
        if status == 204 || status == 304 {
            return CallbackAnswer(status: status, body: [], isReusable: isReusable)
        }
        if fields["transfer-encoding"]?.lowercased().hasSuffix("chunked") ?? false {
            return try unchunked(rest).map {
                CallbackAnswer(status: status, body: $0, isReusable: isReusable)
            }
        }
        guard let length = fields["content-length"] else {
            guard rest.count <= bodyBytesMax else { throw .malformedAnswer("its body is too long") }
            return isComplete ? CallbackAnswer(status: status, body: rest) : nil
        }
        guard let count = Int(length), (0...bodyBytesMax).contains(count) else {
            throw .malformedAnswer("its length is \(length.prefix(20))")
        }
        guard rest.count >= count else { return nil }
        return CallbackAnswer(
            status: status, body: Array(rest.prefix(count)), isReusable: isReusable)
    }

    private static func headLength(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in bytes.startIndex...(bytes.endIndex - 4)
        where bytes[index] == 13 && bytes[index + 1] == 10 && bytes[index + 2] == 13
            && bytes[index + 3] == 10
        {
            return index + 4
        }
        return nil
    }

    private static func field(_ line: Substring) -> (String, String)? {
        guard let colon = line.firstIndex(of: ":") else { return nil }
        let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        return (line[..<colon].lowercased(), String(value))
    }

    /// The body of a chunked answer (RFC 9112 §7.1); nothing while chunks are missing.
    private static func unchunked(_ bytes: [UInt8]) throws(CallbackFailure) -> [UInt8]? {
        var body: [UInt8] = []
        var offset = 0
        while let end = bytes[offset...].firstIndex(of: 10) {
            let line = String(decoding: bytes[offset..<end], as: UTF8.self)
            let digits = line.prefix { $0.isHexDigit }
            guard let size = Int(digits, radix: 16), size <= bodyBytesMax else {
                throw .malformedAnswer("it has a wrong chunk size")
            }
            offset = end + 1
            guard size > 0 else { return body }
            guard bytes.count >= offset + size + 2 else { return nil }
            body += bytes[offset..<offset + size]
            guard body.count <= bodyBytesMax else { throw .malformedAnswer("its body is too long") }
            offset += size + 2
        }
        return nil
    }
}
