/// The strict reader of request heads (RFC 9112 §2 to §6).
///
/// A pure function of the bytes received so far: more bytes never change a refusal, and a head is
/// the same whether it came at once or byte by byte. What could be read in two ways is refused,
/// because request smuggling lives on that.
struct HeadParser {
    enum Outcome: Equatable {
        case needsMore
        case refused(Status)
        /// A whole head of that many bytes.
        case head(Int)
    }

    let headBytesMax: Int
    let targetBytesMax: Int
    let headerCountMax: Int

    /// The longest request line: method, target, version and two spaces.
    private var lineBytesMax: Int { targetBytesMax + 48 }

    init(_ limits: Limits) {
        headBytesMax = min(max(limits.headBytesMax, 256), 1 << 20)
        targetBytesMax = min(limits.targetBytesMax, headBytesMax)
        headerCountMax = limits.headerCountMax
    }

    /// - Parameter bytes: From the first byte of a request line on; anything may follow the head.
    func parse(_ bytes: Span<UInt8>, into head: inout RequestHead) -> Outcome {
        head.reset()
        guard !bytes.isEmpty else { return .needsMore }
        // A TLS greeting, for one: no line end need ever come.
        guard bytes[0].isToken else { return .refused(.badRequest) }
        guard let lineEnd = bytes.firstIndex(of: .lf, from: 0) else {
            return bytes.count > lineBytesMax ? .refused(.uriTooLong) : .needsMore
        }
        if let refusal = parseRequestLine(bytes, lineEnd, into: &head) { return .refused(refusal) }
        var facts = FramingFacts()
        var start = lineEnd + 1
        while let end = bytes.firstIndex(of: .lf, from: start) {
            guard end < headBytesMax else { return .refused(.requestHeaderFieldsTooLarge) }
            guard end > start, bytes[end - 1] == .cr else { return .refused(.badRequest) }
            if end == start + 1 {
                if let refusal = facts.settle(&head) { return .refused(refusal) }
                return .head(end + 1)
            }
            guard head.lines.count < headerCountMax else {
                return .refused(.requestHeaderFieldsTooLarge)
            }
            guard let line = Self.fieldLine(bytes, start..<(end - 1)) else {
                return .refused(.badRequest)
            }
            if let refusal = facts.note(line, in: bytes, &head) { return .refused(refusal) }
            head.lines.append(line)
            start = end + 1
        }
        return bytes.count >= headBytesMax ? .refused(.requestHeaderFieldsTooLarge) : .needsMore
    }

    /// method SP request-target SP HTTP-version CRLF, with exactly these spaces.
    private func parseRequestLine(
        _ bytes: Span<UInt8>, _ lineEnd: Int, into head: inout RequestHead
    ) -> Status? {
        var methodEnd = 0
        while bytes[methodEnd].isToken { methodEnd += 1 }
        guard bytes[methodEnd] == .space else { return .badRequest }
        let targetStart = methodEnd + 1
        var targetEnd = targetStart
        while bytes[targetEnd] > .space { targetEnd += 1 }
        guard targetEnd - targetStart <= targetBytesMax else { return .uriTooLong }
        guard bytes[targetEnd] == .space, targetEnd > targetStart,
            lineEnd - targetEnd == 10, bytes[lineEnd - 1] == .cr
        else { return .badRequest }
        if let refusal = parseVersion(bytes, targetEnd + 1, into: &head) { return refusal }
        guard let method = Self.method(bytes, methodEnd) else { return .notImplemented }
        head.method = method
        guard let target = RequestTarget.parts(of: targetStart..<targetEnd, in: bytes),
            bytes[targetStart] != UInt8(ascii: "*") || method == .options
        else { return .badRequest }
        head.target = target
        return nil
    }

    private func parseVersion(
        _ bytes: Span<UInt8>, _ start: Int, into head: inout RequestHead
    ) -> Status? {
        let word = UInt64(
            bigEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
        let major = UInt8(truncatingIfNeeded: word >> 16)
        let minor = UInt8(truncatingIfNeeded: word)
        // "HTTP/", a digit, ".", a digit.
        guard word & 0xffff_ffff_ff00_ff00 == 0x4854_5450_2f00_2e00, major.isDigit, minor.isDigit
        else { return .badRequest }
        guard major == UInt8(ascii: "1") else { return .httpVersionNotSupported }
        head.minorVersion = minor == UInt8(ascii: "0") ? 0 : 1
        return nil
    }

    /// nil for CONNECT, whose target names another host, and for what is longer than any method.
    private static func method(_ bytes: Span<UInt8>, _ end: Int) -> Method? {
        switch (end, bytes[0], bytes[1]) {
        case (3, UInt8(ascii: "G"), UInt8(ascii: "E")) where bytes[2] == UInt8(ascii: "T"):
            return .get
        case (4, UInt8(ascii: "P"), UInt8(ascii: "O"))
        where bytes[2] == UInt8(ascii: "S") && bytes[3] == UInt8(ascii: "T"):
            return .post
        default:
            guard end <= 32 else { return nil }
            var name: [UInt8] = []
            for index in 0..<end { name.append(bytes[index]) }
            return name == Array("CONNECT".utf8) ? nil : Method(name.text)
        }
    }

    /// field-name ":" OWS field-value OWS, without folding.
    static func fieldLine(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Fields.Line? {
        var nameEnd = line.lowerBound
        while nameEnd < line.upperBound, bytes[nameEnd].isToken { nameEnd += 1 }
        guard nameEnd > line.lowerBound, nameEnd < line.upperBound,
            bytes[nameEnd] == UInt8(ascii: ":")
        else { return nil }
        var valueStart = nameEnd + 1
        while valueStart < line.upperBound, bytes[valueStart].isWhitespace { valueStart += 1 }
        var valueEnd = line.upperBound
        while valueEnd > valueStart, bytes[valueEnd - 1].isWhitespace { valueEnd -= 1 }
        guard bytes.isFieldValue(valueStart..<valueEnd) else { return nil }
        return Fields.Line(
            nameStart: UInt32(truncatingIfNeeded: line.lowerBound),
            nameEnd: UInt32(truncatingIfNeeded: nameEnd),
            valueStart: UInt32(truncatingIfNeeded: valueStart),
            valueEnd: UInt32(truncatingIfNeeded: valueEnd))
    }
}
