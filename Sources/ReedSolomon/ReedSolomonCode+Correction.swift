extension ReedSolomonCode {
    /// Why a codeword was given up.
    public enum CorrectionError: Error, Equatable {
        /// More damage than the parity can repair; the codeword is left as it was.
        case uncorrectable
        /// The codeword is shorter than its parity or longer than 255 bytes.
        case wrongLength(Int)
        /// An erasure points outside the codeword.
        case erasureOutOfRange(Int)
    }

    /// Repairs `codeword` (data, then parity) in place.
    ///
    /// - Parameter erasures: indices of bytes known to be unreliable; each costs half of an error.
    /// - Returns: the indices of the bytes that were changed, ascending. Damage past the limit may
    ///   by chance resemble another codeword and be "repaired" into it; no decoder can tell.
    public func correct(
        _ codeword: inout [UInt8], erasures: [Int] = []
    ) throws(CorrectionError) -> [Int] {
        guard codeword.count > parityCount, codeword.count <= 255 else {
            throw .wrongLength(codeword.count)
        }
        let erased = Set(erasures)
        if let wrong = erased.first(where: { !codeword.indices.contains($0) }) {
            throw .erasureOutOfRange(wrong)
        }
        let syndromes = syndromes(of: codeword)
        guard syndromes.contains(where: { $0 != 0 }) else { return [] }
        guard erased.count <= parityCount else { throw .uncorrectable }

        let length = codeword.count
        let locators = erased.map { GaloisField.power(length - 1 - $0) }
        let locator = errorLocator(syndromes, erasures: locators)
        guard 2 * (locator.count - 1) - erased.count <= parityCount else { throw .uncorrectable }
        let positions = codeword.indices.filter {
            GaloisField.value(of: locator, at: GaloisField.power($0 - length + 1)) == 0
        }
        guard positions.count == locator.count - 1 else { throw .uncorrectable }

        var repaired = codeword
        let evaluator = errorEvaluator(syndromes, locator)
        for position in positions {
            guard let error = magnitude(at: length - 1 - position, locator, evaluator) else {
                throw .uncorrectable
            }
            repaired[position] ^= error
        }
        guard self.syndromes(of: repaired).allSatisfy({ $0 == 0 }) else { throw .uncorrectable }
        let changed = positions.filter { repaired[$0] != codeword[$0] }
        codeword = repaired
        return changed
    }

    /// The codeword's values at the generator's roots: all zero when nothing is damaged.
    private func syndromes(of codeword: [UInt8]) -> [UInt8] {
        (0..<parityCount).map { exponent in
            let root = GaloisField.power(exponent)
            return codeword.reduce(0) { GaloisField.product($0, root) ^ $1 }
        }
    }

    /// Berlekamp–Massey, started from the locator of the erasures (Blahut, "Theory and Practice of
    /// Error Control Codes", §9.2). The constant coefficient comes first.
    private func errorLocator(_ syndromes: [UInt8], erasures: [UInt8]) -> [UInt8] {
        var locator: [UInt8] = [1]
        for erasure in erasures { locator = sum(locator, shifted(locator, times: erasure)) }
        var previous = locator
        var length = erasures.count
        for step in erasures.count..<syndromes.count {
            var discrepancy: UInt8 = 0
            for index in 0..<min(locator.count, step + 1) {
                discrepancy ^= GaloisField.product(locator[index], syndromes[step - index])
            }
            let candidate = sum(locator, shifted(previous, times: discrepancy))
            if discrepancy != 0, 2 * length <= step + erasures.count {
                length = step + 1 + erasures.count - length
                previous = locator.map { GaloisField.quotient($0, discrepancy) }
            } else {
                previous = shifted(previous, times: 1)
            }
            locator = candidate
        }
        while locator.last == 0, locator.count > 1 { locator.removeLast() }
        return locator
    }

    /// syndromes · locator modulo xⁿ.
    private func errorEvaluator(_ syndromes: [UInt8], _ locator: [UInt8]) -> [UInt8] {
        syndromes.indices.map { power in
            var coefficient: UInt8 = 0
            for index in 0...min(power, locator.count - 1) {
                coefficient ^= GaloisField.product(locator[index], syndromes[power - index])
            }
            return coefficient
        }
    }

    /// Forney's formula for the error at x to the power of `exponent`; nil when the locator has a
    /// double root there.
    private func magnitude(at exponent: Int, _ locator: [UInt8], _ evaluator: [UInt8]) -> UInt8? {
        let inverse = GaloisField.power(-exponent)
        // In characteristic 2 the derivative keeps the odd coefficients, one power lower.
        let derivative = locator.indices.dropFirst().map { $0 % 2 == 1 ? locator[$0] : 0 }
        let slope = GaloisField.value(of: derivative, at: inverse)
        guard slope != 0 else { return nil }
        let value = GaloisField.value(of: evaluator, at: inverse)
        return GaloisField.product(
            GaloisField.power(exponent), GaloisField.quotient(value, slope))
    }

    private func shifted(_ polynomial: [UInt8], times factor: UInt8) -> [UInt8] {
        [0] + polynomial.map { GaloisField.product($0, factor) }
    }

    private func sum(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
        let (short, long) = a.count < b.count ? (a, b) : (b, a)
        return long.indices.map { long[$0] ^ ($0 < short.count ? short[$0] : 0) }
    }
}
