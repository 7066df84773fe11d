import SQL

/// A client's promise that requests with this key are one request (the Idempotency-Key field).
///
/// It is kept in the transaction that makes the object, so that a repeat after a crash finds it.
package struct IdempotencyKey: Sendable, Equatable {
    package static let lengthLimit = 255

    let key: String
    /// SHA-256 of what was asked: the same key with another request is a mistake.
    let fingerprint: String

    /// - Throws: `Refusal.invalid` when the key is empty or too long.
    package init(_ key: String, request: String) throws(Refusal) {
        guard !key.isEmpty else { throw .invalid("Idempotency-Key", .required) }
        guard key.utf8.count <= Self.lengthLimit else {
            throw .invalid("Idempotency-Key", .tooLong(limit: Self.lengthLimit, unit: .bytes))
        }
        self.key = key
        fingerprint = sha256Hex(request)
    }

    /// What the first request of this key made, if there was one.
    ///
    /// - Throws: `Refusal.conflict(.idempotencyKeyReused)` when that was another request.
    func objectID(
        for principal: Principal, in database: any Database
    ) async throws -> String? {
        try await database.read { try $0.objectID(of: self, for: principal) }
    }
}
