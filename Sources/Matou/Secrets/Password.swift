import Crypto
import CryptoExtras
import Dispatch
import Foundation
import Synchronization

/// Password hashing by scrypt (RFC 7914), with its parameters in the stored text, so that they can
/// grow without a reset: `scrypt$15$8$1$salt$key`, N as a power of two, salt and key in base64.
package struct Passwords: Sendable {
    /// Fewest and most characters of a password. The upper bound keeps hashing cheap to refuse.
    package static let lengths = 8...256
    /// Bytes that are still looked at: one character can be made of thousands of marks.
    package static let bytesMax = 1024

    /// How long whoever is refused for the crowd is asked to wait.
    private static let retryAfterSeconds = 5

    private let randomness: Randomness
    private let cost: Int
    private let queue: HashingQueue

    /// - Parameters:
    ///   - cost: N as a power of two. 15 takes 32 MiB and about 90 ms.
    ///   - waitingMax: how many may wait their turn; with the default the last waits about 1.5 s.
    package init(randomness: Randomness, cost: Int = 15, waitingMax: Int = 16) {
        self.randomness = randomness
        self.cost = cost
        queue = HashingQueue(waitingMax: waitingMax)
    }

    /// Says no while so many wait that another would be refused: asked before anything is counted
    /// against somebody.
    ///
    /// - Throws: `Refusal.tooMany`.
    package func checkCrowd() throws(Refusal) {
        if queue.isFull { throw .tooMany(retryAfterSeconds: Self.retryAfterSeconds) }
    }

    /// - Throws: `Refusal.tooMany` when too many wait already.
    package func hash(_ password: String) async throws -> String {
        let salt = randomness.bytes(16)
        let cost = cost
        return try await onQueue {
            let key = try Self.derive(password, salt: salt, cost: cost, blockSize: 8, parallel: 1)
            return "scrypt$\(cost)$8$1$\(Data(salt).base64EncodedString())$"
                + key.base64EncodedString()
        }
    }

    /// Whether `password` is the one that was hashed. With nothing stored it takes as long and says
    /// no, so that a stranger cannot learn which addresses exist.
    ///
    /// - Throws: `Refusal.tooMany` when too many wait already.
    package func verify(_ password: String, against stored: String?) async throws -> Bool {
        let decoy = "scrypt$\(cost)$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AA=="
        let parts = (stored ?? decoy).split(separator: "$")
        guard parts.count == 6, parts[0] == "scrypt", let cost = Int(parts[1]),
            let blockSize = Int(parts[2]), let parallel = Int(parts[3]),
            let salt = Data(base64Encoded: String(parts[4])),
            let expected = Data(base64Encoded: String(parts[5]))
        else { return false }
        return try await onQueue {
            let key = try Self.derive(
                password, salt: Array(salt), cost: cost, blockSize: blockSize, parallel: parallel)
            return constantTimeEqual(Array(key), Array(expected))
        }
    }

    private static func derive(
        _ password: String, salt: [UInt8], cost: Int, blockSize: Int, parallel: Int
    ) throws -> Data {
        // Compatibility composition, so that the same password typed on another keyboard is the same.
        let bytes = Data(password.precomposedStringWithCompatibilityMapping.utf8)
        let key = try KDF.Scrypt.deriveKey(
            from: bytes, salt: salt, outputByteCount: 32, rounds: 1 << cost, blockSize: blockSize,
            parallelism: parallel, maxMemory: 256 << 20)
        return key.withUnsafeBytes { Data($0) }
    }

    private func onQueue<T: Sendable>(
        _ work: @escaping @Sendable () throws -> T
    ) async throws -> T {
        guard queue.enter() else {
            throw Refusal.tooMany(retryAfterSeconds: Self.retryAfterSeconds)
        }
        return try await queue.run(work)
    }
}

/// One at a time on a thread of its own: hashing is slow and hungry on purpose, and must neither hold
/// Swift's few threads nor be multiplied by a crowd, nor may the crowd hold everything that waits.
private final class HashingQueue: Sendable {
    private let queue = DispatchQueue(label: "matou.passwords", qos: .userInitiated)
    private let waitingMax: Int
    /// The one at work and those that wait.
    private let present = Mutex(0)

    init(waitingMax: Int) { self.waitingMax = waitingMax }

    var isFull: Bool { present.withLock { $0 > waitingMax } }

    /// Takes a place, which `run` gives back; false when there is none.
    func enter() -> Bool {
        present.withLock { present in
            guard present <= waitingMax else { return false }
            present += 1
            return true
        }
    }

    func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                let result = Result { try work() }
                present.withLock { $0 -= 1 }
                continuation.resume(with: result)
            }
        }
    }
}

/// Compares without telling by its duration where the first difference is.
package func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
}
