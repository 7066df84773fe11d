import SQL

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
