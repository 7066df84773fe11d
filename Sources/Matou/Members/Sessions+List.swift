import SQL

/// A browser in which a person is signed in, as they see it themselves.
package struct SignedInBrowser: Sendable, Equatable {
    /// Names the session to its own person; it lets nobody in.
    package let handle: String
    package let address: String
    package let userAgent: String
    package let createdAt: Timestamp
    package let seenAt: Timestamp
    package let isCurrent: Bool
}

extension Sessions {
    private static let handleLength = 16

    /// Where the person of the session is signed in, the latest first.
    package func list(of session: Session) async throws -> [SignedInBrowser] {
        let now = clock.now()
        return try await database.read { connection in
            try connection.rows(
                """
                SELECT token_hash, address, user_agent, created_at, seen_at FROM sessions
                WHERE user_id = \(session.user.id) AND expires_at > \(now)
                ORDER BY created_at DESC, token_hash
                """
            ).map { row in
                let hash: String = try row.get("token_hash")
                return SignedInBrowser(
                    handle: String(hash.prefix(Self.handleLength)),
                    address: try row.get("address"), userAgent: try row.get("user_agent"),
                    createdAt: try row.get("created_at"), seenAt: try row.get("seen_at"),
                    isCurrent: hash == session.tokenHash)
            }
        }
    }

    /// Ends another session of the same person.
    ///
    /// - Throws: `Refusal.missing`.
    package func end(handle: String, of session: Session) async throws {
        guard handle.utf8.count == Self.handleLength else { throw Refusal.missing }
        try await database.write { connection in
            let ended = try connection.run(
                """
                DELETE FROM sessions WHERE user_id = \(session.user.id)
                    AND substr(token_hash, 1, \(Self.handleLength)) = \(handle)
                """)
            guard ended > 0 else { throw Refusal.missing }
        }
    }
}
