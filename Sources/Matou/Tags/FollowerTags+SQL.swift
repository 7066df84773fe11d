import Jobs
import SQL
import WeChat

extension Connection {
    /// The account's tag of this name; a row that WeChat is yet to be asked for if there is none.
    func followerTag(
        named name: String, of account: Account.ID, orMakeAs fresh: FollowerTag.ID,
        by principal: Principal, at time: Timestamp
    ) throws -> (tag: FollowerTag, isNew: Bool) {
        let workspace = principal.workspace
        if let known = try followerTag(named: name, of: account, in: workspace) {
            return (known, false)
        }
        try run(
            """
            INSERT INTO follower_tags (workspace_id, id, account_id, name, created_at)
            VALUES (\(workspace), \(fresh), \(account), \(name), \(time))
            """)
        try record(.created, .followerTag, fresh.text, to: name, by: principal, at: time)
        let tag = FollowerTag(
            id: fresh, account: account, name: name, wechatID: nil, followers: nil, fault: nil)
        return (tag, true)
    }

    func followerTag(
        named name: String, of account: Account.ID, in workspace: Workspace.ID
    ) throws -> FollowerTag? {
        try row(
            """
            SELECT \(fragment: followerTagColumns) FROM follower_tags
            WHERE workspace_id = \(workspace) AND account_id = \(account) AND name = \(name)
            ORDER BY wechat_id IS NULL, id
            """
        ).map(FollowerTag.init)
    }

    func followerTags(
        _ ids: Set<FollowerTag.ID>, in workspace: Workspace.ID
    ) throws -> [FollowerTag.ID: FollowerTag] {
        guard !ids.isEmpty else { return [:] }
        let tags = try rows(
            """
            SELECT \(fragment: followerTagColumns) FROM follower_tags
            WHERE workspace_id = \(workspace) AND id IN \(list: ids.map(\.text).sorted())
            """
        ).map(FollowerTag.init)
        return Dictionary(tags.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// All of an account; WeChat allows a hundred.
    func followerTags(
        of account: Account.ID, in workspace: Workspace.ID
    ) throws -> [FollowerTag] {
        try rows(
            """
            SELECT \(fragment: followerTagColumns) FROM follower_tags
            WHERE workspace_id = \(workspace) AND account_id = \(account) ORDER BY name, id
            """
        ).map(FollowerTag.init)
    }

    /// Takes in what WeChat has: by its id, else by the name of a row that waits for one. A tag that
    /// WeChat no longer has loses its row, and followers lose it; one that codes put on stays, to be
    /// made at WeChat again when it is next wanted.
    func takeSync(
        _ found: [(tag: WeChat.FollowerTag, fresh: FollowerTag.ID)], of account: Account.ID,
        in workspace: Workspace.ID, at time: Timestamp
    ) throws {
        let known = try followerTags(of: account, in: workspace)
        for (tag, fresh) in found {
            let own =
                known.first { $0.wechatID == tag.id }
                ?? known.first { $0.wechatID == nil && $0.name == tag.name }
            if own == nil {
                try run(
                    """
                    INSERT INTO follower_tags (workspace_id, id, account_id, name, created_at)
                    VALUES (\(workspace), \(fresh), \(account), \(tag.name), \(time))
                    """)
            }
            try setMade(own?.id ?? fresh, tag, in: workspace)
        }
        let present = Set(found.map(\.tag.id))
        for tag in known {
            guard let id = tag.wechatID, !present.contains(id) else { continue }
            if try isPutOnByCodes(tag.id, of: account, in: workspace) {
                try takeFromFollowers(tag.id, in: workspace)
                try setUnmade(tag.id, in: workspace)
            } else {
                try deleteFollowerTag(tag.id, in: workspace)
            }
        }
    }

    /// Whether a code that is there names the tag.
    private func isPutOnByCodes(
        _ id: FollowerTag.ID, of account: Account.ID, in workspace: Workspace.ID
    ) throws -> Bool {
        try row(
            """
            SELECT id FROM qr_codes
            WHERE workspace_id = \(workspace) AND account_id = \(account) AND deleted_at IS NULL
                AND tags LIKE \("%\"\(id)\"%") LIMIT 1
            """) != nil
    }

    private func setUnmade(_ id: FollowerTag.ID, in workspace: Workspace.ID) throws {
        try run(
            """
            UPDATE follower_tags SET wechat_id = NULL, followers = NULL
            WHERE workspace_id = \(workspace) AND id = \(id)
            """)
    }

    private func takeFromFollowers(_ id: FollowerTag.ID, in workspace: Workspace.ID) throws {
        try run(
            "DELETE FROM follower_taggings WHERE workspace_id = \(workspace) AND tag_id = \(id)")
    }

    func setMade(
        _ id: FollowerTag.ID, _ tag: WeChat.FollowerTag, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE follower_tags SET name = \(tag.name), wechat_id = \(tag.id),
                followers = COALESCE(\(tag.count), followers), failure_code = NULL,
                failure_words = NULL
            WHERE workspace_id = \(workspace) AND id = \(id)
            """)
    }

    func setFailed(
        _ id: FollowerTag.ID, _ fault: WeChatFault, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE follower_tags SET failure_code = \(fault.number), failure_words = \(fault.words)
            WHERE workspace_id = \(workspace) AND id = \(id) AND wechat_id IS NULL
            """)
    }

    func deleteFollowerTag(_ id: FollowerTag.ID, in workspace: Workspace.ID) throws {
        try takeFromFollowers(id, in: workspace)
        try run("DELETE FROM follower_tags WHERE workspace_id = \(workspace) AND id = \(id)")
    }

    func enqueueMaking(
        of tag: FollowerTag, in workspace: Workspace.ID, at time: Timestamp
    ) throws {
        let job = try Job(
            id: "make-\(tag.id)", workspace: workspace.text,
            FollowerTagging.Making(tag: tag.id.text),
            lane: FollowerTagging.lane(of: tag.account), runAt: time.milliseconds)
        try enqueue(job)
    }
}

private let followerTagColumns: Statement =
    "id, account_id, name, wechat_id, followers, failure_code, failure_words"

extension FollowerTag {
    fileprivate init(_ row: Row) throws {
        id = try row.get("id")
        account = try row.get("account_id")
        name = try row.get("name")
        wechatID = try row.optional("wechat_id")
        followers = try row.optional("followers")
        fault = try WeChatFault(row, code: "failure_code", words: "failure_words")
    }
}
