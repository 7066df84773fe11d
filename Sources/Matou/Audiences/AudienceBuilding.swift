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
            try Task.checkCancellation()
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
        var added = 0
        for members in everybody.statements(
            selecting: "\(workspace), \(id), h.head", among: portion.candidates)
        {
            added += try run(
                """
                INSERT INTO audience_members (workspace_id, audience_id, contact_id)
                \(fragment: members)
                ON CONFLICT (workspace_id, audience_id, contact_id) DO NOTHING
                """)
        }
        let isOver = portion.next == nil
        try run(
            """
            UPDATE audiences SET place = \(portion.next ?? place),
                examined = examined + \(portion.people), members = members + \(added),
                state = \(isOver ? Audience.State.ready : .building),
                finished_at = \(isOver ? time : nil as Timestamp?)
            WHERE workspace_id = \(workspace) AND id = \(id)
            """)
        return !isOver
    }
}
