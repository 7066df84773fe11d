import SQL

/// Which contacts a list shows. One of search, tag and code narrows it at a time, the first that is
/// set; an account narrows it besides.
package struct ContactFilter: Sendable, Equatable {
    /// The order of the list, the latest first.
    package static let sort = "-created_at"
    /// A search shows this many at most, on one page.
    package static let foundMax = 100

    /// An openid's or a name's beginning, a mobile number, an e-mail address.
    package var search = ""
    package var tag: ContactTag.ID?
    /// Who scanned this code.
    package var code: QRCode.ID?
    /// Who follows this account, or has scanned a code of it; nil for everybody, those too who came
    /// without a scan.
    package var account: Account.ID?

    package init() {}
}

extension Connection {
    /// The heads of a page of contacts, and the cursor of the next.
    func contactHeads(
        _ filter: ContactFilter, after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws -> Page<Contact.ID> {
        if !filter.search.isEmpty {
            return Page(
                elements: try found(filter.search, of: filter.account, in: workspace), next: nil)
        }
        let query: Statement =
            if let tag = filter.tag {
                try tagged(tag, of: filter.account, after: cursor, limit: limit, in: workspace)
            } else if let code = filter.code {
                try scanners(
                    of: code, filter.account, after: cursor, limit: limit, in: workspace)
            } else if let account = filter.account {
                try followers(of: account, after: cursor, limit: limit, in: workspace)
            } else {
                try everybody(after: cursor, limit: limit, in: workspace)
            }
        let found = try rows(query).map { row in
            (at: try row.get("at") as Int64, id: try row.get("id") as Contact.ID)
        }
        let next = found.count > limit ? found[limit - 1] : nil
        var seen: Set<Contact.ID> = []
        let heads = try found.prefix(limit).map { try head(of: $0.id, in: workspace) }
            .filter { seen.insert($0).inserted }
        return Page(
            elements: heads,
            next: next.map {
                Cursor(sort: ContactFilter.sort, key: String($0.at), id: $0.id.text)
            })
    }

    /// Followers by the time they were first heard of, and those who came without a scan. Who is
    /// merged into another contact stands with that one.
    private func everybody(
        after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws(Refusal) -> Statement {
        try """
        SELECT at, id FROM (
            SELECT * FROM (
                SELECT f.created_at AS at, \(fragment: contactID(of: "f")) AS id
                FROM followers AS f
                WHERE f.workspace_id = \(workspace)
                    AND \(fragment: after(cursor, "f.created_at", contactID(of: "f")))
                    AND NOT EXISTS (
                        SELECT 1 FROM contacts AS c
                        WHERE c.workspace_id = f.workspace_id
                            AND c.id = \(fragment: contactID(of: "f")) AND c.head <> c.id)
                ORDER BY f.created_at DESC, f.account_id DESC, f.openid DESC LIMIT \(limit + 1)
            ) AS known
            UNION ALL
            SELECT * FROM (
                SELECT c.created_at AS at, c.id AS id FROM contacts AS c
                WHERE c.workspace_id = \(workspace) AND c.openid IS NULL AND c.head = c.id
                    AND \(fragment: after(cursor, "c.created_at", "c.id"))
                ORDER BY c.created_at DESC, c.id DESC LIMIT \(limit + 1)
            ) AS unknown
        ) AS everybody ORDER BY at DESC, id DESC LIMIT \(limit + 1)
        """
    }

    /// The followers of one account by the time they were first heard of. Who is several of them
    /// stands at the one of the least id.
    private func followers(
        of account: Account.ID, after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws(Refusal) -> Statement {
        let (first, _) = idRange(of: account)
        return try """
        SELECT f.created_at AS at, \(fragment: contactID(of: "f")) AS id FROM followers AS f
        WHERE f.workspace_id = \(workspace) AND f.account_id = \(account)
            AND \(fragment: after(cursor, "f.created_at", contactID(of: "f")))
            AND NOT EXISTS (
                SELECT 1 FROM contacts AS c
                    JOIN contacts AS d ON d.workspace_id = c.workspace_id AND d.head = c.head
                WHERE c.workspace_id = f.workspace_id AND c.id = \(fragment: contactID(of: "f"))
                    AND d.id >= \(first) AND d.id < c.id)
        ORDER BY f.created_at DESC, f.openid DESC LIMIT \(limit + 1)
        """
    }

    /// Whether anything that the contact `id` consists of is of the account; always without one.
    private func isOf(
        _ account: Account.ID?, _ id: Statement, in workspace: Workspace.ID
    ) -> Statement {
        guard let account else { return "1 = 1" }
        let (first, end) = idRange(of: account)
        return """
            (\(fragment: id) >= \(first) AND \(fragment: id) < \(end)
            OR EXISTS (
                SELECT 1 FROM contacts AS i
                    JOIN contacts AS j ON j.workspace_id = i.workspace_id AND j.head = i.head
                WHERE i.workspace_id = \(workspace) AND i.id = \(fragment: id)
                    AND j.id >= \(first) AND j.id < \(end)))
            """
    }

    /// Between which ids those of an account's followers are, as `Contact.ID(_:)` makes them: an index
    /// that has the id needs no more.
    private func idRange(of account: Account.ID) -> (first: String, end: String) {
        let first = Contact.ID(FollowerKey(account: account, openid: "")).text
        return (first, first + "\u{10FFFF}")
    }

    /// Those who wear a tag, the latest tagged first. Of several identities of one contact the last
    /// counts.
    private func tagged(
        _ tag: ContactTag.ID, of account: Account.ID?, after cursor: Cursor?, limit: Int,
        in workspace: Workspace.ID
    ) throws(Refusal) -> Statement {
        try """
        SELECT t.tagged_at AS at, t.contact_id AS id FROM contact_taggings AS t
        WHERE t.workspace_id = \(workspace) AND t.tag_id = \(tag)
            AND \(fragment: after(cursor, "t.tagged_at", "t.contact_id"))
            AND \(fragment: isOf(account, "t.contact_id", in: workspace))
            AND NOT EXISTS (
                SELECT 1 FROM contacts AS c
                    JOIN contacts AS d ON d.workspace_id = c.workspace_id AND d.head = c.head
                WHERE c.workspace_id = t.workspace_id AND c.id = t.contact_id
                    AND EXISTS (
                        SELECT 1 FROM contact_taggings AS u
                        WHERE u.workspace_id = d.workspace_id AND u.contact_id = d.id
                            AND u.tag_id = t.tag_id
                            AND (u.tagged_at, u.contact_id) > (t.tagged_at, t.contact_id)))
        ORDER BY t.tagged_at DESC, t.contact_id DESC LIMIT \(limit + 1)
        """
    }

    private func scanners(
        of code: QRCode.ID, _ account: Account.ID?, after cursor: Cursor?, limit: Int,
        in workspace: Workspace.ID
    ) throws(Refusal) -> Statement {
        let own: Statement = account.map { "AND s.account_id = \($0)" } ?? ""
        return try """
        SELECT s.last_scan_at AS at, \(fragment: contactID(of: "s")) AS id
        FROM code_scanners AS s
        WHERE s.workspace_id = \(workspace) AND s.code_id = \(code) \(fragment: own)
            AND \(fragment: after(cursor, "s.last_scan_at", contactID(of: "s")))
        ORDER BY s.last_scan_at DESC, s.openid DESC LIMIT \(limit + 1)
        """
    }

    private func after(
        _ cursor: Cursor?, _ time: Statement, _ id: Statement
    ) throws(Refusal) -> Statement {
        guard let cursor else { return "1 = 1" }
        let key = try cursor.number
        return """
            \(fragment: time) <= \(key)
            AND (\(fragment: time) < \(key) OR \(fragment: id) < \(cursor.id))
            """
    }

    private func found(
        _ text: String, of account: Account.ID?, in workspace: Workspace.ID
    ) throws -> [Contact.ID] {
        guard text.utf8.count <= 300 else { return [] }
        let text = text.trimmingWhitespace()
        let end = text + "\u{10FFFF}"
        let folded = text.folded()
        let limit = ContactFilter.foundMax
        var ids: [Contact.ID] = []
        for key in [ContactKey.mobile(text), ContactKey.email(text)].compactMap(\.self) {
            ids += try holders(of: key, in: workspace).filter { holder in
                guard let account else { return true }
                return try members(of: head(of: holder, in: workspace), in: workspace)
                    .contains { $0.follower?.account == account }
            }
        }
        for known in try accounts(of: workspace)
        where ids.count < limit && (account == nil || known.id == account) {
            ids += try rows(
                """
                SELECT openid FROM followers
                WHERE workspace_id = \(workspace) AND account_id = \(known.id)
                    AND openid >= \(text) AND openid < \(end)
                ORDER BY openid LIMIT \(limit)
                """
            ).map { row in
                Contact.ID(FollowerKey(account: known.id, openid: try row.get("openid")))
            }
        }
        ids += try rows(
            """
            SELECT id FROM contacts AS n
            WHERE workspace_id = \(workspace) AND name_folded >= \(folded)
                AND name_folded < \(folded + "\u{10FFFF}")
                AND \(fragment: isOf(account, "n.id", in: workspace))
            ORDER BY name_folded, id LIMIT \(limit)
            """
        ).map { try $0.get("id") }
        var seen: Set<Contact.ID> = []
        return try ids.map { try head(of: $0, in: workspace) }
            .filter { seen.insert($0).inserted }.prefix(limit).map { $0 }
    }
}
