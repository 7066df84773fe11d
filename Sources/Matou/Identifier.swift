package import SQL

/// Something that has an identifier of its own kind.
package protocol Identified: SendableMetatype {
    /// Two lower-case letters that name the kind in every id: `qr` in `qr_01jd…`.
    static var idPrefix: String { get }
}

/// An opaque id: the kind's prefix, `_`, and 26 characters that begin with the time of making, so
/// that ids sort by age. The kind is part of the type, so that one cannot be passed for another.
package struct Identifier<Owner: Identified>: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) { self.text = text }

    package var description: String { text }

    /// A new id: 48 bits of time, 80 random bits, in Crockford's base 32.
    package static func make(at time: Timestamp, from randomness: Randomness) -> Identifier {
        var digits: [UInt8] = []
        digits.reserveCapacity(26)
        let milliseconds = UInt64(bitPattern: time.milliseconds)
        for shift in stride(from: 45, through: 0, by: -5) {
            digits.append(crockford[Int(milliseconds >> UInt64(shift) & 31)])
        }
        for byte in randomness.bytes(16) { digits.append(crockford[Int(byte & 31)]) }
        return Identifier("\(Owner.idPrefix)_" + String(decoding: digits, as: UTF8.self))
    }

    /// Whether a text is written as an id of this kind is, be there such a thing or not: who sends one
    /// as a name took it for the other.
    package static func isForm(of text: String) -> Bool {
        let prefix = "\(Owner.idPrefix)_"
        let digits = text.utf8.dropFirst(prefix.utf8.count)
        return text.hasPrefix(prefix) && digits.count == 26
            && digits.allSatisfy(crockford.contains)
    }
}

private let crockford = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Identifier: ValueConvertible {
    package var sqlValue: Value { .text(text) }

    package static func from(_ value: Value) -> Identifier? {
        guard case .text(let text) = value else { return nil }
        return Identifier(text)
    }
}

/// Where chance comes from. Injected, so that a test can repeat a run.
package struct Randomness: Sendable {
    package let bytes: @Sendable (_ count: Int) -> [UInt8]

    package init(_ bytes: @escaping @Sendable (Int) -> [UInt8]) { self.bytes = bytes }

    /// The operating system's generator, fit for keys and tokens.
    package static let system = Randomness { count in
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        while bytes.count < count {
            var word: UInt64 = generator.next()
            for _ in 0..<8 {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return Array(bytes.prefix(count))
    }

    /// `count` characters of `[0-9A-Za-z]`, each equally likely.
    package func alphanumeric(_ count: Int) -> String {
        var text: [UInt8] = []
        while text.count < count {
            // 248 is the largest multiple of 62 in a byte: what lies above would favour some letters.
            for byte in bytes(count) where byte < 248 && text.count < count {
                text.append(base62[Int(byte) % 62])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

private let base62 = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
