import Foundation
import Jobs
import SQL
import Synchronization
import WeChat

/// The files that accounts have at WeChat for three days: uploaded when they are first wanted, again
/// before they run out, and each by one caller at a time.
package final class TemporaryMediaKeeper: Sendable {
    /// A file is renewed so long before its end: a failed renewal has time to be tried again.
    static let margin: Duration = .seconds(12 * 3600)
    /// What ends sooner is not sent any more: the clocks of both sides may differ.
    private static let caution: Duration = .seconds(120)

    private let database: any Database
    private let clock: WallClock
    private let wechat: WeChatAccounts
    private let files: MaterialFiles
    private let uploads = Mutex<[TemporaryMediaKey: Task<String, any Error>]>([:])

    init(
        database: any Database, clock: WallClock, wechat: WeChatAccounts, files: MaterialFiles
    ) {
        self.database = database
        self.clock = clock
        self.wechat = wechat
        self.files = files
    }

    /// WeChat's id of the file, uploaded first where WeChat does not have it.
    ///
    /// - Parameter stale: an id that WeChat has just refused.
    /// - Throws: `WeChatError`; `Refusal.missing` when there is no such material.
    func mediaID(
        of key: TemporaryMediaKey, insteadOf stale: String? = nil, lasting: Duration = caution
    ) async throws -> String {
        if let known = try await known(key, insteadOf: stale, lasting: lasting) { return known }
        let upload = uploads.withLock { uploads in
            if let running = uploads[key] { return running }
            let task = Task { [self] in
                defer { self.uploads.withLock { $0[key] = nil } }
                // Another upload may have ended since this caller looked.
                if let known = try await known(key, insteadOf: stale, lasting: lasting) {
                    return known
                }
                return try await self.upload(key)
            }
            uploads[key] = task
            return task
        }
        return try await upload.value
    }

    private func known(
        _ key: TemporaryMediaKey, insteadOf stale: String?, lasting: Duration
    ) async throws -> String? {
        let end = clock.now() + lasting
        let media = try await database.read { try $0.temporaryMedia(key) }
        guard let media, media.expiresAt > end, media.mediaID != stale else { return nil }
        return media.mediaID
    }

    private func upload(_ key: TemporaryMediaKey) async throws -> String {
        let file = try await file(of: key)
        // Before the call: the life that WeChat counts cannot begin earlier.
        let expiry = clock.now() + MediaType.temporaryLife
        do {
            let media = try await wechat.call(key.account, in: key.workspace) { client in
                try await client.uploadTemporary(file, as: key.type)
            }
            let now = clock.now()
            try await database.write {
                try $0.keep(media.mediaID, until: expiry, of: key, at: now)
            }
            return media.mediaID
        } catch let error as WeChatError {
            if error.isAboutFile {
                let (fault, now) = (WeChatFault(error), clock.now())
                try await database.write { try $0.keep(fault, of: key, at: now) }
            }
            throw error
        }
    }

    private func file(of key: TemporaryMediaKey) async throws -> File {
        if key.source == VideoCover.source { return VideoCover.file }
        let found = try await database.read {
            try $0.materials([Material.ID(key.source)], withDeleted: true, in: key.workspace)
        }
        // A file that is not there: the folder was not restored with the store.
        guard let material = found.first,
            let bytes = try? files.bytes(of: material.sha256, in: key.workspace)
        else { throw Refusal.missing }
        return File(
            name: material.fileName, contentType: material.media.format.contentType,
            bytes: bytes)
    }
}

/// A file of an account at WeChat, by what it is made from.
struct TemporaryMediaKey: Hashable, Sendable {
    let workspace: Workspace.ID
    let account: Account.ID
    /// A material's id, or `VideoCover.source`.
    let source: String
    let type: MediaType
}

extension TemporaryMediaKeeper {
    /// Uploads ahead of the scan, and again for as long as a code sends it.
    struct Keeping: JobPayload {
        static let kind = "temporary_media.keep"
        let account: String
        let source: String
        let type: MediaType
    }

    func register(with queue: JobQueue) {
        queue.register(Keeping.self) { [self] keeping, job in
            try await keep(
                TemporaryMediaKey(
                    workspace: Workspace.ID(job.workspace), account: Account.ID(keeping.account),
                    source: keeping.source, type: keeping.type), attempt: job.attempts)
        }
    }

    private func keep(_ key: TemporaryMediaKey, attempt: Int) async throws -> Outcome {
        let isSent = try await database.read {
            try $0.isSent(key.source, by: key.account, in: key.workspace)
        }
        guard isSent || key.source == VideoCover.source else { return .done }
        do {
            _ = try await mediaID(of: key, lasting: Self.margin)
        } catch let error as WeChatError where error.isRetryable && attempt < 8 {
            return .retry(after: .seconds(60), reason: WeChatFault(error).words)
        } catch let error as WeChatError {
            // What WeChat refuses of the file stands with the material; a scan tries once more.
            if !error.isAboutFile, key.source != VideoCover.source {
                let now = clock.now()
                try await database.write { try $0.enqueueKeepingLater(of: key, than: now) }
            }
            return .done
        }
        guard key.source != VideoCover.source else { return .done }
        try await database.write { connection in
            guard let media = try connection.temporaryMedia(key) else { return }
            try connection.enqueueKeeping(
                of: key, at: media.expiresAt - Self.margin,
                name: String(media.expiresAt.milliseconds))
        }
        return .done
    }
}

extension WeChatError {
    /// Whether WeChat refused the file itself, as it would again.
    fileprivate var isAboutFile: Bool {
        guard case .refused(let code, _) = self else { return false }
        return !isRetryable && !isAboutCredentials && code != .dailyQuotaReached
    }
}

/// A file that WeChat has.
struct TemporaryMediaRecord: Sendable {
    let mediaID: String
    let expiresAt: Timestamp
}
