import Crypto

/// The number from which every id, token and nonce of a gateway derives.
///
/// Ids look random, differ by what they are made for, and come out the same under the same seed.
struct Seed: Sendable, Hashable, Codable {
    let number: UInt64

    static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// `count` bytes for one purpose: SHA-256 over the seed, the parts and a block number.
    func bytes(_ count: Int, _ parts: String...) -> [UInt8] {
        bytes(count, for: parts)
    }

    /// `count` characters of `[A-Za-z0-9-_]`.
    func text(_ count: Int, _ parts: String...) -> String {
        String(decoding: bytes(count, for: parts).map { Self.letters[Int($0 & 63)] }, as: UTF8.self)
    }

    /// `count` decimal digits, the first not zero.
    func digits(_ count: Int, _ parts: String...) -> String {
        let digits = bytes(count, for: parts).enumerated().map { index, byte in
            index == 0 ? 0x31 + byte % 9 : 0x30 + byte % 10
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// `count` hexadecimal digits.
    func hex(_ count: Int, _ parts: String...) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes(count, for: parts).map { digits[Int($0 & 15)] }, as: UTF8.self)
    }

    private func bytes(_ count: Int, for parts: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        let purpose = Array("\(number)|\(parts.joined(separator: "|"))|".utf8)
        while bytes.count < count {
            let block = UInt8(truncatingIfNeeded: bytes.count / SHA256.byteCount)
            bytes.append(contentsOf: SHA256.hash(data: purpose + [block]))
        }
        return Array(bytes.prefix(count))
    }
}
