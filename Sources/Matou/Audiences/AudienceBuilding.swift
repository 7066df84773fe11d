import Jobs
import SQL

/// Evaluates audiences: a portion of people at a time, each portion one transaction that also keeps
/// where it has come to, so that a restart goes on from there and memory stays flat.
struct AudienceBuilding: Sendable {
    private static let attemptsMax = 5

    let database: any Database
    let clock: WallClock

    struct Building: JobPayload {
        static let kind = "audience.build"
        let audience: String
    }

    func register(with queue: JobQueue) {
        queue.register(Building.self, retry: RetryPolicy(attemptsMax: Self.attemptsMax)) {
            payload, job in
            let id = Audience.ID(payload.audience)
            let workspace = Workspace.ID(job.workspace)
            do {
                try await build(id, in: workspace)
                return .done
            } catch let error where !(error is CancellationError) {
                guard job.attempts >= Self.attemptsMax else { throw error }
                try await database.write { try $0.setState(.failed, of: id, in: workspace) }
                return .failed(reason: "\(error)")
            }
        }
    }

    private func build(_ id: Audience.ID, in workspace: Workspace.ID) async throws {
        while true {
            try Job.checkStopping()
            let now = clock.now()
            let goesOn = try await database.write {
                try $0.buildPortion(of: id, at: now, in: workspace)
            }
            if !goesOn { return }
        }
    }
}

extension Connection {
    /// - Returns: false when the audience is whole, or gone.
    fileprivate func buildPortion(
        of id: Audience.ID, at time: Timestamp, in workspace: Workspace.ID
    ) throws -> Bool {
        guard let audience = try audience(id, in: workspace), audience.state == .building,
            let place: String = try row(
                "SELECT place FROM audiences WHERE workspace_id = \(workspace) AND id = \(id)")?
                .get("place")
        else { return false }
        let everybody = AudienceCandidates(
            condition: audience.condition, until: audience.createdAt, workspace: workspace)
        let portion = try everybody.portion(after: place, on: self)
        let added = try add(everybody, among: portion.candidates, to: id, in: workspace)
        let isOver = portion.next == nil
        try run(
            """
            UPDATE audiences SET place = \(portion.next ?? place),
                examined = examined + \(portion.people), members = members + \(added),
                people = people + \(added),
                state = \(isOver ? Audience.State.ready : .building),
                finished_at = \(isOver ? time : nil as Timestamp?)
            WHERE workspace_id = \(workspace) AND id = \(id)
            """)
        return !isOver
    }

    /// Adds those of the candidates who meet the condition, each with all that it consists of.
    ///
    /// - Returns: how many people were not in the audience before.
    private func add(
        _ everybody: AudienceCandidates, among candidates: [AudienceCandidate],
        to id: Audience.ID, in workspace: Workspace.ID
    ) throws -> Int {
        let merged = Set(candidates.filter { $0.contact != $0.head }.map(\.head))
        let single = candidates.filter { !merged.contains($0.head) }
        let several = Dictionary(
            grouping: candidates.filter { merged.contains($0.head) }, by: \.head)
        var added = 0
        for members in everybody.statements(
            selecting: "\(workspace), \(id), h.head", among: single)
        {
            added += try run(
                """
                INSERT INTO audience_members (workspace_id, audience_id, contact_id)
                \(fragment: members)
                ON CONFLICT (workspace_id, audience_id, contact_id) DO NOTHING
                """)
        }
        for members in everybody.statements(
            selecting: "h.head AS head", among: several.values.flatMap(\.self))
        {
            for row in try rows(members) {
                let identities = several[try row.get("head")]?.map(\.contact) ?? []
                if try insert(identities, into: id, in: workspace) { added += 1 }
            }
        }
        return added
    }

    /// - Returns: false when some of what the person consists of was in the audience already.
    private func insert(
        _ identities: [Contact.ID], into audience: Audience.ID, in workspace: Workspace.ID
    ) throws -> Bool {
        let isKnown =
            try row(
                """
                SELECT 1 AS known FROM audience_members
                WHERE workspace_id = \(workspace) AND audience_id = \(audience)
                    AND contact_id IN \(list: identities)
                """) != nil
        for identity in identities {
            try run(
                """
                INSERT INTO audience_members (workspace_id, audience_id, contact_id)
                VALUES (\(workspace), \(audience), \(identity))
                ON CONFLICT (workspace_id, audience_id, contact_id) DO NOTHING
                """)
        }
        return !isKnown
    }
}
