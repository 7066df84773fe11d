import CZlib

/// A zlib stream (RFC 1950) of the rows of a PNG image, made for images whose rows repeat: each row
/// is looked at once, its repeats are matches a row's length back, and the checksum of all of them
/// is computed, not summed.
///
/// zlib itself would read every byte of every repeat; its `deflate` takes about ten times as long.
enum RepeatedRowsStream {
    static func compressed(_ image: RepeatedRows) -> [UInt8] {
        var tokens = DeflateTokens()
        var checksum = Adler32()
        for row in image.rows {
            append(row.bits, times: row.times, to: &tokens)
            checksum.append(filterNoneThen: row.bits, times: row.times)
        }
        let deflateWith32KWindow: [UInt8] = [0x78, 0x01]
        let check = (0..<4).map { UInt8(truncatingIfNeeded: checksum.value >> (24 - 8 * $0)) }
        return deflateWith32KWindow + DeflateBlock.bytes(tokens) + check
    }

    private static func append(_ bits: [UInt8], times: Int, to tokens: inout DeflateTokens) {
        let filterNone: UInt8 = 0
        tokens.append(filterNone)
        var index = 0
        while index < bits.count {
            var end = index + 1
            while end < bits.count, bits[end] == bits[index] { end += 1 }
            tokens.append(bits[index])
            if end - index > 3 {
                tokens.append(repeating: 1, length: end - index - 1)
            } else {
                for _ in index + 1..<end { tokens.append(bits[index]) }
            }
            index = end
        }
        let stride = bits.count + 1
        let repeats = (times - 1) * stride
        if repeats >= 3 {
            tokens.append(repeating: stride, length: repeats)
        } else if repeats > 0 {
            for _ in 1..<times { tokens.append(filterNone); tokens.append(bits[0]) }
        }
    }
}

/// The checksum of RFC 1950 §8.2.
struct Adler32 {
    private static let modulus = 65_521
    private var sum = 1
    private var sumOfSums = 0

    var value: Int { sumOfSums << 16 | sum }

    /// Adds a zero byte and a row, several times over. Each time adds the row's own sums and, for
    /// each of its bytes, all that came before.
    mutating func append(filterNoneThen row: [UInt8], times: Int) {
        let rowChecksum = row.withUnsafeBufferPointer { row in
            Int(adler32(0, row.baseAddress, UInt32(row.count)))
        }
        // Started from 0 in place of 1, these are Σ byte and Σ (count - index) · byte.
        let (rowSum, rowSums) = (rowChecksum & 0xFFFF, rowChecksum >> 16)
        let length = (row.count + 1) % Self.modulus
        let pairs = (times * (times - 1) / 2) % Self.modulus
        let before = times % Self.modulus * (length * sum % Self.modulus)
        let within = times % Self.modulus * rowSums
        let between = pairs * (length * rowSum % Self.modulus)
        sumOfSums = (sumOfSums + before + within + between) % Self.modulus
        sum = (sum + times % Self.modulus * rowSum) % Self.modulus
    }
}
