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

}

extension Database {
    /// What the first request of this key made: asked before anything is checked, because what was right
    /// then may be refused by now.
    ///
    /// - Returns: nil without a key, and when this is the first request of it.
    /// - Throws: `Refusal.conflict(.idempotencyKeyReused)` when that was another request.
    func first<Object>(
        of once: IdempotencyKey?, for principal: Principal
    ) async throws -> Identifier<Object>? {
        guard let once else { return nil }
        return try await read { try $0.objectID(of: once, for: principal).map(Identifier.init) }
    }
}

extension Connection {
    /// Makes an object once for all requests of a key. The first may have come between since
    /// `Database.first(of:for:)`.
    ///
    /// - Returns: what `body` made, or what the first request did.
    /// - Throws: `Refusal.conflict(.idempotencyKeyReused)` when that was another request.
    func make<Object>(
        _ once: IdempotencyKey?, by principal: Principal, at time: Timestamp,
        _ body: () throws -> Identifier<Object>
    ) throws -> (id: Identifier<Object>, isNew: Bool) {
        guard let once else { return (try body(), true) }
        if let first = try objectID(of: once, for: principal) { return (Identifier(first), false) }
        let id = try body()
        try keep(once, for: id.text, principal, at: time)
        return (id, true)
    }
}
