import SQL

/// A line of the journal of merges: two contacts that share a key, and so are one person.
package struct ContactMerge: Sendable, Equatable, Identified {
    package typealias ID = Identifier<ContactMerge>
    package static let idPrefix = "cm"
    /// The order of every list of them, the latest first.
    package static let sort = "-merged_at"

    package let id: ID
    package let one: Contact.ID
    package let other: Contact.ID
    package let key: ContactKey
    package let mergedAt: Timestamp
    package let undoneAt: Timestamp?
    /// The member who undid it.
    package let undoneBy: String?

    /// The key that both had, for people to read; nil of a union id, which says nothing to them and is
    /// not told any more once it is erased with who left.
    package var shownKey: String? { key.kind == .unionID ? nil : key.value }
}

extension Connection {
    /// Writes a contact that was implied so far.
    func remember(
        _ id: Contact.ID, at time: Timestamp, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            INSERT INTO contacts (workspace_id, id, account_id, openid, head, created_at)
            VALUES (\(workspace), \(id), \(id.follower?.account), \(id.follower?.openid), \(id),
                \(time))
            ON CONFLICT (workspace_id, id) DO NOTHING
            """)
    }

    /// Gives a contact a key, and merges it with the first other one that has the same.
    ///
    /// The merge is a line of the journal also when the two are one by another key already: undoing
    /// that one leaves them together. People whom a member has parted are not brought together again
    /// by the same key, neither directly nor through a third.
    ///
    /// - Parameter merge: the id of the merge that may come of it.
    func add(
        _ key: ContactKey, to contact: Contact.ID, merge: ContactMerge.ID, at time: Timestamp,
        in workspace: Workspace.ID
    ) throws {
        try remember(contact, at: time, in: workspace)
        try run(
            """
            INSERT INTO contact_keys (workspace_id, kind, value, contact_id, created_at)
            VALUES (\(workspace), \(key.kind), \(key.value), \(contact), \(time))
            ON CONFLICT (workspace_id, kind, value, contact_id) DO NOTHING
            """)
        guard try !isMerged(contact, by: key, in: workspace) else { return }
        let head = try self.head(of: contact, in: workspace)
        let own = try members(of: head, in: workspace)
        for other in try holders(of: key, in: workspace) where other != contact {
            let otherHead = try self.head(of: other, in: workspace)
            let others = try members(of: otherHead, in: workspace)
            if otherHead != head {
                guard own.count + others.count <= Contact.identitiesMax,
                    try !areParted(own, others, by: key, in: workspace)
                else { continue }
            }
            try run(
                """
                INSERT INTO contact_merges
                    (workspace_id, id, one, other, kind, value, merged_at)
                VALUES (\(workspace), \(merge), \(contact), \(other), \(key.kind), \(key.value),
                    \(time))
                """)
            let (least, rest) = head.text < otherHead.text ? (head, otherHead) : (otherHead, head)
            if least != rest {
                try countPeople(-1, where: own, and: others, in: workspace)
                try run(
                    """
                    UPDATE contacts SET head = \(least)
                    WHERE workspace_id = \(workspace) AND head = \(rest)
                    """)
            }
            return
        }
    }

    /// Whether a merge that is not undone joins the contact to another that has the key.
    private func isMerged(
        _ contact: Contact.ID, by key: ContactKey, in workspace: Workspace.ID
    ) throws -> Bool {
        try row(
            """
            SELECT id FROM contact_merges
            WHERE workspace_id = \(workspace) AND kind = \(key.kind) AND value = \(key.value)
                AND undone_at IS NULL AND (one = \(contact) OR other = \(contact))
            """) != nil
    }

    /// Parts what a merge joined, as far as no other merge joins it.
    ///
    /// - Returns: false when it was undone before, or never was.
    func undo(
        _ id: ContactMerge.ID, by principal: Principal, at time: Timestamp
    ) throws -> Bool {
        let workspace = principal.workspace
        guard let merge = try merge(id, in: workspace), merge.undoneAt == nil else { return false }
        try run(
            """
            UPDATE contact_merges SET undone_at = \(time), undone_by = \(principal.actor)
            WHERE workspace_id = \(workspace) AND id = \(id)
            """)
        let head = try self.head(of: merge.one, in: workspace)
        let members = try members(of: head, in: workspace)
        var links: [Contact.ID: [Contact.ID]] = [:]
        for merge in try merges(of: members, in: workspace)
        where merge.undoneAt == nil {
            links[merge.one, default: []].append(merge.other)
            links[merge.other, default: []].append(merge.one)
        }
        var left = Set(members)
        while let start = left.min(by: { $0.text < $1.text }) {
            var group: Set<Contact.ID> = []
            var next = [start]
            while let contact = next.popLast() {
                if group.insert(contact).inserted { next += links[contact] ?? [] }
            }
            left.subtract(group)
            try countPeople(1, where: Array(group), and: Array(left), in: workspace)
            // The least of a group is its head, and groups come by their least.
            guard start != head else { continue }
            for contact in group {
                try run(
                    """
                    UPDATE contacts SET head = \(start)
                    WHERE workspace_id = \(workspace) AND id = \(contact)
                    """)
            }
        }
        return true
    }

    /// Those who have a key, the first to have it first.
    func holders(of key: ContactKey, in workspace: Workspace.ID) throws -> [Contact.ID] {
        try rows(
            """
            SELECT contact_id FROM contact_keys
            WHERE workspace_id = \(workspace) AND kind = \(key.kind) AND value = \(key.value)
            ORDER BY created_at, contact_id LIMIT 100
            """
        ).map { try $0.get("contact_id") }
    }

    /// Whether a member has parted somebody of the one group from somebody of the other.
    private func areParted(
        _ some: [Contact.ID], _ others: [Contact.ID], by key: ContactKey, in workspace: Workspace.ID
    ) throws -> Bool {
        try row(
            """
            SELECT id FROM contact_merges
            WHERE workspace_id = \(workspace) AND kind = \(key.kind) AND value = \(key.value)
                AND undone_at IS NOT NULL
                AND (one IN \(list: some) AND other IN \(list: others)
                    OR one IN \(list: others) AND other IN \(list: some))
            """) != nil
    }

    /// The contact that stands for all that it is merged with; itself when it is with none.
    func head(of id: Contact.ID, in workspace: Workspace.ID) throws -> Contact.ID {
        try row("SELECT head FROM contacts WHERE workspace_id = \(workspace) AND id = \(id)")?
            .get("head") ?? id
    }

    /// The contacts that a head stands for, itself among them.
    func members(of head: Contact.ID, in workspace: Workspace.ID) throws -> [Contact.ID] {
        let known: [Contact.ID] = try rows(
            """
            SELECT id FROM contacts WHERE workspace_id = \(workspace) AND head = \(head)
            ORDER BY id
            """
        ).map { try $0.get("id") }
        return known.contains(head) ? known : [head] + known
    }

    func merge(_ id: ContactMerge.ID, in workspace: Workspace.ID) throws -> ContactMerge? {
        try row(
            """
            SELECT id, one, other, kind, value, merged_at, undone_at, undone_by
            FROM contact_merges WHERE workspace_id = \(workspace) AND id = \(id)
            """
        ).map(ContactMerge.init)
    }

    /// Every merge of some contacts, undone ones too, the latest first.
    func merges(
        of contacts: [Contact.ID], after cursor: Cursor? = nil, limit: Int = .max,
        in workspace: Workspace.ID
    ) throws -> [ContactMerge] {
        let beyond: Statement =
            try cursor.map { "AND \(fragment: try $0.rows(below: "merged_at"))" } ?? ""
        return try rows(
            """
            SELECT id, one, other, kind, value, merged_at, undone_at, undone_by
            FROM contact_merges
            WHERE workspace_id = \(workspace)
                AND id IN (
                    SELECT id FROM contact_merges
                    WHERE workspace_id = \(workspace) AND one IN \(list: contacts)
                    UNION SELECT id FROM contact_merges
                    WHERE workspace_id = \(workspace) AND other IN \(list: contacts))
                \(fragment: beyond)
            ORDER BY merged_at DESC, id DESC LIMIT \(limit)
            """
        ).map(ContactMerge.init)
    }
}

extension ContactMerge {
    fileprivate init(_ row: Row) throws {
        id = try row.get("id")
        one = try row.get("one")
        other = try row.get("other")
        key = ContactKey(kind: try row.get("kind"), value: try row.get("value"))
        mergedAt = try row.get("merged_at")
        undoneAt = try row.get("undone_at")
        undoneBy = try row.get("undone_by")
    }
}
