import SQL

/// The condition that the latest thing that is known of a follower is that they left.
func hasLeft(_ follower: FollowerKey, in workspace: Workspace.ID) -> Statement {
    """
    EXISTS (
        SELECT 1 FROM followers
        WHERE workspace_id = \(workspace) AND account_id = \(follower.account)
            AND openid = \(follower.openid) AND turn = 'unfollow')
    """
}

extension Connection {
    func follower(
        _ openid: String, of account: Account.ID, in workspace: Workspace.ID
    ) throws -> Follower? {
        try row(
            """
            SELECT openid, first_follow_at, first_follow_key, first_follow_day,
                first_follow_code, turn, turn_at, turn_key, turn_day, created_at
            FROM followers
            WHERE workspace_id = \(workspace) AND account_id = \(account) AND openid = \(openid)
            """
        ).map(Follower.init)
    }

    func save(
        _ follower: Follower, of account: Account.ID, in workspace: Workspace.ID
    ) throws {
        let first = follower.firstFollow
        let turn = follower.turn
        try run(
            """
            INSERT INTO followers (workspace_id, account_id, openid, first_follow_at,
                first_follow_key, first_follow_day, first_follow_code, turn, turn_at, turn_key,
                turn_day, created_at)
            VALUES (\(workspace), \(account), \(follower.openid), \(first?.moment.at),
                \(first?.moment.key), \(first?.day), \(first?.code),
                \(turn.map { $0.isFollow ? "follow" : "unfollow" }), \(turn?.moment.at),
                \(turn?.moment.key), \(turn?.day), \(follower.createdAt))
            ON CONFLICT (workspace_id, account_id, openid) DO UPDATE SET
                first_follow_at = excluded.first_follow_at,
                first_follow_key = excluded.first_follow_key,
                first_follow_day = excluded.first_follow_day,
                first_follow_code = excluded.first_follow_code,
                turn = excluded.turn, turn_at = excluded.turn_at,
                turn_key = excluded.turn_key, turn_day = excluded.turn_day
            """)
    }
}

extension Follower {
    fileprivate init(_ row: Row) throws {
        openid = try row.get("openid")
        createdAt = try row.get("created_at")
        if let at: Timestamp = try row.get("first_follow_at") {
            firstFollow = FirstFollow(
                at: at, key: try row.get("first_follow_key"), day: try row.get("first_follow_day"),
                code: try row.get("first_follow_code"))
        }
        if let at: Timestamp = try row.get("turn_at") {
            let isFollow = try row.get("turn") == "follow"
            turn = Turn(
                isFollow: isFollow,
                moment: Moment(
                    at: at, rank: Moment.rank(of: isFollow ? .subscribe : .unsubscribe),
                    key: try row.get("turn_key")),
                day: try row.get("turn_day"))
        }
    }
}
