import Foundation
import SQL
import Synchronization

/// The time zones of workspaces, kept in memory: they change by a rebuild only.
package final class WorkspaceZones: Sendable {
    private let database: any Database
    private let zones = Mutex<[Workspace.ID: TimeZone]>([:])

    init(database: any Database) { self.database = database }

    /// - Throws: `Refusal.missing` for an unknown workspace.
    func zone(of id: Workspace.ID) async throws -> TimeZone {
        if let zone = zones.withLock({ $0[id] }) { return zone }
        guard let workspace = try await database.read({ try $0.workspace(id) }) else {
            throw Refusal.missing
        }
        zones.withLock { $0[id] = workspace.timeZone }
        return workspace.timeZone
    }
}
