/// The fields that decide where a message ends and to whom it goes. Each may be said once, and no
/// two may disagree.
struct FramingFacts {
    private var hasHost = false
    private var length: Int?
    private var isChunked = false

    /// Looks at a field; gives the status to refuse the request with, if it must be.
    mutating func note(
        _ line: Fields.Line, in bytes: Span<UInt8>, _ head: inout RequestHead
    ) -> Status? {
        // Names are told apart by their length first, which nearly always settles it.
        switch line.nameEnd &- line.nameStart {
        case 4 where bytes.matches(line.name, lowercase: "host"):
            guard !hasHost, Host.isValid(line.value, in: bytes) else { return .badRequest }
            hasHost = true
        case 6 where bytes.matches(line.name, lowercase: "expect"):
            // One that cannot be met is not met by another one.
            guard head.expectation != .unknown else { break }
            head.expectation =
                bytes.matches(line.value, lowercase: "100-continue") ? .proceed : .unknown
        case 10 where bytes.matches(line.name, lowercase: "connection"):
            noteOptions(line.value, in: bytes, &head)
        case 14 where bytes.matches(line.name, lowercase: "content-length"):
            guard length == nil else { return .badRequest }
            switch Self.decimal(line.value, in: bytes) {
            case .number(let number): length = number
            case .tooLarge: return .contentTooLarge
            case .malformed: return .badRequest
            }
        case 17 where bytes.matches(line.name, lowercase: "transfer-encoding"):
            guard !isChunked else { return .badRequest }
            guard bytes.matches(line.value, lowercase: "chunked") else {
                return Self.isCodingList(line.value, in: bytes) ? .notImplemented : .badRequest
            }
            isChunked = true
        default:
            break
        }
        return nil
    }

    /// Decides at the end of the head (RFC 9112 §3.2 and §6.3).
    func settle(_ head: inout RequestHead) -> Status? {
        guard hasHost || head.minorVersion == 0 else { return .badRequest }
        if isChunked {
            guard length == nil, head.minorVersion > 0 else { return .badRequest }
            head.framing = .chunked
        } else if let length {
            head.framing = .length(length)
        }
        // RFC 9110 §10.1.1: an HTTP/1.0 client cannot mean it.
        if head.minorVersion == 0 { head.expectation = .none }
        return nil
    }

    private func noteOptions(_ value: Range<Int>, in bytes: Span<UInt8>, _ head: inout RequestHead)
    {
        var start = value.lowerBound
        while start < value.upperBound {
            while start < value.upperBound,
                bytes[start].isWhitespace || bytes[start] == UInt8(ascii: ",")
            {
                start += 1
            }
            var end = start
            while end < value.upperBound, bytes[end].isToken { end += 1 }
            if bytes.matches(start..<end, lowercase: "close") { head.asksToClose = true }
            if bytes.matches(start..<end, lowercase: "keep-alive") { head.asksToKeepAlive = true }
            start = max(end, start + 1)
        }
    }

    private enum Decimal {
        case number(Int)
        case tooLarge
        case malformed
    }

    /// Digits and nothing else; `Int(String)` would take a sign.
    private static func decimal(_ value: Range<Int>, in bytes: Span<UInt8>) -> Decimal {
        guard !value.isEmpty else { return .malformed }
        var number = 0
        var isTooLarge = false
        for index in value {
            guard bytes[index].isDigit else { return .malformed }
            if number > Int.max / 100 {
                isTooLarge = true
            } else {
                number = number * 10 + Int(bytes[index] - 48)
            }
        }
        return isTooLarge ? .tooLarge : .number(number)
    }

    /// A list of transfer codings that this server does not know: 501 rather than 400 (RFC 9112
    /// §6.1).
    private static func isCodingList(_ value: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        !value.isEmpty
            && value.allSatisfy {
                bytes[$0].isToken || bytes[$0].isWhitespace || bytes[$0] == UInt8(ascii: ",")
            }
    }
}
