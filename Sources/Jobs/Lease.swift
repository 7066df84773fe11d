import SQL

/// The right to work on jobs for a while, under the name of one worker.
///
/// Its statements serve all workspaces at once: a queue works for the whole installation.
struct Lease: Sendable {
    let owner: String
    let duration: Duration

    func end(from now: Int64) -> Int64 { now + duration.milliseconds }

    /// Takes jobs that are due, by priority and then by time, and marks them as running.
    ///
    /// - Parameter limit: how many more of this priority may run.
    func claim(
        _ limit: Int, priority: Int, now: Int64, on connection: any Connection
    ) throws -> [Job] {
        try connection.rows(
            """
            UPDATE jobs SET state = 'running', attempts = attempts + 1,
                lease_owner = \(owner), lease_until = \(end(from: now))
            WHERE (workspace_id, id) IN (
                SELECT workspace_id, id FROM jobs
                WHERE state = 'ready' AND priority = \(priority) AND run_at <= \(now)
                ORDER BY run_at, workspace_id, id LIMIT \(limit) \(.skipLocked))
            RETURNING \(fragment: Job.columns)
            """
        ).map(Job.init).sorted { ($0.runAt, $0.workspace, $0.id) < ($1.runAt, $1.workspace, $1.id) }
    }

    /// The priorities of jobs that are ready, the highest first, each found by one look at the index.
    func priorities(on connection: any Connection) throws -> [Int] {
        try connection.rows(
            """
            WITH RECURSIVE levels (priority) AS (
                SELECT max(priority) FROM jobs WHERE state = 'ready'
                UNION ALL
                SELECT (
                    SELECT max(jobs.priority) FROM jobs
                    WHERE jobs.state = 'ready' AND jobs.priority < levels.priority)
                FROM levels WHERE levels.priority IS NOT NULL)
            SELECT priority FROM levels WHERE priority IS NOT NULL
            """
        ).map { try $0.get("priority") }
    }

    /// When the next ready job of this priority is due.
    func nextTime(priority: Int, on connection: any Connection) throws -> Int64? {
        try connection.row(
            """
            SELECT min(run_at) AS next FROM jobs WHERE state = 'ready' AND priority = \(priority)
            """)?.optional("next")
    }

    /// Says that the worker lives, for all jobs that it runs.
    func renew(now: Int64, on connection: any Connection) throws {
        try connection.run(
            """
            UPDATE jobs SET lease_until = \(end(from: now))
            WHERE state = 'running' AND lease_owner = \(owner)
            """)
    }

    /// Makes ready again what dead workers were running.
    func takeBack(now: Int64, on connection: any Connection) throws {
        try connection.run(
            """
            UPDATE jobs SET state = 'ready', lease_owner = NULL, lease_until = NULL,
                last_error = 'its worker stopped in the middle of it'
            WHERE state = 'running' AND lease_until <= \(now)
            """)
    }

    /// Ends the leases of an earlier worker of the same name, which must be dead.
    func succeed(now: Int64, on connection: any Connection) throws {
        try connection.run(
            """
            UPDATE jobs SET lease_until = \(now)
            WHERE state = 'running' AND lease_owner = \(owner)
            """)
        try takeBack(now: now, on: connection)
    }
}
