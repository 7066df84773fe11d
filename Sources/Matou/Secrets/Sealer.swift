import Crypto
import Foundation
import Glibc

/// Seals secrets for the database: AES-256-GCM under a key that is kept outside of it.
///
/// What is sealed is bound to its place (`purpose`), so that a sealed value copied to another row or
/// column does not open there.
package struct Sealer: Sendable {
    /// Bytes of a key.
    package static let keyLength = 32

    private let key: SymmetricKey

    /// - Throws: `SealingError.wrongKeyLength`.
    package init(key: [UInt8]) throws(SealingError) {
        guard key.count == Self.keyLength else { throw .wrongKeyLength(key.count) }
        self.key = SymmetricKey(data: key)
    }

    /// - Throws: `SealingError.cannotSeal` when the cipher refuses, which no text brings about.
    package func seal(_ text: String, for purpose: String) throws(SealingError) -> String {
        do {
            let box = try AES.GCM.seal(
                Data(text.utf8), using: key, authenticating: Data(purpose.utf8))
            guard let combined = box.combined else { throw SealingError.cannotSeal }
            return "v1." + combined.base64EncodedString()
        } catch {
            throw .cannotSeal
        }
    }

    /// - Throws: `SealingError.cannotOpen` when the text was sealed with another key, for another
    ///   purpose, or was altered.
    package func open(_ sealed: String, for purpose: String) throws(SealingError) -> String {
        guard sealed.hasPrefix("v1."),
            let combined = Data(base64Encoded: String(sealed.dropFirst(3)))
        else { throw .cannotOpen(purpose: purpose) }
        do {
            let box = try AES.GCM.SealedBox(combined: combined)
            let text = try AES.GCM.open(box, using: key, authenticating: Data(purpose.utf8))
            return String(decoding: text, as: UTF8.self)
        } catch {
            throw .cannotOpen(purpose: purpose)
        }
    }
}

/// Texts that go out in the open and come back, such as the words of a link: HMAC-SHA256 under a key
/// of their own, derived from the sealing key.
extension Sealer {
    /// - Parameter purpose: what the text is for; one made for another purpose does not pass.
    package func authenticator(of text: String, for purpose: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: keyOf(purpose))
        return Data(code).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    package func isAuthentic(
        _ authenticator: String, of text: String, for purpose: String
    ) -> Bool {
        var base64 = authenticator.replacing("-", with: "+").replacing("_", with: "/")
        while base64.utf8.count % 4 != 0 { base64 += "=" }
        guard base64.utf8.count <= 64, let code = Data(base64Encoded: base64) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(
            code, authenticating: Data(text.utf8), using: keyOf(purpose))
    }

    private func keyOf(_ purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, info: Data("authenticate \(purpose)".utf8), outputByteCount: 32)
    }
}

package enum SealingError: Error, Sendable, Equatable, CustomStringConvertible {
    case wrongKeyLength(Int)
    case cannotSeal
    case cannotOpen(purpose: String)
    case cannotKeepKey(path: String, reason: String)

    package var description: String {
        switch self {
        case .wrongKeyLength(let count):
            "the key that seals secrets has \(count) bytes instead of \(Sealer.keyLength)"
        case .cannotSeal: "a secret could not be sealed"
        case .cannotOpen(let purpose):
            "the secret \(purpose) does not open: the key file is not the one it was sealed with"
        case .cannotKeepKey(let path, let reason):
            "the key file \(path) can be neither read nor made: \(reason)"
        }
    }
}

extension Sealer {
    /// Reads the key from `path`, or makes one there that only this user can read.
    ///
    /// - Throws: `SealingError.cannotKeepKey` or `.wrongKeyLength`.
    package static func keyFile(
        at path: String, randomness: Randomness
    ) throws(SealingError) -> Sealer {
        if let key = FileManager.default.contents(atPath: path) {
            return try Sealer(key: Array(key))
        }
        guard access(path, F_OK) != 0 else {
            throw .cannotKeepKey(path: path, reason: "this user may not read it")
        }
        let key = randomness.bytes(keyLength)
        // Under another name until it is on the disk: a crash leaves no half of a key.
        let draft = path + ".draft"
        unlink(draft)
        guard write(key, to: draft), link(draft, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(draft)
            throw .cannotKeepKey(path: path, reason: reason)
        }
        unlink(draft)
        flush(folderOf: path)
        return try Sealer(key: key)
    }

    /// Writes a new file that only its owner can read, and waits for the disk.
    private static func write(_ bytes: [UInt8], to path: String) -> Bool {
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        return Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
    }

    private static func flush(folderOf path: String) {
        let folder = Glibc.open(
            (path as NSString).deletingLastPathComponent.isEmpty
                ? "." : (path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        defer { close(folder) }
        fsync(folder)
    }
}
