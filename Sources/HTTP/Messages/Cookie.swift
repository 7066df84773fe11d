/// A cookie for `Set-Cookie` (RFC 6265 §4.1).
public struct Cookie: Sendable, Hashable {
    public enum SameSite: String, Sendable {
        case strict = "Strict"
        case lax = "Lax"
        case none = "None"
    }

    public var name: String
    public var value: String
    public var path: String
    /// Seconds until the browser forgets it; nil for the length of the browser's session; 0 deletes
    /// it.
    public var maxAge: Int?
    public var httpOnly: Bool
    public var secure: Bool
    public var sameSite: SameSite?

    public init(
        _ name: String, _ value: String, path: String = "/", maxAge: Int? = nil,
        httpOnly: Bool = true, secure: Bool = false, sameSite: SameSite? = .lax
    ) {
        self.name = name
        self.value = value
        self.path = path
        self.maxAge = maxAge
        self.httpOnly = httpOnly
        self.secure = secure
        self.sameSite = sameSite
    }

    /// A cookie that makes the browser delete the one of that name and path.
    public static func deletion(of name: String, path: String = "/") -> Cookie {
        Cookie(name, "", path: path, maxAge: 0)
    }

    /// The field's value; bytes that a cookie cannot hold are percent-encoded in the value and left
    /// out elsewhere.
    var fieldValue: String {
        var text = "\(name.filter(Self.isAttribute))=\(Self.escaped(value))"
        text += "; Path=\(path.filter(Self.isAttribute))"
        if let maxAge { text += "; Max-Age=\(maxAge)" }
        if httpOnly { text += "; HttpOnly" }
        if secure { text += "; Secure" }
        if let sameSite { text += "; SameSite=\(sameSite.rawValue)" }
        return text
    }

    /// Finds one cookie in the values of `Cookie` fields: the first of the name wins, and quotes
    /// around it are dropped.
    static func find(_ name: String, in header: ArraySlice<UInt8>) -> String? {
        for pair in header.split(separator: UInt8(ascii: ";")) {
            let pair = pair.drop(while: \.isWhitespace)
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")),
                pair[..<equals].elementsEqual(name.utf8)
            else { continue }
            var value = pair[(equals + 1)...]
            while value.last?.isWhitespace == true { value.removeLast() }
            if value.count >= 2, value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\"")
            {
                value = value.dropFirst().dropLast()
            }
            return value.text
        }
        return nil
    }

    private static func isAttribute(_ character: Character) -> Bool {
        guard let byte = character.asciiValue else { return false }
        return byte > 0x20 && byte < 0x7f && character != ";" && character != ","
    }

    /// cookie-octet of RFC 6265 §4.1.1.
    private static func escaped(_ value: String) -> String {
        value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !Array("\",;\\".utf8).contains($0) }
            ? value : PercentCoding.encodeQueryComponent(value)
    }
}
