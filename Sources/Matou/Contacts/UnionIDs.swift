import Jobs
import SQL
import WeChat

/// Asks WeChat for the union ids of followers, which tell that the followers of two accounts are one
/// person (`wechat-wire.md` §1.3), and merges their contacts.
///
/// A workspace of one account has nobody to merge and asks nothing. A second account makes the job go
/// through everybody who is known. It goes on from where it has come to, so that nobody is asked for
/// twice, but those who have left and come back: their union id was erased meanwhile.
struct UnionIDs: Sendable {
    /// After the callback that asks for it: those that come meanwhile are asked for with it.
    static let delay: Duration = .seconds(15)
    private static let retry = RetryPolicy(attemptsMax: 20, firstDelay: .seconds(60))

    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let wechat: WeChatAccounts

    struct Asking: JobPayload {
        static let kind = "followers.union-ids"
        let account: String
        /// Of a follower who has come back; nil for all who are new.
        var openid: String?
    }

    /// One is enough for an account, however many followers wait.
    static func job(of account: Account.ID, in workspace: Workspace.ID, at now: Timestamp) throws
        -> Job
    {
        try Job(
            id: "union-\(account)-\(now.milliseconds)", workspace: workspace.text,
            Asking(account: account.text), runAt: (now + delay).milliseconds,
            dedupeKey: account.text)
    }

    /// Asks anew for a follower whose union id was erased when they left.
    ///
    /// - Parameter fact: by which they came back.
    static func job(
        ofReturned follower: FollowerKey, by fact: Fact, in workspace: Workspace.ID
    ) throws -> Job {
        try Job(
            id: "union-\(follower.account)-\(fact.seq)", workspace: workspace.text,
            Asking(account: follower.account.text, openid: follower.openid),
            runAt: (fact.receivedAt + delay).milliseconds)
    }

    func register(with queue: JobQueue) {
        queue.register(Asking.self, retry: Self.retry) { payload, job in
            let (account, workspace) = (Account.ID(payload.account), Workspace.ID(job.workspace))
            do {
                if let openid = payload.openid {
                    try await askAnew(openid, of: account, in: workspace)
                } else {
                    try await ask(account, in: workspace)
                }
            } catch WeChatError.refused(.dailyQuotaReached, _) {
                return .putOff(after: QuotaDay.untilNext(at: clock.now()))
            }
            return .done
        }
    }

    private func ask(_ account: Account.ID, in workspace: Workspace.ID) async throws {
        while true {
            try Job.checkStopping()
            let followers = try await database.read { connection in
                try connection.accounts(of: workspace).count < 2
                    ? []
                    : connection.followersWithoutUnionID(
                        of: account, limit: FollowerProfile.batchMax, in: workspace)
            }
            guard let last = followers.last else { return }
            let known = try await unionIDs(
                of: followers.map(\.openid), account: account, in: workspace)
            let now = clock.now()
            try await database.write { connection in
                try connection.keep(known, of: account, at: now, in: workspace)
                try connection.noteUnionIDs(of: account, upTo: last, in: workspace)
            }
        }
    }

    private func askAnew(
        _ openid: String, of account: Account.ID, in workspace: Workspace.ID
    ) async throws {
        guard try await database.read({ try $0.accounts(of: workspace).count >= 2 }) else { return }
        let known = try await unionIDs(of: [openid], account: account, in: workspace)
        let now = clock.now()
        try await database.write {
            try $0.keep(known, of: account, at: now, in: workspace)
        }
    }

    /// What WeChat says of those who follow.
    private func unionIDs(
        of openids: [String], account: Account.ID, in workspace: Workspace.ID
    ) async throws -> [KnownUnionID] {
        let profiles = try await wechat.call(account, in: workspace) { client in
            try await client.profiles(of: openids)
        }
        let (asked, now) = (Set(openids), clock.now())
        return profiles.compactMap { profile in
            guard profile.isFollowing, asked.contains(profile.openID),
                let key = profile.unionID.flatMap(ContactKey.unionID)
            else { return nil }
            return KnownUnionID(
                openid: profile.openID, key: key, merge: .make(at: now, from: randomness))
        }
    }
}

private struct KnownUnionID: Sendable {
    let openid: String
    let key: ContactKey
    /// The id of the merge that may come of it.
    let merge: ContactMerge.ID
}

private struct KnownFollower: Sendable {
    let openid: String
    let createdAt: Timestamp
}

extension Connection {
    /// Erases the union id of a follower who has left, unless the workspace keeps it. The merges that
    /// came of it stay.
    func eraseProfile(of follower: FollowerKey, in workspace: Workspace.ID) throws {
        try run(
            """
            DELETE FROM contact_keys
            WHERE workspace_id = \(workspace) AND contact_id = \(Contact.ID(follower))
                AND kind = \(ContactKey.Kind.unionID)
                AND EXISTS (
                    SELECT 1 FROM workspaces WHERE id = \(workspace) AND keeps_profiles = 0)
                AND \(fragment: hasLeft(follower, in: workspace))
            """)
    }

    /// Keeps the union ids of those who have not left since WeChat was asked.
    fileprivate func keep(
        _ known: [KnownUnionID], of account: Account.ID, at time: Timestamp,
        in workspace: Workspace.ID
    ) throws {
        for union in known {
            let follower = FollowerKey(account: account, openid: union.openid)
            let gone = try row(
                "SELECT 1 AS gone WHERE \(fragment: hasLeft(follower, in: workspace))")
            guard gone == nil else { continue }
            try add(
                union.key, to: Contact.ID(follower), merge: union.merge, at: time, in: workspace)
        }
    }

    /// Those that WeChat was not asked for yet, the first heard of first.
    fileprivate func followersWithoutUnionID(
        of account: Account.ID, limit: Int, in workspace: Workspace.ID
    ) throws -> [KnownFollower] {
        let place = try row(
            """
            SELECT created_at, openid FROM union_id_places
            WHERE workspace_id = \(workspace) AND account_id = \(account)
            """)
        let at: Timestamp = try place?.get("created_at") ?? Timestamp(milliseconds: -1)
        let openid: String = try place?.get("openid") ?? ""
        return try rows(
            """
            SELECT openid, created_at FROM followers
            WHERE workspace_id = \(workspace) AND account_id = \(account)
                AND created_at >= \(at) AND (created_at > \(at) OR openid > \(openid))
            ORDER BY created_at, openid LIMIT \(limit)
            """
        ).map { KnownFollower(openid: try $0.get("openid"), createdAt: try $0.get("created_at")) }
    }

    fileprivate func noteUnionIDs(
        of account: Account.ID, upTo last: KnownFollower, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            INSERT INTO union_id_places (workspace_id, account_id, created_at, openid)
            VALUES (\(workspace), \(account), \(last.createdAt), \(last.openid))
            ON CONFLICT (workspace_id, account_id) DO UPDATE SET
                created_at = excluded.created_at, openid = excluded.openid
            """)
    }
}
