import Foundation
import SQL
import Synchronization

/// The time zones of workspaces, kept in memory for a few seconds: they hardly ever change, and what was
/// counted by an old one meanwhile is moved afterwards (`DayMoving`).
package final class WorkspaceZones: Sendable {
    private static let lifetime: Duration = .seconds(5)

    private let database: any Database
    private let clock: WallClock
    private let zones = Mutex<[Workspace.ID: (zone: TimeZone, readAt: Timestamp)]>([:])

    init(database: any Database, clock: WallClock) {
        self.database = database
        self.clock = clock
    }

    /// - Throws: `Refusal.missing` for an unknown workspace.
    func zone(of id: Workspace.ID) async throws -> TimeZone {
        let now = clock.now()
        if let known = zones.withLock({ $0[id] }), now >= known.readAt,
            now - known.readAt < Self.lifetime
        {
            return known.zone
        }
        guard let workspace = try await database.read({ try $0.workspace(id) }) else {
            throw Refusal.missing
        }
        zones.withLock { $0[id] = (workspace.timeZone, now) }
        return workspace.timeZone
    }
}
