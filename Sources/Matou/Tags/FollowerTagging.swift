import Jobs
import SQL
import WeChat

/// Puts WeChat's tags on followers, as scans have asked.
///
/// At least once: a process that dies between WeChat's answer and the note of it asks again, which
/// WeChat takes as done. The jobs of an account go one after the other, and each takes whatever
/// waits, up to 50 followers in a call.
package struct FollowerTagging: Sendable {
    /// About three hours, which a quota of the minute does not outlast. A quota of the day is waited for.
    private static let retry = RetryPolicy(attemptsMax: 20)

    let database: any Database
    let clock: WallClock
    let wechat: WeChatAccounts

    /// What stands with the follower.
    package enum State: String, Sendable, CaseIterable, ValueConvertible {
        case pending, tagged, failed
    }

    struct Applying: JobPayload {
        static let kind = "follower_tag.apply"
        let account: String
    }

    struct Making: JobPayload {
        static let kind = "follower_tag.make"
        let tag: String
    }

    static func lane(of account: Account.ID) -> String { "tags:\(account)" }

    func register(with queue: JobQueue) {
        queue.register(Applying.self, retry: Self.retry) { payload, job in
            try await apply(
                Account.ID(payload.account), in: Workspace.ID(job.workspace),
                isLast: job.attempts >= Self.retry.attemptsMax)
        }
        queue.register(Making.self, retry: Self.retry) { payload, job in
            let workspace = Workspace.ID(job.workspace)
            let id = FollowerTag.ID(payload.tag)
            guard
                let tag = try await database.read({ try $0.followerTags([id], in: workspace) })[id]
            else { return .done }
            switch try await make(tag, in: workspace) {
            case .failure(let fault) where fault.isPassing: return try putOff(by: fault)
            default: return .done
            }
        }
    }

    /// Applies everything that waits in the account.
    private func apply(
        _ account: Account.ID, in workspace: Workspace.ID, isLast: Bool
    ) async throws -> Outcome {
        while true {
            try Job.checkStopping()
            let started = clock.now()
            guard
                let batch = try await database.read({
                    try $0.nextFollowerTaggings(of: account, in: workspace)
                })
            else { return .done }
            let results = try await results(of: batch, in: workspace)
            for (openids, fault) in results where fault?.isPassing != true {
                let now = clock.now()
                try await database.write {
                    try $0.settle(
                        openids, batch.tag.id, fault?.fault, askedBy: started, at: now,
                        in: workspace)
                }
            }
            guard let fault = results.compactMap(\.fault).first(where: \.isPassing) else {
                continue
            }
            guard isLast, !fault.isQuotaOfDay else { return try putOff(by: fault) }
            let now = clock.now()
            try await database.write {
                try $0.giveUpFollowerTaggings(of: account, fault.fault, at: now, in: workspace)
            }
            return .failed(reason: fault.fault.words)
        }
    }

    /// - Throws: the fault, for the policy of retries, unless it is known when it passes.
    private func putOff(by fault: TaggingFault) throws -> Outcome {
        guard fault.isQuotaOfDay else { throw fault }
        return .putOff(after: QuotaDay.untilNext(at: clock.now()))
    }

    /// What became of each follower of a batch. One who cannot wear another tag must not keep it
    /// from the others, so a refused batch is tried one by one.
    private func results(
        of batch: TaggingBatch, in workspace: Workspace.ID
    ) async throws -> [(openids: [String], fault: TaggingFault?)] {
        let id: Int
        switch try await make(batch.tag, in: workspace) {
        case .success(let made): id = made
        case .failure(let fault): return [(batch.openids, fault)]
        }
        let whole = try await tag(batch.openids, id, batch.tag.account, in: workspace)
        guard let whole, !whole.isPassing, batch.openids.count > 1 else {
            return [(batch.openids, whole)]
        }
        var results: [(openids: [String], fault: TaggingFault?)] = []
        for openid in batch.openids {
            let fault = try await tag([openid], id, batch.tag.account, in: workspace)
            results.append(([openid], fault))
            if fault?.isPassing == true { break }
        }
        return results
    }

    private func tag(
        _ openids: [String], _ id: Int, _ account: Account.ID, in workspace: Workspace.ID
    ) async throws -> TaggingFault? {
        do {
            try await wechat.call(account, in: workspace) { client in
                try await client.tag(openids, with: id)
            }
            return nil
        } catch let error as WeChatError {
            return TaggingFault(error)
        }
    }

    /// WeChat's id of a tag, which it is asked for if there is none yet.
    private func make(
        _ tag: FollowerTag, in workspace: Workspace.ID
    ) async throws -> Result<Int, TaggingFault> {
        if let id = tag.wechatID { return .success(id) }
        do {
            let made = try await wechat.call(tag.account, in: workspace) { client in
                try await client.findOrCreateTag(named: tag.name)
            }
            try await database.write { try $0.setMade(tag.id, made, in: workspace) }
            return .success(made.id)
        } catch let error as WeChatError {
            let fault = TaggingFault(error)
            try await database.write { try $0.setFailed(tag.id, fault.fault, in: workspace) }
            return .failure(fault)
        }
    }
}

extension OfficialAccountClient {
    /// The tag may be there: made by hand, or by a call whose answer was lost.
    fileprivate func findOrCreateTag(
        named name: String
    ) async throws(WeChatError) -> WeChat.FollowerTag {
        if let known = try await tags().first(where: { $0.name == name }) { return known }
        return try await createTag(named: name)
    }
}

/// Why WeChat did not tag, and whether asking later may help.
private struct TaggingFault: Error, CustomStringConvertible {
    let fault: WeChatFault
    let isPassing: Bool
    let isQuotaOfDay: Bool

    var description: String { fault.words }

    init(_ error: WeChatError) {
        fault = WeChatFault(error)
        // Tags may be put on twice, so a call that may have arrived is made again as well.
        isQuotaOfDay = if case .refused(.dailyQuotaReached, _) = error { true } else { false }
        isPassing =
            error.isRetryable || error.isAboutCredentials || error.mayHaveArrived || isQuotaOfDay
    }
}

/// Followers who wait for one tag.
struct TaggingBatch: Sendable {
    let tag: FollowerTag
    let openids: [String]
}
