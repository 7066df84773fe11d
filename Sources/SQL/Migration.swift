/// One step of the schema, from a file `NNNN-name.sql`. It never changes once released.
public struct Migration: Sendable, Hashable {
    /// Its place in the list, from 1.
    public let number: Int
    /// The file's name without `.sql`.
    public let name: String
    /// The SQL with its tokens, as `Dialect.spelling(ofMigrationToken:)` lists them.
    public let text: String

    /// - Parameter name: `NNNN-name`; `nil` when it has another form.
    public init?(name: String, text: String) {
        let digits = name.prefix { $0.isASCII && $0.isNumber }
        guard digits.count == 4, name.dropFirst(4).first == "-", name.count > 5,
            let number = Int(digits), number > 0
        else { return nil }
        self.number = number
        self.name = name
        self.text = text
    }

    /// FNV-1a, 64 bits, of the text: tells a changed file, not a forged one.
    ///
    /// <https://www.rfc-editor.org/rfc/rfc9923>
    public var checksum: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return String(hash, radix: 16)
    }
}
