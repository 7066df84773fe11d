import Transcoding

/// The encodings that files of texts come in: UTF-8 from most programs, GB18030 (and GBK and GB2312,
/// which it contains) from Excel in China.
public enum TextEncoding: String, Sendable, CaseIterable {
    case utf8 = "UTF-8"
    case gb18030 = "GB18030"

    /// Takes bytes for UTF-8 where they are that, without its byte order mark, and otherwise for
    /// GB18030.
    ///
    /// - Returns: the text in UTF-8, nil when it is neither, such as UTF-16.
    public static func decode(_ bytes: [UInt8]) -> (text: ArraySlice<UInt8>, encoding: Self)? {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let body = bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
        if isUTF8(body) { return (body, .utf8) }
        return CharacterEncoding(gb18030.rawValue).utf8(body).map { ($0[...], .gb18030) }
    }

    private static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) != nil }
    }
}
