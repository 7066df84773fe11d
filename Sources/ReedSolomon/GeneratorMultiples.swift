/// Division by a generator of degree at most 32, a byte at a time.
///
/// The table holds each of the 256 multiples of the generator as four big-endian words, so that one
/// step of the long division is a shift by a byte and one exclusive or. A row is 32 bytes whatever
/// the degree; shorter generators are padded with zeros at the end.
struct GeneratorMultiples: Sendable {
    /// The bytes of a row, and of a remainder when it is written out.
    static let bytes = 32

    private let rows: [SIMD4<UInt64>]

    /// Nil when the generator has more than 32 coefficients.
    init?(_ generator: [UInt8]) {
        guard generator.count <= Self.bytes else { return nil }
        var rows = [SIMD4<UInt64>](repeating: .zero, count: 256)
        // Multiplication distributes over addition: the powers of two make all other rows.
        for bit in 0..<8 {
            rows[1 << bit] = Self.row(generator.map { GaloisField.product($0, 1 << bit) })
        }
        for factor in 1..<256 {
            let lowest = factor & -factor
            if factor != lowest { rows[factor] = rows[lowest] ^ rows[factor ^ lowest] }
        }
        self.rows = rows
    }

    private static func row(_ coefficients: [UInt8]) -> SIMD4<UInt64> {
        var row = SIMD4<UInt64>.zero
        for (index, coefficient) in coefficients.enumerated() {
            row[index / 8] |= UInt64(coefficient) << UInt64(56 - index % 8 * 8)
        }
        return row
    }

    func divide(_ data: UnsafeBufferPointer<UInt8>) -> Remainder {
        rows.withUnsafeBufferPointer { rows in
            var remainder = Remainder()
            for byte in data { remainder.append(byte, rows) }
            return remainder
        }
    }

    /// Divides two blocks side by side. One division is a chain in which each step waits for the last
    /// one's lookup; two chains overlap.
    func divide(
        _ first: UnsafeBufferPointer<UInt8>, _ second: UnsafeBufferPointer<UInt8>
    ) -> (Remainder, Remainder) {
        rows.withUnsafeBufferPointer { rows in
            var (a, b) = (Remainder(), Remainder())
            let shared = min(first.count, second.count)
            let (firstLead, secondLead) = (first.count - shared, second.count - shared)
            for index in 0..<firstLead { a.append(first[index], rows) }
            for index in 0..<secondLead { b.append(second[index], rows) }
            for index in 0..<shared {
                a.append(first[firstLead + index], rows)
                b.append(second[secondLead + index], rows)
            }
            return (a, b)
        }
    }

    /// The remainder so far, its highest coefficient in the first word's highest byte.
    struct Remainder {
        private var w0: UInt64 = 0
        private var w1: UInt64 = 0
        private var w2: UInt64 = 0
        private var w3: UInt64 = 0

        @inline(__always)
        fileprivate mutating func append(_ byte: UInt8, _ rows: UnsafeBufferPointer<SIMD4<UInt64>>)
        {
            let row = rows[Int(UInt8(truncatingIfNeeded: w0 &>> 56) ^ byte)]
            w0 = (w0 &<< 8 | w1 &>> 56) ^ row.x
            w1 = (w1 &<< 8 | w2 &>> 56) ^ row.y
            w2 = (w2 &<< 8 | w3 &>> 56) ^ row.z
            w3 = w3 &<< 8 ^ row.w
        }

        /// Writes 32 bytes, of which those after the parity are zero.
        ///
        /// - Precondition: `bytes` has room for 32.
        func write(to bytes: UnsafeMutableBufferPointer<UInt8>) {
            precondition(bytes.count >= GeneratorMultiples.bytes)
            let raw = UnsafeMutableRawBufferPointer(bytes)
            raw.storeBytes(of: w0.bigEndian, toByteOffset: 0, as: UInt64.self)
            raw.storeBytes(of: w1.bigEndian, toByteOffset: 8, as: UInt64.self)
            raw.storeBytes(of: w2.bigEndian, toByteOffset: 16, as: UInt64.self)
            raw.storeBytes(of: w3.bigEndian, toByteOffset: 24, as: UInt64.self)
        }
    }
}
