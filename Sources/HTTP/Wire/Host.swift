import Glibc

/// uri-host [ ":" port ] (RFC 9112 §3.2, RFC 3986 §3.2.2).
enum Host {
    static func isValid(_ range: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        guard let first = range.first else { return false }
        var end = first
        if bytes[first] == UInt8(ascii: "[") {
            while end < range.upperBound, bytes[end] != UInt8(ascii: "]") { end += 1 }
            guard end < range.upperBound, isIPv6((first + 1)..<end, in: bytes) else { return false }
            end += 1
        } else {
            while end < range.upperBound, bytes[end] != UInt8(ascii: ":") {
                guard bytes[end].isRegisteredName else { return false }
                if bytes[end] == UInt8(ascii: "%") {
                    guard end + 2 < range.upperBound, bytes[end + 1].hexDigit != nil,
                        bytes[end + 2].hexDigit != nil
                    else { return false }
                }
                end += 1
            }
            guard end > first else { return false }
        }
        return end == range.upperBound
            || bytes[end] == UInt8(ascii: ":") && isPort((end + 1)..<range.upperBound, in: bytes)
    }

    /// Digits up to 65535; RFC 3986 allows none at all.
    private static func isPort(_ range: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        guard range.count <= 5 else { return false }
        var port = 0
        for index in range {
            guard bytes[index].isDigit else { return false }
            port = port * 10 + Int(bytes[index] - 48)
        }
        return port <= 65535
    }

    private static func isIPv6(_ range: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        // The longest form is ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255.
        guard (2...45).contains(range.count) else { return false }
        var text: [CChar] = []
        for index in range {
            guard bytes[index] < 0x80, bytes[index] != 0 else { return false }
            text.append(CChar(bytes[index]))
        }
        text.append(0)
        var address = in6_addr()
        return inet_pton(AF_INET6, text, &address) == 1
    }
}
