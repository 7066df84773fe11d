public import SQL

extension Connection {
    /// Adds a job in the transaction of the caller, who wakes the queue after the commit.
    ///
    /// - Returns: `false` when a job of the same workspace, kind and dedupe key is unfinished, and
    ///   nothing was added.
    /// - Throws: `DatabaseError.unique` when the workspace has a job with this id.
    @discardableResult
    public func enqueue(_ job: Job) throws -> Bool {
        let tail = try laneTail(of: job)
        let state: Job.State = tail == nil ? .ready : .blocked
        let position = job.lane == nil ? nil : (tail ?? 0) + 1
        let added = try run(
            """
            INSERT INTO jobs (
                workspace_id, id, kind, payload, state, priority, run_at, lane, lane_position,
                dedupe_key, attempts)
            VALUES (
                \(job.workspace), \(job.id), \(job.kind), \(job.payload), \(state), \(job.priority),
                \(job.runAt), \(job.lane), \(position), \(job.dedupeKey), 0)
            ON CONFLICT (workspace_id, kind, dedupe_key)
                WHERE dedupe_key IS NOT NULL AND state <> 'failed' DO NOTHING
            """)
        return added == 1
    }

    /// Whether a job of the kind has yet to begin behind another of its lane: one that takes whatever
    /// waits when it begins need not be added again.
    public func isAwaited(_ kind: String, lane: String, in workspace: String) throws -> Bool {
        try row(
            """
            SELECT 1 AS found FROM jobs
            WHERE workspace_id = \(workspace) AND lane = \(lane) AND state = 'blocked'
                AND kind = \(kind)
            LIMIT 1
            """) != nil
    }

    /// The place of the last unfinished job of the lane; `nil` when the lane is free.
    private func laneTail(of job: Job) throws -> Int? {
        guard let lane = job.lane else { return nil }
        return try row(
            """
            SELECT max(lane_position) AS tail FROM jobs
            WHERE workspace_id = \(job.workspace) AND lane = \(lane) AND state <> 'failed'
            """)?.optional("tail")
    }
}

extension Connection {
    /// The jobs of a workspace that were given up, the latest first, with the reason in `lastError`.
    public func failedJobs(workspace: String, limit: Int) throws -> [Job] {
        try rows(
            """
            SELECT \(fragment: Job.columns) FROM jobs
            WHERE workspace_id = \(workspace) AND state = 'failed'
            ORDER BY run_at DESC, id DESC LIMIT \(limit)
            """
        ).map(Job.init)
    }

    /// Gives a failed job another set of attempts, at the end of its lane.
    ///
    /// - Returns: `false` when there is no such failed job, or an unfinished one has its dedupe key.
    public func retryFailedJob(workspace: String, id: String, now: Int64) throws -> Bool {
        let failed = try row(
            """
            DELETE FROM jobs
            WHERE workspace_id = \(workspace) AND id = \(id) AND state = 'failed'
            RETURNING \(fragment: Job.columns)
            """)
        guard var job = try failed.map(Job.init) else { return false }
        job.runAt = now
        return try enqueue(job)
    }

    /// Lets a lane's first job, if it waits for its time, begin now. The caller wakes the queue after
    /// the commit.
    public func hasten(lane: String, workspace: String, now: Int64) throws {
        try run(
            """
            UPDATE jobs SET run_at = \(now)
            WHERE workspace_id = \(workspace) AND lane = \(lane) AND state = 'ready'
                AND run_at > \(now)
            """)
    }

    /// Whether there is a job of this id, unfinished or given up.
    public func hasJob(workspace: String, id: String) throws -> Bool {
        try row("SELECT id FROM jobs WHERE workspace_id = \(workspace) AND id = \(id)") != nil
    }

    /// Whether a job of this kind is waited for or under way.
    public func hasUnfinishedJob(workspace: String, kind: String) throws -> Bool {
        try row(
            """
            SELECT id FROM jobs
            WHERE workspace_id = \(workspace) AND kind = \(kind) AND state <> 'failed'
            """) != nil
    }

    /// How many jobs of a workspace were due before `time` and have not begun.
    ///
    /// - Parameter most: counting ends there.
    public func lateJobCount(
        workspace: String, dueBefore time: Int64, atMost most: Int
    ) throws -> Int {
        try value(
            """
            SELECT COUNT(*) AS jobs FROM (
                SELECT 1 AS late FROM jobs
                WHERE state = 'ready' AND workspace_id = \(workspace) AND run_at < \(time)
                LIMIT \(most)) AS late_jobs
            """) ?? 0
    }

    /// How many jobs of a workspace were given up.
    ///
    /// - Parameter most: counting ends there.
    public func failedJobCount(workspace: String, atMost most: Int) throws -> Int {
        try value(
            """
            SELECT COUNT(*) AS jobs FROM (
                SELECT 1 AS failed FROM jobs
                WHERE state = 'failed' AND workspace_id = \(workspace)
                LIMIT \(most)) AS failed_jobs
            """) ?? 0
    }

    /// How many jobs there are in each state, over all workspaces: for the operator.
    public func jobCounts() throws -> [Job.State: Int] {
        let counts = try rows("SELECT state, count(*) AS jobs FROM jobs GROUP BY state").map {
            (try $0.get("state", as: Job.State.self), try $0.get("jobs", as: Int.self))
        }
        return Dictionary(uniqueKeysWithValues: counts)
    }
}

extension Job {
    /// Where an unfinished or failed job stands.
    public enum State: String, CaseIterable, Sendable, ValueConvertible {
        /// To be begun at its time.
        case ready
        /// Behind another of its lane.
        case blocked
        case running
        /// Given up, and kept for a person to see.
        case failed
    }

    static let columns: Statement = """
        workspace_id, id, kind, payload, lane, priority, run_at, dedupe_key, attempts,
        last_error
        """

    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), workspace: try row.get("workspace_id"),
            kind: try row.get("kind"), payload: try row.get("payload"),
            lane: try row.optional("lane"), priority: try row.get("priority"),
            runAt: try row.get("run_at"),
            dedupeKey: try row.optional("dedupe_key"))
        attempts = try row.get("attempts")
        lastError = try row.optional("last_error")
    }
}
