import Glibc

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
        return fromGB18030(body).map { ($0[...], .gb18030) }
    }

    private static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) != nil }
    }

    private static func fromGB18030(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        guard let converter = iconv_open(TextEncoding.utf8.rawValue, TextEncoding.gb18030.rawValue),
            Int(bitPattern: converter) != -1
        else { return nil }
        defer { iconv_close(converter) }
        var source = bytes.map(CChar.init(bitPattern:))
        // Two bytes of GB18030 become three of UTF-8, four become four.
        let roomMax = source.count / 2 * 3 + 4
        var converted = [CChar](repeating: 0, count: roomMax)
        let left: Int? = source.withUnsafeMutableBufferPointer { source in
            converted.withUnsafeMutableBufferPointer { target in
                var (from, to) = (source.baseAddress, target.baseAddress)
                var (fromLeft, toLeft) = (source.count, target.count)
                let status = iconv(converter, &from, &fromLeft, &to, &toLeft)
                return status == -1 ? nil : toLeft
            }
        }
        return left.map { converted.dropLast($0).map(UInt8.init(bitPattern:)) }
    }
}
