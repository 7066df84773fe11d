/// Turns columns into rows in blocks of 64 × 64 bits.
enum Transposition {
    /// - Parameters: both word by word, with 64 · `words` lines a word.
    static func transpose(
        _ source: UnsafePointer<UInt64>, into target: UnsafeMutablePointer<UInt64>, words: Int
    ) {
        for word in 0..<words {
            for block in 0..<words {
                transposeBlock(
                    source + (word * words + block) * 64, target + (block * words + word) * 64)
            }
        }
    }

    /// Swaps ever smaller off-diagonal squares ("Hacker's Delight" §7-3), bit 0 first.
    private static func transposeBlock(
        _ source: UnsafePointer<UInt64>, _ target: UnsafeMutablePointer<UInt64>
    ) {
        target.update(from: source, count: 64)
        var width = 32
        var mask: UInt64 = 0x0000_0000_FFFF_FFFF
        while width > 0 {
            var line = 0
            while line < 64 {
                for upper in line..<line &+ width {
                    let lower = upper &+ width
                    let swap =
                        ((target[upper] &>> UInt64(width)) ^ target[lower]) & mask
                    target[lower] ^= swap
                    target[upper] ^= swap &<< UInt64(width)
                }
                line &+= 2 &* width
            }
            width &>>= 1
            mask ^= mask &<< UInt64(width)
        }
    }
}
