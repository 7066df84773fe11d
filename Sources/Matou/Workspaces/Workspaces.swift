import Foundation
import Jobs
import SQL

/// The tenants of this installation: made and listed by its operator, named by their owners.
package struct Workspaces: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let jobs: JobQueue
    let dayMoving: DayMoving

    /// Makes a workspace without members.
    ///
    /// - Parameter timeZone: an IANA name. Every fact is stored with its day in it.
    /// - Throws: `Refusal.invalid`.
    package func add(
        named name: String, timeZone: String = Workspace.defaultTimeZone
    ) async throws -> Workspace {
        var faults = FieldFaults()
        let name = faults.line("name", name, limit: Workspace.nameLimit)
        let zone = faults.checkTimeZone("time_zone", timeZone)
        try faults.check()
        let now = clock.now()
        let workspace = Workspace(id: .make(at: now, from: randomness), name: name, timeZone: zone)
        try await database.write {
            try $0.insertWorkspace(workspace.id, name: name, timeZone: timeZone, at: now)
        }
        return workspace
    }

    /// Every workspace, the oldest first.
    package func list() async throws -> [Workspace] {
        try await database.read { try $0.workspaces() }
    }

    /// - Throws: `Refusal.invalid`; `Refusal.missing`; `Refusal.forbidden` below owner.
    package func rename(to name: String, by principal: Principal) async throws {
        try principal.require(.owner)
        var faults = FieldFaults()
        let name = faults.line("name", name, limit: Workspace.nameLimit)
        try faults.check()
        let now = clock.now()
        try await database.write { connection in
            let id = principal.workspace
            guard let found = try connection.workspace(id) else { throw Refusal.missing }
            guard found.name != name else { return }
            try connection.run("UPDATE workspaces SET name = \(name) WHERE id = \(id)")
            try connection.record(
                .changed, .workspace, id.text, from: found.name, to: name, by: principal, at: now)
        }
    }
}

extension FieldFaults {
    /// The zone of an IANA name, or UTC for one that this machine does not know.
    @discardableResult
    mutating func checkTimeZone(_ field: String, _ name: String) -> TimeZone {
        if let zone = TimeZone(identifier: name) { return zone }
        add(field, .unknown)
        return .gmt
    }
}
