/// A request target (RFC 9112 §3.2), cut into its parts.
struct RequestTarget: Sendable {
    /// The bytes that the ranges lie in: often a whole request head.
    let bytes: [UInt8]
    let whole: Range<Int>
    let path: Range<Int>
    let query: Range<Int>?
    /// Host and port of an absolute-form target.
    let authority: Range<Int>?
    /// The path with its escapes decoded; nil when it has none, and is what it says.
    private let unescaped: [UInt8]?

    /// Whether the path has an escaped slash: to a proxy it is within a segment, decoded it would
    /// end one.
    let hidesSlash: Bool

    /// Where the parts of a target lie, relative to the bytes it was found in.
    struct Parts {
        var whole: Range<Int>
        var path: Range<Int>
        var query: Range<Int>?
        var authority: Range<Int>?
        var hasEscapes = false
        /// Whether a segment of the path begins with a dot.
        var hasDots = false
    }

    static let root = RequestTarget(slash: [UInt8(ascii: "/")])

    private init(slash: [UInt8]) {
        bytes = slash
        whole = 0..<1
        path = 0..<1
        query = nil
        authority = nil
        unescaped = nil
        hidesSlash = false
    }

    /// - Returns: nil for a path whose escapes are broken, or that a careless reader could take for
    ///   another one.
    init?(_ parts: Parts, in bytes: [UInt8]) {
        self.bytes = bytes
        whole = parts.whole
        path = parts.path
        query = parts.query
        authority = parts.authority
        hidesSlash = parts.hasEscapes && Self.hasEscapedSlash(bytes.span, parts.path)
        if parts.path.isEmpty {
            // An absolute URI without a path means the root (RFC 9110 §4.2.3).
            unescaped = [UInt8(ascii: "/")]
        } else if parts.hasEscapes {
            guard let decoded = PercentCoding.decode(bytes[parts.path]),
                Self.isUnambiguous(decoded.span, 0..<decoded.count),
                String(validating: decoded, as: UTF8.self) != nil
            else { return nil }
            unescaped = decoded
        } else {
            // `parts` has found no byte that could be misread; a segment of dots is left.
            if parts.hasDots, !Self.isUnambiguous(bytes.span, parts.path) { return nil }
            unescaped = nil
        }
    }

    init?(_ target: [UInt8]) {
        guard let parts = Self.parts(of: 0..<target.count, in: target.span) else { return nil }
        self.init(parts, in: target)
    }

    var decodedPath: ArraySlice<UInt8> { unescaped?[...] ?? bytes[path] }

    /// Finds the parts of an origin-form, absolute-form or asterisk-form target.
    static func parts(of target: Range<Int>, in bytes: Span<UInt8>) -> Parts? {
        guard let first = target.first else { return nil }
        var parts = Parts(whole: target, path: target)
        if bytes[first] != UInt8(ascii: "/") {
            if bytes[first] == UInt8(ascii: "*") { return target.count == 1 ? parts : nil }
            guard let authority = self.authority(of: target, in: bytes) else { return nil }
            parts.authority = authority
            parts.path = authority.upperBound..<target.upperBound
        }
        var index = parts.path.lowerBound
        var isSegmentStart = false
        while index < target.upperBound, bytes[index] != UInt8(ascii: "?") {
            let byte = bytes[index]
            guard byte.isTarget else { return nil }
            if byte == UInt8(ascii: "%") { parts.hasEscapes = true }
            if isSegmentStart, byte == UInt8(ascii: ".") { parts.hasDots = true }
            isSegmentStart = byte == UInt8(ascii: "/")
            index += 1
        }
        parts.path = parts.path.lowerBound..<index
        guard index < target.upperBound else { return parts }
        parts.query = (index + 1)..<target.upperBound
        while index < target.upperBound {
            guard bytes[index].isTarget else { return nil }
            index += 1
        }
        return parts
    }

    /// What follows `http://` of an absolute target, up to its path or query.
    private static func authority(of target: Range<Int>, in bytes: Span<UInt8>) -> Range<Int>? {
        for scheme: StaticString in ["http://", "https://"] {
            let length = scheme.utf8CodeUnitCount
            guard target.count > length else { continue }
            let start = target.lowerBound + length
            guard bytes.matches(target.lowerBound..<start, lowercase: scheme) else { continue }
            var end = start
            while end < target.upperBound, bytes[end] != UInt8(ascii: "/"),
                bytes[end] != UInt8(ascii: "?")
            {
                end += 1
            }
            return Host.isValid(start..<end, in: bytes) ? start..<end : nil
        }
        return nil
    }

    private static func hasEscapedSlash(_ bytes: Span<UInt8>, _ path: Range<Int>) -> Bool {
        path.dropLast(2).contains { index in
            bytes[index] == UInt8(ascii: "%") && bytes[index + 1] == UInt8(ascii: "2")
                && bytes[index + 2] | 0x20 == UInt8(ascii: "f")
        }
    }

    /// No NUL, no control byte, no backslash, and no segment of dots: what means something else to
    /// a file system or to another server never reaches a handler.
    private static func isUnambiguous(_ bytes: Span<UInt8>, _ path: Range<Int>) -> Bool {
        var segmentStart = path.lowerBound
        for index in path {
            let byte = bytes[index]
            if byte < 0x20 || byte == 0x7f || byte == UInt8(ascii: "\\") { return false }
            if byte == UInt8(ascii: "/") {
                if isDots(bytes, segmentStart..<index) { return false }
                segmentStart = index + 1
            }
        }
        return !isDots(bytes, segmentStart..<path.upperBound)
    }

    private static func isDots(_ bytes: Span<UInt8>, _ segment: Range<Int>) -> Bool {
        let dot = UInt8(ascii: ".")
        switch segment.count {
        case 1: return bytes[segment.lowerBound] == dot
        case 2: return bytes[segment.lowerBound] == dot && bytes[segment.lowerBound + 1] == dot
        default: return false
        }
    }
}
