/// Classes of octets in the grammar of RFC 9110 §5.6 and RFC 3986, as bit sets: one shift and mask
/// for each question.
extension UInt8 {
    static var cr: UInt8 { 13 }
    static var lf: UInt8 { 10 }
    static var space: UInt8 { 32 }
    static var tab: UInt8 { 9 }

    /// tchar: letters, digits and ``!#$%&'*+-.^_`|~``.
    var isToken: Bool { Self.has(self, low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c7ff_fffe) }

    /// A byte that may stand in a field value: HTAB, SP, VCHAR and obs-text.
    var isFieldValue: Bool { self >= 0x20 ? self != 0x7f : self == .tab }

    /// What a request target may hold raw. Wider than RFC 3986 by what browsers leave unescaped in
    /// a query (``[ ] ^ ` { | }``); without controls, SP, `"`, `#`, `<`, `>`, `\` and bytes beyond
    /// ASCII.
    var isTarget: Bool { Self.has(self, low: 0xafff_fff2_0000_0000, high: 0x7fff_ffff_efff_ffff) }

    /// unreserved / sub-delims / "%": a registered name or an IPv4 address (RFC 3986 §3.2.2).
    var isRegisteredName: Bool {
        Self.has(self, low: 0x2bff_7ff2_0000_0000, high: 0x47ff_fffe_87ff_fffe)
    }

    var isDigit: Bool { self &- 48 < 10 }

    /// OWS of RFC 9110 §5.6.3.
    var isWhitespace: Bool { self == .space || self == .tab }

    /// 0 through 15, or nil when this is no hexadecimal digit.
    var hexDigit: UInt8? {
        switch self {
        case 48...57: self &- 48
        case 65...70: self &- 55
        case 97...102: self &- 87
        default: nil
        }
    }

    /// ASCII letters in lower case, everything else as it is.
    var lowercased: UInt8 { self &- 65 < 26 ? self | 0x20 : self }

    private static func has(_ byte: UInt8, low: UInt64, high: UInt64) -> Bool {
        byte < 64
            ? (low >> UInt64(byte)) & 1 != 0 : byte < 128 && (high >> UInt64(byte & 63)) & 1 != 0
    }
}

extension Array where Element == UInt8 {
    mutating func append(ascii text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }
}

extension Collection<UInt8> {
    /// Compares ASCII letters without case; `lowercase` must be given in lower case.
    func matches(lowercase: StaticString) -> Bool {
        guard count == lowercase.utf8CodeUnitCount else { return false }
        return lowercase.withUTF8Buffer { expected in
            var position = expected.startIndex
            for byte in self {
                if byte.lowercased != expected[position] { return false }
                position += 1
            }
            return true
        }
    }

    /// The bytes as text; what is not UTF-8 becomes U+FFFD.
    var text: String { String(decoding: self, as: UTF8.self) }
}

extension ArraySlice<UInt8> {
    /// Without the whitespace around it.
    var trimmed: ArraySlice<UInt8> {
        var inner = drop(while: \.isWhitespace)
        while inner.last?.isWhitespace == true { inner.removeLast() }
        return inner
    }
}
