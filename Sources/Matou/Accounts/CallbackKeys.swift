import SQL
import Synchronization

/// Finds the keys of a callback by the app id that its path ends in.
///
/// They are kept in memory for a few seconds: every callback asks, they change once in a year, and
/// another process that changed them is believed after that time.
package final class CallbackKeyCache: Sendable {
    private static let lifetime: Duration = .seconds(5)
    private struct Entry {
        let keys: CallbackKeys
        let readAt: Timestamp
    }

    private let database: any Database
    private let clock: WallClock
    private let sealer: Sealer
    private let entries = Mutex<[String: Entry]>([:])

    init(database: any Database, clock: WallClock, sealer: Sealer) {
        self.database = database
        self.clock = clock
        self.sealer = sealer
    }

    /// The keys of the account with this app id, or nil when there is none.
    ///
    /// - Throws: `SealingError` when the key file is not the one that sealed them.
    package func keys(appID: String) async throws -> CallbackKeys? {
        if let keys = known(appID: appID) { return keys }
        let now = clock.now()
        let sealer = sealer
        let keys = try await database.read { try $0.callbackKeys(appID: appID, opening: sealer) }
        // What strangers ask for is not remembered: a look into an index costs less than the room.
        if let keys { entries.withLock { $0[appID] = Entry(keys: keys, readAt: now) } }
        return keys
    }

    /// The keys that were read a moment ago.
    func known(appID: String) -> CallbackKeys? {
        guard let entry = entries.withLock({ $0[appID] }) else { return nil }
        let now = clock.now()
        return now - entry.readAt < Self.lifetime && now >= entry.readAt ? entry.keys : nil
    }

    func forget(appID: String) {
        entries.withLock { entries in _ = entries.removeValue(forKey: appID) }
    }

    /// Notes that WeChat's verification of the callback's address came and was answered.
    package func noteVerified(_ keys: CallbackKeys) async throws {
        let now = clock.now()
        _ = try await database.write { connection in
            try connection.run(
                """
                UPDATE accounts SET callback_verified_at = \(now), callback_seen_at = \(now)
                WHERE workspace_id = \(keys.workspace.id) AND id = \(keys.account)
                """)
        }
    }
}
