import Transcoding

/// What the bytes of a symbol are declared to be (extended channel interpretation, ISO/IEC 18004:2015
/// §7.4.2), by its assignment number.
enum Interpretation {
    static let utf8 = 26

    /// The bytes as UTF-8; as they are where they are none of the character set, or the number is not
    /// one of a character set.
    static func text(_ bytes: [UInt8], assignment: Int) -> [UInt8] {
        guard assignment != utf8, let encoding = encodings[assignment] else { return bytes }
        return encoding.utf8(bytes) ?? bytes
    }

    /// ISO/IEC 8859-1, which bytes are without a declaration; its codes are Unicode's.
    static func latin1(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.flatMap { String(Unicode.Scalar($0)).utf8 }
    }

    /// The character sets of AIM ITS/04-023.
    private static let encodings: [Int: CharacterEncoding] = [
        0: "CP437", 1: "ISO-8859-1", 2: "CP437", 3: "ISO-8859-1", 4: "ISO-8859-2",
        5: "ISO-8859-3", 6: "ISO-8859-4", 7: "ISO-8859-5", 8: "ISO-8859-6", 9: "ISO-8859-7",
        10: "ISO-8859-8", 11: "ISO-8859-9", 12: "ISO-8859-10", 13: "ISO-8859-11",
        15: "ISO-8859-13", 16: "ISO-8859-14", 17: "ISO-8859-15", 18: "ISO-8859-16",
        20: "CP932", 21: "CP1250", 22: "CP1251", 23: "CP1252", 24: "CP1256",
        25: "UTF-16BE", 27: "US-ASCII", 28: "BIG5", 29: "GB18030", 30: "CP949", 31: "GB18030",
        32: "GB18030", 33: "UTF-16LE", 34: "UTF-32BE", 35: "UTF-32LE",
    ].mapValues(CharacterEncoding.init)
}
