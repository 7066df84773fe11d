import Glibc
import SQL

/// Counts attempts by subject in windows of a quarter of an hour, in the store, so that a restart or
/// a second process does not give a guesser new tries.
package struct Throttle: Sendable {
    /// Whose attempts are counted, and how many a window allows.
    package struct Subject: Sendable {
        let name: String
        let limit: Int

        package init(_ name: String, limit: Int) {
            self.name = name
            self.limit = limit
        }
    }

    /// Whom an address stands for: what one subscriber has is one address of IPv4, and a /64 of IPv6,
    /// in which addresses cost nothing (RFC 6177).
    package static func network(of address: String) -> String {
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
        return withUnsafeBytes(of: bytes) { bytes in
            // ::ffff:0:0/96 are the addresses of IPv4.
            if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
                return address
            }
            return bytes.prefix(8).hexadecimal + "/64"
        }
    }

    package static let window: Duration = .seconds(900)

    let database: any Database
    let clock: WallClock

    /// Counts an attempt for each subject, before it is known whether it succeeds: attempts that run
    /// side by side must not all slip through.
    ///
    /// - Throws: `Refusal.tooMany` when one of them has used up its window.
    package func take(_ subjects: [Subject]) async throws {
        let now = clock.now()
        try await database.write { connection in
            try connection.run("DELETE FROM throttles WHERE window_ends <= \(now)")
            for subject in subjects {
                try connection.run(
                    """
                    INSERT INTO throttles (subject, failures, window_ends)
                    VALUES (\(subject.name), 1, \(now + Self.window))
                    ON CONFLICT (subject) DO UPDATE SET failures = throttles.failures + 1
                    """)
                guard
                    let row = try connection.row(
                        """
                        SELECT failures, window_ends FROM throttles
                        WHERE subject = \(subject.name)
                        """),
                    try row.get("failures") > subject.limit
                else { continue }
                let ends: Timestamp = try row.get("window_ends")
                let seconds = (ends - now).components.seconds
                throw Refusal.tooMany(retryAfterSeconds: max(1, Int(seconds)))
            }
        }
    }

    /// Takes one attempt of each subject off: the one that has just succeeded was no guess.
    package func giveBack(_ subjects: [Subject]) async throws {
        try await database.write { connection in
            for subject in subjects {
                try connection.run(
                    """
                    UPDATE throttles SET failures = failures - 1
                    WHERE subject = \(subject.name) AND failures > 0
                    """)
            }
        }
    }

    /// Forgets the attempts of a subject that has proved itself.
    package func forget(_ subjects: [Subject]) async throws {
        try await database.write { connection in
            for subject in subjects {
                try connection.run("DELETE FROM throttles WHERE subject = \(subject.name)")
            }
        }
    }
}
