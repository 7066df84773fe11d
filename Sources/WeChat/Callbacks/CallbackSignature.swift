import Crypto

/// The signature that WeChat puts on every callback (`wechat-wire.md` §2.1, §2.4).
public struct CallbackSignature: Sendable {
    /// The token that the account's owner typed into WeChat's console and here. Not an access
    /// token.
    private let token: Secret

    public init(token: Secret) {
        self.token = token
    }

    /// Whether the signature is that of the parts. Takes as long for a wrong one as for a right
    /// one.
    ///
    /// - Parameter encrypted: the text of `<Encrypt>`, or WeCom's `echostr`, for `msg_signature`;
    ///   nil for `signature`.
    public func matches(
        _ signature: String, timestamp: String, nonce: String, encrypted: String? = nil
    ) -> Bool {
        let expected = digest(timestamp: timestamp, nonce: nonce, encrypted: encrypted)
        let given = signature.utf8
        guard given.count == 2 * Insecure.SHA1Digest.byteCount else { return false }
        var difference: UInt8 = 0
        var next = given.makeIterator()
        for byte in expected {
            difference |= Self.digits[Int(byte >> 4)] ^ (next.next() ?? 0)
            difference |= Self.digits[Int(byte & 15)] ^ (next.next() ?? 0)
        }
        return difference == 0
    }

    /// Lower-case hexadecimal SHA-1 of the parts, sorted as bytes and joined.
    public func signature(timestamp: String, nonce: String, encrypted: String? = nil) -> String {
        Self.hexadecimal(digest(timestamp: timestamp, nonce: nonce, encrypted: encrypted))
    }

    private func digest(
        timestamp: String, nonce: String, encrypted: String?
    ) -> Insecure.SHA1Digest {
        var parts = [token.revealed, timestamp, nonce]
        if let encrypted { parts.append(encrypted) }
        parts.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var hash = Insecure.SHA1()
        for var part in parts {
            part.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        }
        return hash.finalize()
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * Insecure.SHA1Digest.byteCount)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
