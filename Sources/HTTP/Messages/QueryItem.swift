/// A name and its value in a query or an urlencoded form, both decoded.
public struct QueryItem: Sendable, Hashable {
    public let name: String
    public let value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// Reads `a=1&b=2` as the URL standard reads it: `+` is a space, a name without `=` has the
    /// value "", empty pieces are left out, and an escape that is broken stands for itself.
    public static func parse(_ bytes: some Collection<UInt8>, limit: Int = .max) -> [QueryItem] {
        var items: [QueryItem] = []
        items.reserveCapacity(min(limit, 8))
        var rest = bytes[...]
        while !rest.isEmpty, items.count < limit {
            let piece = rest.prefix { $0 != UInt8(ascii: "&") }
            rest = rest[piece.endIndex...].dropFirst()
            guard !piece.isEmpty else { continue }
            let equals = piece.firstIndex(of: UInt8(ascii: "="))
            let name = piece[..<(equals ?? piece.endIndex)]
            let value = equals.map { piece[piece.index(after: $0)...] } ?? piece[piece.endIndex...]
            items.append(QueryItem(name: decoded(name), value: decoded(value)))
        }
        return items
    }

    private static func decoded(_ bytes: some Collection<UInt8>) -> String {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return bytes.text
        }
        if let whole = PercentCoding.decode(bytes, plusIsSpace: true) { return whole.text }
        return bytes.text
    }
}
