import Crypto
import Foundation

/// A random text that stands for a person or a program: a session's cookie or an API token.
///
/// Only its SHA-256 is stored. It has 256 random bits, so the hash needs no salt and no slowness.
package struct SecretToken: Sendable {
    /// What the bearer keeps; shown once.
    package let text: String

    package init(text: String) { self.text = text }

    package static func make(prefix: String, from randomness: Randomness) -> SecretToken {
        SecretToken(text: prefix + randomness.alphanumeric(43))
    }

    /// What the store keeps: lower-case hex.
    package var hash: String { sha256Hex(text) }
}

/// SHA-256 of the text's UTF-8, in lower-case hex.
package func sha256Hex(_ text: String) -> String {
    SHA256.hash(data: Data(text.utf8)).hexadecimal
}
