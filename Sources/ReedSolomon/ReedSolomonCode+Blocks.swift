extension ReedSolomonCode {
    /// The room that `writeParity` needs for each block: 32 bytes, or the parity if that is longer.
    public var paritySpace: Int { max(GeneratorMultiples.bytes, parityCount) }

    /// Writes the parity of two blocks, which is faster than one after the other.
    ///
    /// - Precondition: each target has room for `paritySpace` bytes; what follows the parity there
    ///   is overwritten.
    public func writeParity(
        of first: UnsafeBufferPointer<UInt8>, to firstParity: UnsafeMutableBufferPointer<UInt8>,
        of second: UnsafeBufferPointer<UInt8>, to secondParity: UnsafeMutableBufferPointer<UInt8>
    ) {
        guard let multiples else {
            writeParity(of: first, to: firstParity)
            writeParity(of: second, to: secondParity)
            return
        }
        let (a, b) = multiples.divide(first, second)
        a.write(to: firstParity)
        b.write(to: secondParity)
    }

    /// Writes the parity of one block.
    ///
    /// - Precondition: the target has room for `paritySpace` bytes.
    public func writeParity(
        of data: UnsafeBufferPointer<UInt8>, to target: UnsafeMutableBufferPointer<UInt8>
    ) {
        if let multiples {
            multiples.divide(data).write(to: target)
        } else {
            _ = target.update(fromContentsOf: parity(of: Array(data)))
        }
    }
}
