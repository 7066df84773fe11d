import Jobs
import SQL
import WeChat

/// Asks WeChat for the union ids of followers, which tell that the followers of two accounts are one
/// person (`wechat-wire.md` §1.3), and merges their contacts.
///
/// A workspace of one account has nobody to merge and asks nothing. A second account makes the job go
/// through everybody who is known. It goes on from where it has come to, so that nobody is asked for
/// twice.
struct UnionIDs: Sendable {
    /// After the callback that asks for it: those that come meanwhile are asked for with it.
    static let delay: Duration = .seconds(15)
    private static let retry = RetryPolicy(attemptsMax: 4, firstDelay: .seconds(60))

    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let wechat: WeChatAccounts

    struct Asking: JobPayload {
        static let kind = "followers.union-ids"
        let account: String
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

    func register(with queue: JobQueue) {
        queue.register(Asking.self, retry: Self.retry) { payload, job in
            try await ask(Account.ID(payload.account), in: Workspace.ID(job.workspace))
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
            let profiles = try await wechat.call(account, in: workspace) { client in
                try await client.profiles(of: followers.map(\.openid))
            }
            let now = clock.now()
            let known = profiles.compactMap { profile in
                profile.unionID.flatMap(ContactKey.unionID).map { (profile.openID, $0) }
            }.map { openid, key in
                (openid: openid, key: key, merge: ContactMerge.ID.make(at: now, from: randomness))
            }
            let asked = Set(followers.map(\.openid))
            try await database.write { connection in
                for (openid, key, merge) in known where asked.contains(openid) {
                    try connection.add(
                        key, to: Contact.ID(FollowerKey(account: account, openid: openid)),
                        merge: merge, at: now, in: workspace)
                }
                try connection.noteUnionIDs(of: account, upTo: last, in: workspace)
            }
        }
    }
}

private struct KnownFollower: Sendable {
    let openid: String
    let createdAt: Timestamp
}

extension Connection {
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
