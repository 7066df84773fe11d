import TestSupport
import Testing
import WeChat

struct CallbackCryptoTests {
    let signature = CallbackSignature(token: Secret(CallbackVector.token))

    @Test func `a plain callback is signed over token, timestamp and nonce`() {
        #expect(matches(CallbackVector.plainSignature))
    }

    @Test(arguments: CallbackVector.all)
    func `an encrypted callback is signed over its ciphertext too`(_ vector: CallbackVector) {
        #expect(matches(vector.signature, encrypted: vector.encrypted))
        #expect(!matches(vector.signature))
        #expect(!matches(vector.signature, encrypted: vector.encrypted + "A"))
    }

    @Test(arguments: [
        "", "fd4224", "FD4224FEAA391E83EBA47D03FCF28891E0137A82",
        "0d4224feaa391e83eba47d03fcf28891e0137a82", "fd4224feaa391e83eba47d03fcf28891e0137a8é",
        String(repeating: "fd4224feaa", count: 10_000),
    ])
    func `a wrong signature does not match`(_ wrong: String) {
        #expect(!matches(wrong))
    }

    @Test func `parts are sorted by their bytes`() {
        let odd = CallbackSignature(token: Secret("é"))
        #expect(
            odd.signature(timestamp: "z", nonce: "\u{65}\u{301}")
                == odd.signature(timestamp: "\u{65}\u{301}", nonce: "z"))
    }

    @Test(arguments: CallbackVector.all)
    func `a callback encrypted elsewhere is opened, and sealed to the same text`(
        _ vector: CallbackVector
    ) throws {
        let crypto = try crypto(for: vector.receiveID)
        #expect(try crypto.decrypted(vector.encrypted) == Array(vector.message.utf8))
        #expect(
            try crypto.encrypted(Array(vector.message.utf8), random: CallbackVector.random)
                == vector.encrypted)
    }

    @Test(arguments: 0...100)
    func `a message of any length comes back as it was`(_ length: Int) throws {
        let crypto = try crypto(for: "wx1")
        let message = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        let sealed = try crypto.encrypted(message, random: CallbackVector.random)
        #expect(try crypto.decrypted(sealed) == message)
    }

    @Test func `a callback for another account is refused`() throws {
        let vector = CallbackVector.all[0]
        let other = try crypto(for: "wx0000000000000000")
        #expect(throws: CallbackCryptoError.wrongReceiver) {
            try other.decrypted(vector.encrypted)
        }
    }

    @Test(arguments: [
        "", "short", CallbackVector.key + "=", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEF+",
        "abcdefghijklmnopqrstuvwxyz0123456789ABCDEé",
    ])
    func `a key that is not 43 letters and digits is refused`(_ key: String) {
        #expect(throws: CallbackCryptoError.invalidKey) {
            try CallbackCrypto(encodingAESKey: Secret(key), receiveID: "wx1")
        }
    }

    @Test(arguments: "AEIMQUYcgkosw048BFJNRVZdhlptx159CGKOSWaeimquy26DHLPTXbfjnrvz37")
    func `a key may end in any letter or digit`(_ last: Character) throws {
        let key = CallbackVector.key.dropLast() + String(last)
        let crypto = try CallbackCrypto(encodingAESKey: Secret(String(key)), receiveID: "wx1")
        let sealed = try crypto.encrypted([1, 2, 3], random: CallbackVector.random)
        #expect(try crypto.decrypted(sealed) == [1, 2, 3])
    }

    @Test(arguments: 0..<500)
    func `no ciphertext, however broken, is taken or crashes`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let crypto = try crypto(for: "wx0a1b2c3d4e5f6071")
        var text = Array(CallbackVector.all[0].encrypted.utf8)
        switch seed % 4 {
        case 0: text[Int.random(in: 0..<text.count, using: &random)] ^= 1
        case 1: text.removeLast(Int.random(in: 1..<text.count, using: &random))
        case 2: text.shuffle(using: &random)
        default: text = (0..<64).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        // A flipped bit late in the text may spoil only the message, which its signature guards.
        let opened = try? crypto.decrypted(String(decoding: text, as: UTF8.self))
        #expect(opened == nil || seed % 4 == 0)
    }

    private func crypto(for receiveID: String) throws -> CallbackCrypto {
        try CallbackCrypto(
            encodingAESKey: Secret(CallbackVector.key), receiveID: receiveID)
    }

    private func matches(_ text: String, encrypted: String? = nil) -> Bool {
        signature.matches(
            text, timestamp: CallbackVector.timestamp, nonce: CallbackVector.nonce,
            encrypted: encrypted)
    }
}
