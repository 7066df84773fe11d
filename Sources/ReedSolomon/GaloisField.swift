/// Arithmetic in GF(2⁸) modulo x⁸ + x⁴ + x³ + x² + 1 (0x11D) with α = 2, the field of
/// ISO/IEC 18004:2015 §7.5.2. Addition is `^`.
public enum GaloisField {
    /// α to the power of `exponent`, which may be any integer.
    public static func power(_ exponent: Int) -> UInt8 {
        let reduced = exponent % 255
        return tables.powers[reduced < 0 ? reduced + 255 : reduced]
    }

    /// The product in the field: the sum of both logarithms as a power, 0 with a zero.
    public static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
        guard a != 0, b != 0 else { return 0 }
        return tables.powers[Int(tables.logarithms[Int(a)]) + Int(tables.logarithms[Int(b)])]
    }

    /// - Precondition: `b` is not zero.
    public static func quotient(_ a: UInt8, _ b: UInt8) -> UInt8 {
        precondition(b != 0, "division by zero in GF(256)")
        guard a != 0 else { return 0 }
        let difference = Int(tables.logarithms[Int(a)]) - Int(tables.logarithms[Int(b)])
        return tables.powers[difference < 0 ? difference + 255 : difference]
    }

    /// The value at `x` of a polynomial with the constant coefficient first.
    static func value(of polynomial: [UInt8], at x: UInt8) -> UInt8 {
        polynomial.reversed().reduce(0) { product($0, x) ^ $1 }
    }

    private struct Tables {
        /// α⁰ … α⁵⁰⁹, twice round so that the sum of two logarithms needs no reduction.
        var powers = [UInt8](repeating: 0, count: 510)
        /// The logarithm to the base α; the entry of zero is never read.
        var logarithms = [UInt8](repeating: 0, count: 256)

        init() {
            var value = 1
            for exponent in 0..<255 {
                powers[exponent] = UInt8(value)
                powers[exponent + 255] = UInt8(value)
                logarithms[value] = UInt8(exponent)
                value <<= 1
                if value > 255 { value ^= 0x11D }
            }
        }
    }

    private static let tables = Tables()
}
