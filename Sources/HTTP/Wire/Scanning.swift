import Glibc

/// Looking for bytes and checking them, many at a time.
extension Span<UInt8> {
    /// The index of the next `byte` at or after `start`.
    func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        guard start < count else { return nil }
        return withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress,
                let found = memchr(base + start, Int32(byte), count - start)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    /// Whether every byte of the range may stand in a field value.
    func isFieldValue(_ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index + 8 <= range.upperBound {
            let word = bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            if Self.mayHoldControl(word) {
                for offset in 0..<8 where !self[index + offset].isFieldValue { return false }
            }
            index += 8
        }
        while index < range.upperBound {
            guard self[index].isFieldValue else { return false }
            index += 1
        }
        return true
    }

    /// Compares ASCII letters without case; `word` must be given in lower case.
    func matches(_ range: Range<Int>, lowercase word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { word in
            for offset in 0..<word.count
            where self[range.lowerBound + offset].lowercased != word[offset] {
                return false
            }
            return true
        }
    }

    /// Eight bytes at once: false only when none of them is below 0x20 or 0x7f.
    private static func mayHoldControl(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high = ones &* 0x80
        let isDelete = word ^ (ones &* 0x7f)
        return ((word &- ones &* 0x20) & ~word | (isDelete &- ones) & ~isDelete) & high != 0
    }
}
