import Foundation

/// Base64 with the ordinary alphabet and padding (RFC 4648 §4).
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
    }

    /// Absent when the text is not base64. Unused low bits of the last character may be set, as
    /// they are in most EncodingAESKeys.
    static func decode(_ text: String) -> [UInt8]? {
        Data(base64Encoded: text).map(Array.init)
    }
}
