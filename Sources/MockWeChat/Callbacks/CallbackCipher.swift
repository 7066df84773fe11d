import Crypto
import CryptoExtras

/// `EncodingAESKey`: 43 letters and digits that are a 32-byte key (`wechat-wire.md` §2.4).
struct EncodingAESKey: Sendable {
    fileprivate let bytes: [UInt8]

    init?(_ text: String) {
        guard text.utf8.count == 43, text.utf8.allSatisfy(\.isAlphanumericByte),
            let bytes = Base64.decode(text + "="), bytes.count == 32
        else { return nil }
        self.bytes = bytes
    }
}

/// Encrypts callbacks and decrypts the answers: AES-256-CBC with the key's first half as IV.
struct CallbackCipher: Sendable {
    let key: EncodingAESKey
    /// The appid; the corp id at WeCom.
    let receiveID: String

    /// Padding goes to a multiple of this, not of AES's 16.
    private static let paddingBlock = 32

    /// - Parameter random: 16 bytes that stand in front.
    /// - Returns: Base64; absent only when AES itself fails.
    func encrypt(_ message: String, random: [UInt8]) -> String? {
        let length = UInt32(truncatingIfNeeded: message.utf8.count)
        var plain = random + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
        plain += message.utf8
        plain += receiveID.utf8
        let pad = Self.paddingBlock - plain.count % Self.paddingBlock
        plain += Array(repeating: UInt8(pad), count: pad)
        guard let iv = try? AES._CBC.IV(ivBytes: key.bytes.prefix(16)),
            let secret = try? AES._CBC.encrypt(
                plain, using: SymmetricKey(data: key.bytes), iv: iv, noPadding: true)
        else { return nil }
        return Base64.encode(Array(secret))
    }

    /// Absent when the text was not encrypted with this key for this receiver.
    func decrypt(_ text: String) -> String? {
        guard let secret = Base64.decode(text), !secret.isEmpty, secret.count % 16 == 0,
            let iv = try? AES._CBC.IV(ivBytes: key.bytes.prefix(16)),
            let decrypted = try? AES._CBC.decrypt(
                secret, using: SymmetricKey(data: key.bytes), iv: iv, noPadding: true)
        else { return nil }
        let plain = Array(decrypted)
        guard let pad = plain.last, (1...Self.paddingBlock).contains(Int(pad)),
            plain.count >= 20 + Int(pad)
        else { return nil }
        let content = plain[20..<(plain.count - Int(pad))]
        let length = plain[16..<20].reduce(0) { $0 << 8 | Int($1) }
        guard length <= content.count,
            Array(content.dropFirst(length)) == Array(receiveID.utf8)
        else { return nil }
        return String(validating: content.prefix(length), as: UTF8.self)
    }
}

/// `signature` and `msg_signature`.
enum CallbackSignature {
    /// Lowercase hexadecimal SHA-1 of the parts, sorted as bytes and joined.
    static func sign(_ parts: String...) -> String {
        let sorted = parts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        let digest = Insecure.SHA1.hash(data: Array(sorted.joined()))
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }
}
