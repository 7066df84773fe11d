import Foundation
import SQL

extension Connection {
    func insertWorkspace(
        _ id: Workspace.ID, name: String, timeZone: String, at time: Timestamp
    ) throws {
        try run(
            """
            INSERT INTO workspaces (id, name, time_zone, created_at)
            VALUES (\(id), \(name), \(timeZone), \(time))
            """)
    }

    func workspace(_ id: Workspace.ID) throws -> Workspace? {
        try row("SELECT id, name, time_zone FROM workspaces WHERE id = \(id)")
            .map(Workspace.init)
    }

    /// The day that a moment is in for a workspace.
    ///
    /// - Throws: `Refusal.missing` for an unknown workspace.
    func day(of time: Timestamp, in workspace: Workspace.ID) throws -> Day {
        guard let found = try self.workspace(workspace) else { throw Refusal.missing }
        return time.day(in: found.timeZone)
    }

    /// Every workspace, oldest first: for the operator's commands, which stand outside of them.
    func workspaces() throws -> [Workspace] {
        try rows("SELECT id, name, time_zone FROM workspaces ORDER BY created_at, id")
            .map(Workspace.init)
    }
}

extension Workspace {
    init(_ row: Row) throws {
        let zone: String = try row.get("time_zone")
        id = try row.get("id")
        name = try row.get("name")
        // Days in another zone would stand in the journal for ever.
        guard let known = TimeZone(identifier: zone) else { throw UnknownTimeZone(name: zone) }
        timeZone = known
    }
}

/// The machine knows no time zone of a workspace's name.
struct UnknownTimeZone: Error, CustomStringConvertible {
    let name: String

    var description: String {
        "this machine does not know the time zone \(name) of a workspace; install tzdata"
    }
}
