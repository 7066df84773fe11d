import Crypto
import CryptoExtras
import Foundation

/// Encryption of callbacks in safe and compatible mode, one envelope for official accounts and
/// WeCom (`wechat-wire.md` §2.4): AES-256-CBC over 16 random bytes, the message's length, the
/// message and the receiver's id.
public struct CallbackCrypto: Sendable {
    public static let keyLength = 43
    private static let blockSize = 32
    private static let randomSize = 16
    private static let lengthSize = 4

    private let key: SymmetricKey
    private let iv: AES._CBC.IV
    private let receiveID: [UInt8]

    /// - Parameters:
    ///   - encodingAESKey: the 43 letters and digits from WeChat's console.
    ///   - receiveID: the app id; for WeCom the corp id.
    public init(encodingAESKey: Secret, receiveID: String) throws(CallbackCryptoError) {
        let text = encodingAESKey.revealed
        let isAlphanumeric = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte)
        }
        // The 43rd character holds two bits too many, which WeChat does not set to zero; Foundation
        // drops them.
        guard text.utf8.count == Self.keyLength, isAlphanumeric,
            let bytes = Data(base64Encoded: text + "="), bytes.count == 32,
            let iv = try? AES._CBC.IV(ivBytes: bytes.prefix(16))
        else { throw .invalidKey }
        key = SymmetricKey(data: bytes)
        self.iv = iv
        self.receiveID = Array(receiveID.utf8)
    }

    /// The message inside an `<Encrypt>` element or WeCom's `echostr`.
    public func decrypted(_ base64: String) throws(CallbackCryptoError) -> [UInt8] {
        guard let cipher = Data(base64Encoded: base64), !cipher.isEmpty, cipher.count % 16 == 0,
            let plain = try? AES._CBC.decrypt(cipher, using: key, iv: iv, noPadding: true)
        else { throw .undecryptable }
        return try message(inside: Array(plain))
    }

    /// - Parameter random: 16 bytes that nobody can guess.
    public func encrypted(
        _ message: [UInt8], random: [UInt8]
    ) throws(CallbackCryptoError) -> String {
        guard random.count == Self.randomSize, let length = UInt32(exactly: message.count) else {
            throw .unencryptable
        }
        var plain = random
        plain += withUnsafeBytes(of: length.bigEndian, Array.init)
        plain += message
        plain += receiveID
        let pad = Self.blockSize - plain.count % Self.blockSize
        plain += Array(repeating: UInt8(pad), count: pad)
        guard let cipher = try? AES._CBC.encrypt(plain, using: key, iv: iv, noPadding: true) else {
            throw .unencryptable
        }
        return cipher.base64EncodedString()
    }

    private func message(inside plain: [UInt8]) throws(CallbackCryptoError) -> [UInt8] {
        let head = Self.randomSize + Self.lengthSize
        guard let pad = plain.last, (1...UInt8(Self.blockSize)).contains(pad) else {
            throw .undecryptable
        }
        let end = plain.count - Int(pad)
        guard end >= head else { throw .undecryptable }
        let length = plain[Self.randomSize..<head].reduce(0) { $0 << 8 | Int($1) }
        guard length <= end - head else { throw .undecryptable }
        guard plain[(head + length)..<end].elementsEqual(receiveID) else { throw .wrongReceiver }
        return Array(plain[head..<(head + length)])
    }
}

/// Why a callback could not be opened or an answer not be sealed.
public enum CallbackCryptoError: Error, Sendable, Equatable {
    /// Not 43 letters and digits: copy the EncodingAESKey anew from WeChat's console.
    case invalidKey
    /// Not encrypted with this key: the keys here and in WeChat's console differ, or the text was
    /// cut.
    case undecryptable
    /// Meant for another app id or corp id.
    case wrongReceiver
    /// The message is longer than an envelope holds, or the random part is not 16 bytes.
    case unencryptable
}
