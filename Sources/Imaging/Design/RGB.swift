/// A colour of the sRGB space.
public struct RGB: Sendable, Hashable {
    public let red: UInt8
    public let green: UInt8
    public let blue: UInt8

    public static let black = RGB(0, 0, 0)
    public static let white = RGB(255, 255, 255)

    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// Six hexadecimal digits, with `#` before them or without; nil for anything else.
    public init?(hex: String) {
        let digits = hex.utf8.first == UInt8(ascii: "#") ? hex.dropFirst() : hex[...]
        // Int would take a sign.
        guard digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit),
            let value = Int(digits, radix: 16)
        else { return nil }
        self.init(UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255))
    }

    /// `#` and six digits.
    public var hex: String {
        "#"
            + [red, green, blue].map { part in
                let digits = String(part, radix: 16)
                return part < 16 ? "0" + digits : digits
            }.joined()
    }

    /// The way to another colour: 0 is this one, 1 the other.
    func mixed(with other: RGB, _ part: Double) -> RGB {
        func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
            UInt8((Double(a) + (Double(b) - Double(a)) * min(max(part, 0), 1)).rounded())
        }
        return RGB(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
    }

    /// Relative luminance, 0…1 (WCAG 2.2, "relative luminance"; IEC 61966-2-1).
    public var luminance: Double {
        func linear(_ part: UInt8) -> Double { Self.linear[Int(part)] }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }
}
