import Foundation
import Jobs
import SQL

extension Workspaces {
    /// Lets the workspace's days begin in another zone. What happened before is moved to the days of the
    /// new zone in the background (`DayMoving`).
    ///
    /// - Parameter name: an IANA name.
    /// - Throws: `Refusal.invalid`; `Refusal.missing`; `Refusal.forbidden` below owner.
    package func changeTimeZone(to name: String, by principal: Principal) async throws {
        try principal.require(.owner)
        var faults = FieldFaults()
        let zone = faults.checkTimeZone("time_zone", name)
        try faults.check()
        let now = clock.now()
        let attempt = randomness.alphanumeric(8)
        let id = principal.workspace
        let all = try Job(
            id: "days-\(attempt)", workspace: id.text,
            DayMoving.Work(until: FactSequence.least(at: now)), lane: "days",
            runAt: now.milliseconds)
        let late = try Job(
            id: "late-days-\(attempt)", workspace: id.text,
            DayMoving.LateWork(after: FactSequence.least(at: now + .seconds(-60))),
            runAt: (now + DayMoving.lateAfter).milliseconds)
        try await database.write { connection in
            guard let found = try connection.workspace(id) else { throw Refusal.missing }
            guard found.timeZone.identifier != zone.identifier else { return }
            try connection.run("UPDATE workspaces SET time_zone = \(name) WHERE id = \(id)")
            try connection.record(
                FreshRevision(
                    action: .changed, kind: .workspace, objectID: id.text, objectName: found.name,
                    before: ["time_zone": found.timeZone.identifier], after: ["time_zone": name]),
                by: principal, at: now)
            try connection.enqueue(all)
            try connection.enqueue(late)
        }
        jobs.wake()
    }

    /// Which part of the days, 0…1, has been moved to a zone that was chosen; nil when all are.
    package func movedDays(for principal: Principal) async throws -> Double? {
        let id = principal.workspace
        let isUnderWay = try await database.read {
            try $0.hasUnfinishedJob(workspace: id.text, kind: DayMoving.Work.kind)
        }
        return isUnderWay ? dayMoving.progress[id] : nil
    }
}
