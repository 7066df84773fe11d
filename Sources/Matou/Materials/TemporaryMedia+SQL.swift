import Foundation
import Jobs
import SQL
import Synchronization
import WeChat

extension Connection {
    func temporaryMedia(_ key: TemporaryMediaKey) throws -> TemporaryMediaRecord? {
        try row(
            """
            SELECT media_id, expires_at FROM temporary_media
            WHERE workspace_id = \(key.workspace) AND account_id = \(key.account)
                AND source = \(key.source) AND type = \(key.type.rawValue)
                AND media_id IS NOT NULL AND expires_at IS NOT NULL
            """
        ).map { row in
            TemporaryMediaRecord(
                mediaID: try row.get("media_id"), expiresAt: try row.get("expires_at"))
        }
    }

    func keep(
        _ mediaID: String, until expiry: Timestamp, of key: TemporaryMediaKey, at time: Timestamp
    ) throws {
        try run(
            """
            INSERT INTO temporary_media
                (workspace_id, account_id, source, type, media_id, expires_at, updated_at)
            VALUES (\(key.workspace), \(key.account), \(key.source), \(key.type.rawValue),
                \(mediaID), \(expiry), \(time))
            ON CONFLICT (workspace_id, account_id, source, type) DO UPDATE SET
                media_id = excluded.media_id, expires_at = excluded.expires_at,
                failure_code = NULL, failure_words = NULL, updated_at = excluded.updated_at
            """)
    }

    func keep(
        _ fault: WeChatFault, of key: TemporaryMediaKey, at time: Timestamp
    ) throws {
        try run(
            """
            INSERT INTO temporary_media
                (workspace_id, account_id, source, type, failure_code, failure_words, updated_at)
            VALUES (\(key.workspace), \(key.account), \(key.source), \(key.type.rawValue),
                \(fault.number), \(fault.words), \(time))
            ON CONFLICT (workspace_id, account_id, source, type) DO UPDATE SET
                media_id = NULL, expires_at = NULL, failure_code = excluded.failure_code,
                failure_words = excluded.failure_words, updated_at = excluded.updated_at
            """)
    }

    /// Adds the job that uploads the file at `time`, unless it waits already.
    ///
    /// - Parameter name: tells the job of one renewal from that of the next.
    func enqueueKeeping(
        of key: TemporaryMediaKey, at time: Timestamp, name: String = "first"
    ) throws {
        let id = "media-\(key.account)-\(key.source)-\(key.type.rawValue)-\(name)"
        let workspace = key.workspace.text
        guard try !retryFailedJob(workspace: workspace, id: id, now: time.milliseconds),
            try !hasJob(workspace: workspace, id: id)
        else { return }
        let keeping = TemporaryMediaKeeper.Keeping(
            account: key.account.text, source: key.source, type: key.type)
        try enqueue(
            Job(
                id: id, workspace: workspace, keeping, priority: 10, runAt: time.milliseconds))
    }

    /// Adds the job that uploads the file at the next full hour: one, however many ask for it.
    func enqueueKeepingLater(of key: TemporaryMediaKey, than time: Timestamp) throws {
        let hour = time.seconds / 3600 + 1
        try enqueueKeeping(of: key, at: Timestamp(seconds: hour * 3600), name: "hour-\(hour)")
    }
}
