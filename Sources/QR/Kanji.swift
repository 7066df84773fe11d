/// The 13-bit values of Kanji mode (ISO/IEC 18004:2015 §7.3.6): the Shift JIS code of a JIS X 0208
/// character, packed.
enum Kanji {
    /// The value of a character, nil where Kanji mode has none.
    static func value(of scalar: Unicode.Scalar) -> Int? {
        guard scalar.value <= 0xFFFF else { return nil }
        let value = tables.values[Int(scalar.value)]
        return value == Tables.none ? nil : Int(value)
    }

    /// The character of a value, nil where there is none.
    static func scalar(of value: Int) -> Unicode.Scalar? {
        guard tables.scalars.indices.contains(value) else { return nil }
        return tables.scalars[value]
    }

    /// Whether a byte of UTF-8 is the same character in Shift JIS: ASCII but the yen and the overline.
    static func hasInCommon(_ byte: UInt8) -> Bool {
        byte < 0x80 && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "~")
    }

    private struct Tables {
        static let none = UInt16.max
        var values = [UInt16](repeating: Tables.none, count: 0x10000)
        var scalars = [Unicode.Scalar?](repeating: nil, count: 1 << 13)

        init() {
            let rows = KanjiRows.text.unicodeScalars.split(
                separator: "\n", omittingEmptySubsequences: false)
            for (row, line) in zip(KanjiRows.first..., rows) {
                for (cell, scalar) in zip(1..., line) where scalar != " " {
                    let value = Self.value(row: row, cell: cell)
                    values[Int(scalar.value)] = UInt16(value)
                    scalars[value] = scalar
                }
            }
        }

        /// The packed Shift JIS code of a cell: two rows of JIS X 0208 share a lead byte.
        private static func value(row: Int, cell: Int) -> Int {
            let lead = (row - 1) / 2 + (row <= 62 ? 0x81 : 0xC1)
            let trail = row % 2 == 0 ? cell + 0x9E : cell <= 63 ? cell + 0x3F : cell + 0x40
            let code = lead << 8 | trail
            let offset = code - (code <= 0x9FFC ? 0x8140 : 0xC140)
            return offset >> 8 * 0xC0 + offset & 0xFF
        }
    }

    private static let tables = Tables()
}
