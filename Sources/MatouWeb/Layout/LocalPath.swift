import HTTP

/// A path on this site, taken from what a browser sent: never a way to another one.
struct LocalPath: Sendable, Equatable {
    private static let bytesMax = 2048

    let text: String

    /// Nil for anything that a browser could read as an address with a host: `//host`, `/\host`, or
    /// either of them with characters in it that browsers drop (WHATWG URL §4.4).
    init?(_ text: String?) {
        guard let text, text.utf8.count <= Self.bytesMax, text.hasPrefix("/"),
            !text.hasPrefix("//"), !text.utf8.contains(UInt8(ascii: "\\")),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f })
        else { return nil }
        self.text = text
    }
}
