/// Percent-encoding (RFC 3986 §2.1).
public enum PercentCoding {
    /// Decodes once.
    ///
    /// - Parameter plusIsSpace: As in `application/x-www-form-urlencoded`.
    /// - Returns: nil when a `%` is not followed by two hexadecimal digits.
    public static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = false)
        -> [UInt8]?
    {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next()?.hexDigit, let low = rest.next()?.hexDigit else {
                    return nil
                }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace:
                decoded.append(.space)
            default:
                decoded.append(byte)
            }
        }
        return decoded
    }

    /// Decodes text once; nil for a broken escape or for bytes that are not UTF-8.
    public static func decode(_ text: String, plusIsSpace: Bool = false) -> String? {
        decode(text.utf8, plusIsSpace: plusIsSpace).flatMap {
            String(validating: $0, as: UTF8.self)
        }
    }

    /// Escapes everything but unreserved characters, for the name or the value of a query item.
    public static func encodeQueryComponent(_ text: String) -> String {
        encode(text.utf8)
    }

    /// Escapes everything but unreserved characters, for one segment of a path.
    public static func encodePathSegment(_ text: String) -> String {
        encode(text.utf8)
    }

    private static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in bytes {
            if isUnreserved(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(digits[Int(byte >> 4)])
                encoded.append(digits[Int(byte & 15)])
            }
        }
        return encoded.text
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        byte.isDigit || (byte | 0x20) &- 97 < 26
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~")
    }
}
