import SQL

extension Connection {
    /// The contact that `id` belongs to; nil when nothing is known of it.
    func contact(_ id: Contact.ID, in workspace: Workspace.ID) throws -> Contact? {
        let head = try head(of: id, in: workspace)
        return try contacts([head], in: workspace).first
    }

    /// Contacts by their heads, in this order; those that nothing is known of are left out.
    func contacts(_ heads: [Contact.ID], in workspace: Workspace.ID) throws -> [Contact] {
        guard !heads.isEmpty else { return [] }
        var rows: [Contact.ID: ContactRow] = [:]
        for row in try self.rows(
            """
            SELECT id, head, name FROM contacts
            WHERE workspace_id = \(workspace) AND id IN (
                SELECT id FROM contacts
                WHERE workspace_id = \(workspace) AND head IN \(list: heads))
            ORDER BY head, id
            """)
        {
            let own = try ContactRow(row)
            rows[own.id] = own
        }
        for head in heads where rows[head] == nil {
            rows[head] = ContactRow(id: head, head: head, name: nil)
        }
        let ids = rows.keys.sorted { $0.text < $1.text }
        let seen = try seenFollowers(ids.compactMap(\.follower), in: workspace)
        let keys = try keys(of: ids, in: workspace)
        let tags = try taggings(of: ids, in: workspace)
        let members = Dictionary(grouping: ids) { rows[$0]?.head ?? $0 }
        return heads.compactMap { head in
            let ids = members[head] ?? [head]
            let identities = ids.compactMap { id -> Contact.Identity? in
                guard let follower = id.follower else {
                    return Contact.Identity(
                        id: id, follower: nil, isFollowing: nil, source: nil, seenAt: nil)
                }
                return seen[follower]
            }
            let isKnown = !identities.isEmpty && (head.follower != nil || keys[head] != nil)
            guard isKnown || identities.count > 1 else { return nil }
            return Contact(
                id: head, identities: identities,
                name: name(of: ids.compactMap { rows[$0] }),
                keys: unique(ids.flatMap { keys[$0] ?? [] }),
                tags: uniqueTags(ids.flatMap { tags[$0] ?? [] }))
        }
    }

    /// What the people behind openids are called, for those whose contact has a name.
    func contactNames(
        of openids: [String], on account: Account.ID, in workspace: Workspace.ID
    ) throws -> [String: String] {
        guard !openids.isEmpty else { return [:] }
        let ids = openids.map { Contact.ID(FollowerKey(account: account, openid: $0)) }
        let own = try rows(
            """
            SELECT id, head, name FROM contacts
            WHERE workspace_id = \(workspace) AND id IN \(list: ids)
            """
        ).map(ContactRow.init)
        guard !own.isEmpty else { return [:] }
        let merged = try rows(
            """
            SELECT id, head, name FROM contacts
            WHERE workspace_id = \(workspace) AND head IN \(list: own.map(\.head))
            ORDER BY id
            """
        ).map(ContactRow.init)
        let names = Dictionary(grouping: merged, by: \.head).compactMapValues(name(of:))
        return Dictionary(
            own.compactMap { row in
                row.id.follower.flatMap { follower in
                    names[row.head].map { (follower.openid, $0) }
                }
            }, uniquingKeysWith: { first, _ in first })
    }

    /// What a follower said in a form of ours goes before what anybody can say of them.
    private func name(of rows: [ContactRow]) -> String? {
        let named = rows.filter { $0.name != nil }
        return (named.first { $0.id.follower != nil } ?? named.first)?.name
    }

    private func unique(_ keys: [ContactKey]) -> [ContactKey] {
        var seen: Set<ContactKey> = []
        return keys.filter { seen.insert($0).inserted }
    }

    /// Of several identities that wear a tag the first is shown.
    private func uniqueTags(_ tags: [Contact.Tagging]) -> [Contact.Tagging] {
        var seen: Set<ContactTag.ID> = []
        return tags.sorted { $0.at < $1.at }.filter { seen.insert($0.tag.id).inserted }
    }

    private func seenFollowers(
        _ followers: [FollowerKey], in workspace: Workspace.ID
    ) throws -> [FollowerKey: Contact.Identity] {
        var seen: [FollowerKey: Contact.Identity] = [:]
        for (account, names) in Dictionary(grouping: followers, by: \.account) {
            let rows = try rows(
                """
                SELECT f.openid AS openid, f.turn AS turn, f.created_at AS created_at,
                    c.id AS code_id, c.name AS code_name,
                    CASE x.code_state WHEN 'in_effect' THEN COALESCE(x.source, c.source)
                        ELSE '' END AS code_source
                FROM followers AS f
                    LEFT JOIN qr_codes AS c ON c.workspace_id = f.workspace_id
                        AND c.id = f.first_follow_code
                    LEFT JOIN facts AS x ON x.workspace_id = f.workspace_id
                        AND x.account_id = f.account_id AND x.dedupe_key = f.first_follow_key
                WHERE f.workspace_id = \(workspace) AND f.account_id = \(account)
                    AND f.openid IN \(list: names.map(\.openid))
                """)
            for row in rows {
                let follower = FollowerKey(account: account, openid: try row.get("openid"))
                let turn: String? = try row.optional("turn")
                seen[follower] = Contact.Identity(
                    id: Contact.ID(follower), follower: follower,
                    isFollowing: turn.map { $0 == "follow" },
                    source: try CodeName(optional: row), seenAt: try row.get("created_at"))
            }
        }
        return seen
    }

    private func keys(
        of ids: [Contact.ID], in workspace: Workspace.ID
    ) throws -> [Contact.ID: [ContactKey]] {
        var keys: [Contact.ID: [ContactKey]] = [:]
        for row in try rows(
            """
            SELECT contact_id, kind, value FROM contact_keys
            WHERE workspace_id = \(workspace) AND contact_id IN \(list: ids)
            ORDER BY created_at, kind, value
            """)
        {
            keys[try row.get("contact_id"), default: []].append(
                ContactKey(kind: try row.get("kind"), value: try row.get("value")))
        }
        return keys
    }

    private func taggings(
        of ids: [Contact.ID], in workspace: Workspace.ID
    ) throws -> [Contact.ID: [Contact.Tagging]] {
        var tags: [Contact.ID: [Contact.Tagging]] = [:]
        for row in try rows(
            """
            SELECT t.contact_id AS contact_id, t.code_id AS code_id, t.tagged_at AS tagged_at,
                g.id AS id, g.name AS name
            FROM contact_taggings AS t
                JOIN contact_tags AS g ON g.workspace_id = t.workspace_id AND g.id = t.tag_id
            WHERE t.workspace_id = \(workspace) AND t.contact_id IN \(list: ids)
            """)
        {
            tags[try row.get("contact_id"), default: []].append(
                Contact.Tagging(
                    tag: try ContactTag(row), code: try row.get("code_id"),
                    at: try row.get("tagged_at")))
        }
        return tags
    }

    func identityNames(
        _ ids: [Contact.ID], in workspace: Workspace.ID
    ) throws -> [Contact.ID: String] {
        let named = try rows(
            """
            SELECT id, name FROM contacts
            WHERE workspace_id = \(workspace) AND id IN \(list: ids) AND name <> ''
            """
        ).map { (try $0.get("id", as: Contact.ID.self), try $0.get("name", as: String.self)) }
        return Dictionary(named, uniquingKeysWith: { first, _ in first })
    }

    /// - Parameter onlyIfNone: whether a name that is there stays: who proves nothing renames nobody.
    func setName(
        _ name: String, of contact: Contact.ID, onlyIfNone: Bool, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE contacts SET name = \(name), name_folded = \(name.folded())
            WHERE workspace_id = \(workspace) AND id = \(contact)
                AND (COALESCE(name, '') = '' OR \(!onlyIfNone))
            """)
    }

    func codeNames(
        _ ids: Set<QRCode.ID>, in workspace: Workspace.ID
    ) throws -> [QRCode.ID: CodeName] {
        guard !ids.isEmpty else { return [:] }
        let names = try rows(
            """
            SELECT id AS code_id, name AS code_name, source AS code_source FROM qr_codes
            WHERE workspace_id = \(workspace) AND id IN \(list: ids.map(\.text).sorted())
            """
        ).compactMap(CodeName.init(optional:))
        return Dictionary(names.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

private struct ContactRow {
    let id: Contact.ID
    let head: Contact.ID
    let name: String?

    init(id: Contact.ID, head: Contact.ID, name: String?) {
        self.id = id
        self.head = head
        self.name = name
    }

    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), head: try row.get("head"), name: try row.optional("name"))
    }
}

extension CodeName {
    /// Nil in a row without `code_id`.
    init?(optional row: Row) throws {
        guard let id: QRCode.ID = try row.optional("code_id") else { return nil }
        self.init(id: id, name: try row.get("code_name"), source: try row.get("code_source"))
    }
}
