import SQL

/// An attempt at a job that has ended.
struct Attempt: Sendable {
    enum End: Sendable {
        /// Removed.
        case done
        /// Made ready for a later time.
        case retry(at: Int64, reason: String)
        case failed(reason: String)
        /// Made ready as if it had not been begun, no sooner than at this time.
        case putBack(until: Int64)
    }

    let job: Job
    let end: End

    /// Notes the end, unless the lease was lost meanwhile and the job is another worker's, and lets
    /// the lane go on.
    func settle(for owner: String, on connection: any Connection) throws {
        let changed = try connection.run(change + held(by: owner))
        guard changed == 1, isLast, let lane = job.lane else { return }
        try connection.run(
            """
            UPDATE jobs SET state = 'ready'
            WHERE workspace_id = \(job.workspace) AND state = 'blocked' AND id = (
                SELECT next.id FROM jobs AS next
                WHERE next.workspace_id = \(job.workspace) AND next.lane = \(lane)
                    AND next.state <> 'failed'
                ORDER BY next.lane_position LIMIT 1)
            """)
    }

    private var isLast: Bool {
        switch end {
        case .done, .failed: true
        case .retry, .putBack: false
        }
    }

    private var change: Statement {
        switch end {
        case .done:
            "DELETE FROM jobs"
        case .retry(let time, let reason):
            """
            UPDATE jobs SET state = 'ready', lease_owner = NULL, lease_until = NULL,
                run_at = \(time), last_error = \(Self.bounded(reason))
            """
        case .failed(let reason):
            """
            UPDATE jobs SET state = 'failed', lease_owner = NULL, lease_until = NULL,
                last_error = \(Self.bounded(reason))
            """
        case .putBack(let time):
            """
            UPDATE jobs SET state = 'ready', lease_owner = NULL, lease_until = NULL,
                run_at = \(time), attempts = attempts - 1
            """
        }
    }

    /// The count of attempts tells this attempt from a later one under the same name.
    private func held(by owner: String) -> Statement {
        """
         WHERE workspace_id = \(job.workspace) AND id = \(job.id) AND state = 'running'
            AND lease_owner = \(owner) AND attempts = \(job.attempts)
        """
    }

    /// A reason may hold anything that another machine has answered.
    private static func bounded(_ reason: String) -> String {
        String(reason.prefix(1000)).replacing("\0", with: " ")
    }
}
