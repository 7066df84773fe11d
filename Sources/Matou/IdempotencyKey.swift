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

extension Connection {
    func objectID(of once: IdempotencyKey, for principal: Principal) throws -> String? {
        guard
            let row = try row(
                """
                SELECT fingerprint, object_id FROM idempotency_keys
                WHERE workspace_id = \(principal.workspace) AND actor = \(principal.actor)
                    AND key = \(once.key)
                """)
        else { return nil }
        guard try row.get("fingerprint") == once.fingerprint else {
            throw Refusal.conflict(.idempotencyKeyReused)
        }
        return try row.get("object_id")
    }

    func keep(
        _ once: IdempotencyKey, for object: String, _ principal: Principal, at time: Timestamp
    ) throws {
        let dayAgo = time + .seconds(-86_400)
        try run("DELETE FROM idempotency_keys WHERE created_at < \(dayAgo)")
        try run(
            """
            INSERT INTO idempotency_keys
                (workspace_id, actor, key, fingerprint, object_id, created_at)
            VALUES (\(principal.workspace), \(principal.actor), \(once.key), \(once.fingerprint),
                \(object), \(time))
            """)
    }
}
