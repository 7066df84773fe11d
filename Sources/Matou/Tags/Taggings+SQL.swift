import Jobs
import SQL
import WeChat

extension Connection {
    /// Tags who scanned, in the transaction of the scan: ours at once, WeChat's by a job. WeChat is not
    /// asked again for a tag that it has put on.
    ///
    /// - Returns: whether a job was added.
    func apply(
        _ tags: CodeTagIDs, to follower: FollowerKey, after scan: Fact, in workspace: Workspace.ID
    ) throws -> Bool {
        for tag in tags.contact {
            try put(
                tag, on: Contact.ID(follower), code: scan.code, at: scan.receivedAt, in: workspace)
        }
        var asked = 0
        for tag in tags.follower {
            asked += try run(
                """
                INSERT INTO follower_taggings (workspace_id, account_id, openid, tag_id, code_id,
                    state, asked_at)
                SELECT workspace_id, account_id, \(follower.openid), id, \(scan.code),
                    \(FollowerTagging.State.pending), \(scan.receivedAt)
                FROM follower_tags
                WHERE workspace_id = \(workspace) AND id = \(tag)
                    AND account_id = \(follower.account)
                ON CONFLICT (workspace_id, account_id, openid, tag_id) DO UPDATE SET
                    code_id = excluded.code_id, state = excluded.state,
                    asked_at = excluded.asked_at
                WHERE follower_taggings.state <> \(FollowerTagging.State.tagged)
                """)
        }
        let lane = FollowerTagging.lane(of: follower.account)
        guard asked > 0,
            try !isAwaited(FollowerTagging.Applying.kind, lane: lane, in: workspace.text)
        else { return false }
        let job = try Job(
            id: "tags-\(scan.seq)", workspace: workspace.text,
            FollowerTagging.Applying(account: follower.account.text), lane: lane,
            runAt: scan.receivedAt.milliseconds)
        return try enqueue(job)
    }

    /// Forgets the follower tags of somebody who has left: WeChat promises to keep none, and the next scan
    /// asks for them again. A late word of an earlier leave changes nothing.
    func takeFollowerTags(off follower: FollowerKey, in workspace: Workspace.ID) throws {
        try run(
            """
            DELETE FROM follower_taggings
            WHERE workspace_id = \(workspace) AND account_id = \(follower.account)
                AND openid = \(follower.openid)
                AND \(fragment: hasLeft(follower, in: workspace))
            """)
    }

    /// Forgets the follower tags of somebody who follows anew: it begins without any, whether or not we
    /// have heard that the follow before had ended. A late word of an earlier follow changes nothing.
    func takeFollowerTags(
        off follower: FollowerKey, since follow: Fact, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            DELETE FROM follower_taggings
            WHERE workspace_id = \(workspace) AND account_id = \(follower.account)
                AND openid = \(follower.openid)
                AND EXISTS (
                    SELECT 1 FROM followers
                    WHERE workspace_id = \(workspace) AND account_id = \(follower.account)
                        AND openid = \(follower.openid)
                        AND turn = 'follow' AND turn_at = \(follow.occurredAt))
            """)
    }

    /// Puts a tag on a contact, unless it wears it or the tag was deleted since.
    ///
    /// - Parameters:
    ///   - code: whose scan puts it on; nil when `member` does.
    func put(
        _ tag: ContactTag.ID, on contact: Contact.ID, code: QRCode.ID?, by member: String? = nil,
        at time: Timestamp, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            INSERT INTO contact_taggings
                (workspace_id, contact_id, tag_id, code_id, tagged_by, tagged_at)
            SELECT workspace_id, \(contact), id, \(code), \(member), \(time) FROM contact_tags
            WHERE workspace_id = \(workspace) AND id = \(tag)
            ON CONFLICT (workspace_id, contact_id, tag_id) DO NOTHING
            """)
    }

    func take(
        _ tag: ContactTag.ID, off contacts: [Contact.ID], in workspace: Workspace.ID
    ) throws {
        try run(
            """
            DELETE FROM contact_taggings
            WHERE workspace_id = \(workspace) AND tag_id = \(tag)
                AND contact_id IN \(list: contacts)
            """)
    }

    /// Those who wait for the tag that waits longest by name of its id, as many as one call takes.
    func nextFollowerTaggings(
        of account: Account.ID, in workspace: Workspace.ID
    ) throws -> TaggingBatch? {
        let id: FollowerTag.ID? = try row(
            """
            SELECT t.tag_id AS tag_id FROM follower_taggings AS t
                JOIN follower_tags AS g ON g.workspace_id = t.workspace_id AND g.id = t.tag_id
            WHERE t.workspace_id = \(workspace) AND t.account_id = \(account)
                AND t.state = 'pending'
            ORDER BY t.tag_id, t.asked_at LIMIT 1
            """
        )?.get("tag_id")
        guard let id else { return nil }
        guard let tag = try followerTags([id], in: workspace)[id] else { return nil }
        let openids: [String] = try rows(
            """
            SELECT openid FROM follower_taggings
            WHERE workspace_id = \(workspace) AND account_id = \(account) AND tag_id = \(id)
                AND state = 'pending'
            ORDER BY asked_at LIMIT \(WeChat.FollowerTag.openIDsPerCallMax)
            """
        ).map { try $0.get("openid") }
        return TaggingBatch(tag: tag, openids: openids)
    }

    /// Notes what became of a call; a scan that came after it began waits for the next one.
    func settle(
        _ openids: [String], _ tag: FollowerTag.ID, _ fault: WeChatFault?,
        askedBy started: Timestamp, at time: Timestamp, in workspace: Workspace.ID
    ) throws {
        let state: FollowerTagging.State = fault == nil ? .tagged : .failed
        try run(
            """
            UPDATE follower_taggings SET state = \(state), failure_code = \(fault?.number),
                failure_words = \(fault?.words), finished_at = \(time)
            WHERE workspace_id = \(workspace) AND tag_id = \(tag) AND openid IN \(list: openids)
                AND state = 'pending' AND asked_at <= \(started)
            """)
    }

    func giveUpFollowerTaggings(
        of account: Account.ID, _ fault: WeChatFault, at time: Timestamp,
        in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE follower_taggings SET state = \(FollowerTagging.State.failed),
                failure_code = \(fault.number), failure_words = \(fault.words),
                finished_at = \(time)
            WHERE workspace_id = \(workspace) AND account_id = \(account) AND state = 'pending'
            """)
    }

    /// The follower tags of some followers of one account, by openid, whichever code put them on.
    func followerTaggings(
        of openids: [String], _ account: Account.ID, in workspace: Workspace.ID
    ) throws -> [String: [FollowerTagging.Entry]] {
        guard !openids.isEmpty else { return [:] }
        let entries = try rows(
            """
            SELECT t.openid AS openid, t.tag_id AS tag_id, g.name AS name, t.state AS state,
                t.failure_code AS failure_code, t.failure_words AS failure_words,
                t.asked_at AS asked_at
            FROM follower_taggings AS t
                JOIN follower_tags AS g ON g.workspace_id = t.workspace_id AND g.id = t.tag_id
            WHERE t.workspace_id = \(workspace) AND t.account_id = \(account)
                AND t.openid IN \(list: openids)
            ORDER BY t.openid, g.name, t.tag_id
            """
        ).map(FollowerTagging.Entry.init)
        return Dictionary(grouping: entries, by: \.openid)
    }

    /// Names of the follower tags that some followers of one account wear, by openid.
    func followerTagNames(
        of openids: [String], _ account: Account.ID, in workspace: Workspace.ID
    ) throws -> [String: [String]] {
        var names: [String: [String]] = [:]
        try each(
            """
            SELECT t.openid AS openid, g.name AS name FROM follower_taggings AS t
                JOIN follower_tags AS g ON g.workspace_id = t.workspace_id AND g.id = t.tag_id
            WHERE t.workspace_id = \(workspace) AND t.account_id = \(account)
                AND t.openid IN \(list: openids) AND t.state = \(FollowerTagging.State.tagged)
            ORDER BY t.openid, g.name, t.tag_id
            """
        ) { row in names[try row.get("openid"), default: []].append(try row.get("name")) }
        return names
    }
}

extension FollowerTagging {
    /// A follower tag and how far it has come to one follower.
    package struct Entry: Sendable, Equatable {
        package let openid: String
        package let tag: FollowerTag.ID
        package let name: String
        package let state: State
        package let fault: WeChatFault?
        package let askedAt: Timestamp

        fileprivate init(_ row: Row) throws {
            openid = try row.get("openid")
            tag = try row.get("tag_id")
            name = try row.get("name")
            state = try row.get("state")
            fault = try WeChatFault(row, code: "failure_code", words: "failure_words")
            askedAt = try row.get("asked_at")
        }
    }
}
