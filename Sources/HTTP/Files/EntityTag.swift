/// An entity tag (RFC 9110 §8.8.3) and the two ways of comparing it.
public struct EntityTag: Equatable, Sendable {
    public let isWeak: Bool
    /// With its quotes.
    public let opaque: String

    /// - Parameter text: without quotes, and with none inside.
    public init(strong text: String) {
        isWeak = false
        opaque = "\"\(text)\""
    }

    /// Reads `"…"` or `W/"…"`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        isWeak = text.hasPrefix("W/")
        opaque = String(isWeak ? text.dropFirst(2) : text[...])
        let inner = opaque.utf8.dropFirst().dropLast()
        guard opaque.utf8.count >= 2, opaque.hasPrefix("\""), opaque.hasSuffix("\""),
            inner.allSatisfy({ $0 == 0x21 || $0 >= 0x23 && $0 != 0x7f })
        else { return nil }
    }

    private static let gzipSuffix = "-gzip\""

    private init(isWeak: Bool, opaque: String) {
        self.isWeak = isWeak
        self.opaque = opaque
    }

    /// The tag of the same state in gzip: two representations cannot share a strong tag, and a weak
    /// one would be of no use to `If-Match` (RFC 9110 §8.8.3.3).
    var ofGzip: EntityTag {
        isWeak ? self : EntityTag(isWeak: false, opaque: "\(opaque.dropLast())\(Self.gzipSuffix)")
    }

    /// The tag that a handler gave, before its answer was compressed.
    public var ofIdentity: EntityTag {
        guard opaque.hasSuffix(Self.gzipSuffix) else { return self }
        return EntityTag(isWeak: isWeak, opaque: "\(opaque.dropLast(Self.gzipSuffix.count))\"")
    }

    /// Whether both name the same state, as `If-None-Match` asks (RFC 9110 §8.8.3.2).
    public func matchesWeakly(_ other: EntityTag) -> Bool {
        opaque == other.opaque
    }

    /// Whether both name the same bytes, as `If-Match` asks; a weak tag never does.
    public func matchesStrongly(_ other: EntityTag) -> Bool {
        !isWeak && !other.isWeak && opaque == other.opaque
    }

    /// The members of a list such as that of `If-None-Match`; nil stands for `*`, which matches
    /// whatever exists. A comma may stand inside a tag, so it is quotes that are looked for.
    public static func list(_ values: [String]) -> [EntityTag]? {
        if values.count == 1, values[0] == "*" { return nil }
        var tags: [EntityTag] = []
        for value in values {
            var rest = value[...]
            while let open = rest.firstIndex(of: "\"") {
                let isWeak = rest[..<open].hasSuffix("W/")
                let afterOpen = rest.index(after: open)
                guard let close = rest[afterOpen...].firstIndex(of: "\"") else { break }
                if let tag = EntityTag((isWeak ? "W/" : "") + rest[open...close]) {
                    tags.append(tag)
                }
                rest = rest[rest.index(after: close)...]
            }
        }
        return tags
    }

    public var fieldValue: String { (isWeak ? "W/" : "") + opaque }
}
