import Mustache

/// HTML escaping by Unicode scalar.
///
/// The library's own goes by grapheme, so that a quote with a combining mark on it is not a quote to
/// it, while it is one to every browser, and ends the attribute that it stands in.
package struct ScalarEscaping: MustacheContentType {
    private static let name = "HTML-BY-SCALAR"
    /// Stands at the head of every template: a partial forgets what its parent said.
    package static let pragma = "{{% CONTENT_TYPE: \(name)}}\n"

    /// Makes it known to the library; once is enough, more do no harm.
    package static func register() { MustacheContentTypes.register(ScalarEscaping(), named: name) }

    package func escapeText(_ text: String) -> String { Self.escaped(text) }

    package static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            case UInt8(ascii: "'"): bytes += "&#39;".utf8
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
