import Foundation
import Jobs
import SQL
import Synchronization

/// Moves what stands on days to the days of a workspace's new time zone, as a job, while callbacks go
/// on being counted.
///
/// Person by person: all that one has on days goes in one transaction, with the sums of the codes. So at
/// every moment the days of a code add up to its figures and open to their rows, and a job that is begun
/// again passes over what is moved.
struct DayMoving: Sendable {
    /// Facts that are looked at in one transaction.
    private static let portion = 500
    /// Who reads the zone of a workspace knows it for some seconds, and a reply is under way for a
    /// minute: what they counted on old days is moved after this time.
    static let lateAfter: Duration = .seconds(300)

    let database: any Database
    let progress = Progress()

    /// How far the moving of each workspace has come in this process.
    final class Progress: Sendable {
        private let parts = Mutex<[Workspace.ID: Double]>([:])

        /// 0…1.
        subscript(_ workspace: Workspace.ID) -> Double {
            get { parts.withLock { $0[workspace] ?? 0 } }
            set { parts.withLock { $0[workspace] = newValue } }
        }
    }

    /// All facts up to a number.
    struct Work: JobPayload {
        static let kind = "workspace.move-days"
        let until: Int64
    }

    /// Those that came when the zone was changed and since.
    struct LateWork: JobPayload {
        static let kind = "workspace.move-late-days"
        let after: Int64
    }

    func register(with queue: JobQueue) {
        queue.register(Work.self) { work, job in
            let workspace = Workspace.ID(job.workspace)
            try await move(in: workspace, after: .min, until: work.until)
            progress[workspace] = 0
            return .done
        }
        queue.register(LateWork.self) { work, job in
            try await move(in: Workspace.ID(job.workspace), after: work.after, until: nil)
            return .done
        }
    }

    /// - Parameter end: the number that progress is told by; facts beyond it are moved too.
    private func move(
        in workspace: Workspace.ID, after start: Int64, until end: Int64?
    ) async throws {
        var place = start
        var first: Int64?
        while true {
            try Job.checkStopping()
            let last = place
            let next = try await database.write {
                try $0.moveDays(in: workspace, after: last, limit: Self.portion)
            }
            guard let next else { return }
            place = next
            first = first ?? next
            if let first, let end, end > first {
                progress[workspace] = min(1, Double(place - first) / Double(end - first))
            }
        }
    }
}

extension Connection {
    /// Moves the people of some facts, all that they have on days.
    ///
    /// - Returns: the number of the last of these facts; nil when there are none.
    fileprivate func moveDays(
        in workspace: Workspace.ID, after seq: Int64, limit: Int
    ) throws -> Int64? {
        guard let zone = try self.workspace(workspace)?.timeZone else { return nil }
        let facts = try facts(of: workspace, after: seq, limit: limit)
        var moved: Set<FollowerKey> = []
        for fact in facts where fact.occurredAt.day(in: zone) != fact.day {
            guard let openid = fact.person else {
                try setDay(of: fact, in: zone, workspace)
                continue
            }
            let person = FollowerKey(account: fact.account, openid: openid)
            if moved.insert(person).inserted {
                try moveDays(of: person, to: zone, in: workspace)
            }
        }
        return facts.last?.seq
    }

    private func moveDays(
        of person: FollowerKey, to zone: TimeZone, in workspace: Workspace.ID
    ) throws {
        var changes = CountChanges()
        var scanners = try scanners(person.openid, of: person.account, in: workspace)
        let scanned = Set(scanners.map(\.code))
        for fact in try facts(of: person, in: workspace) {
            let day = try setDay(of: fact, in: zone, workspace)
            guard day != fact.day, let code = fact.code else { continue }
            switch fact.kind {
            case .subscribe, .scan:
                changes.change(code, on: fact.day) { $0.scans -= 1 }
                changes.change(code, on: day) { $0.scans += 1 }
            // As it was counted: for those who had scanned the code.
            case .replySent where scanned.contains(code):
                changes.change(code, on: fact.day) { $0.repliesSent -= 1 }
                changes.change(code, on: day) { $0.repliesSent += 1 }
            case .replyFailed, .replyTooLate, .replyUnknown:
                changes.change(code, on: fact.day) { $0.countLost(fact.kind, -1) }
                changes.change(code, on: day) { $0.countLost(fact.kind, 1) }
            default: break
            }
        }
        var follower = try follower(person.openid, of: person.account, in: workspace)
        for index in scanners.indices {
            scanners[index].move(to: zone, of: follower, &changes)
            try save(scanners[index], of: person.account, in: workspace)
        }
        follower?.move(to: zone, &changes)
        if let follower { try save(follower, of: person.account, in: workspace) }
        try add(changes, of: person.account, in: workspace)
    }

    /// - Returns: the day of the fact in the zone.
    @discardableResult
    private func setDay(
        of fact: Fact, in zone: TimeZone, _ workspace: Workspace.ID
    ) throws -> Day {
        let day = fact.occurredAt.day(in: zone)
        if day != fact.day {
            try run(
                """
                UPDATE facts SET day = \(day)
                WHERE workspace_id = \(workspace) AND seq = \(fact.seq)
                """)
        }
        return day
    }

    private func facts(of person: FollowerKey, in workspace: Workspace.ID) throws -> [Fact] {
        try rows(
            """
            SELECT \(fragment: Fact.columns) FROM facts
            WHERE workspace_id = \(workspace) AND account_id = \(person.account)
                AND person = \(person.openid)
            ORDER BY occurred_at, seq
            """
        ).map(Fact.init)
    }
}
