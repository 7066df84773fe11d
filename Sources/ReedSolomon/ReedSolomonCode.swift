/// A Reed–Solomon code over GF(2⁸) whose generator has the roots α⁰ … αⁿ⁻¹, where n is the number
/// of parity bytes (ISO/IEC 18004:2015 §7.5.2 and annex A).
///
/// A codeword is data followed by parity, at most 255 bytes in all. n parity bytes correct any e
/// errors and s erasures with 2e + s ≤ n.
public struct ReedSolomonCode: Sendable {
    /// The number of parity bytes, 1…254.
    public let parityCount: Int
    /// The generator's coefficients from xⁿ⁻¹ down to x⁰; the leading 1 is left out.
    public let generator: [UInt8]
    /// Every multiple of the generator, when it fits the fast division's four words.
    let multiples: GeneratorMultiples?

    /// - Precondition: `parityCount` is 1…254.
    public init(parityCount: Int) {
        precondition((1...254).contains(parityCount), "a code has 1 to 254 parity bytes")
        self.parityCount = parityCount
        generator = Self.generator(ofDegree: parityCount)
        multiples = GeneratorMultiples(generator)
    }

    /// The parity bytes of `data`: the remainder of data · xⁿ divided by the generator.
    ///
    /// - Precondition: data and parity are at most 255 bytes.
    public func parity(of data: [UInt8]) -> [UInt8] {
        precondition(data.count + parityCount <= 255, "a codeword has at most 255 bytes")
        guard let multiples else { return longDivision(of: data) }
        return data.withUnsafeBufferPointer { bytes in
            [UInt8](unsafeUninitializedCapacity: GeneratorMultiples.bytes) { parity, count in
                multiples.divide(bytes).write(to: parity)
                count = parityCount
            }
        }
    }

    private func longDivision(of data: [UInt8]) -> [UInt8] {
        var remainder = [UInt8](repeating: 0, count: parityCount)
        for byte in data {
            let factor = byte ^ remainder[0]
            remainder.removeFirst()
            remainder.append(0)
            for index in generator.indices {
                remainder[index] ^= GaloisField.product(generator[index], factor)
            }
        }
        return remainder
    }

    /// (x − α⁰)(x − α¹)…(x − αⁿ⁻¹) without its leading 1.
    private static func generator(ofDegree degree: Int) -> [UInt8] {
        var product: [UInt8] = [1]
        for exponent in 0..<degree {
            let root = GaloisField.power(exponent)
            product.append(0)
            for index in (1..<product.count).reversed() {
                product[index] ^= GaloisField.product(product[index - 1], root)
            }
        }
        return Array(product.dropFirst())
    }
}
