import Foundation
import SQL

extension Workspaces {
    /// Lets the workspace's days begin in another zone: every fact gets the day that it is on there, and
    /// the figures are counted again from the journal.
    ///
    /// It is one transaction, as long as the journal, and a server that runs computes days in the old
    /// zone: so it is for the operator, while none does.
    ///
    /// - Parameter name: an IANA name.
    /// - Throws: `Refusal.invalid`; `Refusal.missing`; `Refusal.forbidden` below owner.
    package func changeTimeZone(to name: String, by principal: Principal) async throws {
        try principal.require(.owner)
        var faults = FieldFaults()
        let zone = faults.checkTimeZone("time_zone", name)
        try faults.check()
        let now = clock.now()
        try await database.write { connection in
            let id = principal.workspace
            guard let found = try connection.workspace(id) else { throw Refusal.missing }
            guard found.timeZone.identifier != zone.identifier else { return }
            try connection.run("UPDATE workspaces SET time_zone = \(name) WHERE id = \(id)")
            try connection.setDays(in: zone, of: id)
            try connection.rebuildAggregates(of: id)
            try connection.record(
                FreshRevision(
                    action: .changed, kind: .workspace, objectID: id.text, objectName: found.name,
                    before: ["time_zone": found.timeZone.identifier], after: ["time_zone": name]),
                by: principal, at: now)
        }
    }
}

extension Connection {
    /// Gives each fact the day that it is on in a zone.
    fileprivate func setDays(in zone: TimeZone, of workspace: Workspace.ID) throws {
        var last = Int64.min
        while true {
            let facts = try self.facts(of: workspace, after: last, limit: 1000)
            for fact in facts {
                let day = fact.occurredAt.day(in: zone)
                if day == fact.day { continue }
                try run(
                    """
                    UPDATE facts SET day = \(day)
                    WHERE workspace_id = \(workspace) AND seq = \(fact.seq)
                    """)
            }
            guard let end = facts.last else { return }
            last = end.seq
        }
    }
}
