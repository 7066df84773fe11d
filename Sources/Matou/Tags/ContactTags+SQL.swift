import SQL

extension Connection {
    /// The tag of this name, made now if there is none.
    func contactTag(
        named name: String, orMakeAs fresh: ContactTag.ID, by principal: Principal,
        at time: Timestamp
    ) throws -> ContactTag {
        let made = try run(
            """
            INSERT INTO contact_tags (workspace_id, id, name, name_folded, created_by, created_at)
            VALUES (\(principal.workspace), \(fresh), \(name), \(name.folded()),
                \(principal.actor), \(time))
            ON CONFLICT (workspace_id, name_folded) DO NOTHING
            """)
        if made == 1 {
            try record(.created, .contactTag, fresh.text, to: name, by: principal, at: time)
        }
        return try contactTag(named: name, in: principal.workspace)
            ?? ContactTag(id: fresh, name: name)
    }

    func contactTag(named name: String, in workspace: Workspace.ID) throws -> ContactTag? {
        try row(
            """
            SELECT id, name FROM contact_tags
            WHERE workspace_id = \(workspace) AND name_folded = \(name.folded())
            """
        ).map(ContactTag.init)
    }

    func contactTags(
        _ ids: Set<ContactTag.ID>, in workspace: Workspace.ID
    ) throws -> [ContactTag.ID: ContactTag] {
        guard !ids.isEmpty else { return [:] }
        let tags = try rows(
            """
            SELECT id, name FROM contact_tags
            WHERE workspace_id = \(workspace) AND id IN \(list: ids.map(\.text).sorted())
            """
        ).map(ContactTag.init)
        return Dictionary(tags.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Tags by name, after the one that the cursor names.
    func contactTags(
        after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws -> Page<ContactTag> {
        let tags = try rows(
            """
            SELECT id, name FROM contact_tags
            WHERE workspace_id = \(workspace) AND (name_folded, id) > (\(cursor?.key ?? ""),
                \(cursor?.id ?? ""))
            ORDER BY name_folded, id LIMIT \(limit + 1)
            """
        ).map(ContactTag.init)
        return Page(tags, limit: limit) {
            Cursor(sort: Tags.sort, key: $0.name.folded(), id: $0.id.text)
        }
    }

    /// - Returns: false when another tag has the name.
    func renameContactTag(
        _ id: ContactTag.ID, to name: String, in workspace: Workspace.ID
    ) throws -> Bool {
        if let other = try contactTag(named: name, in: workspace), other.id != id { return false }
        try run(
            """
            UPDATE contact_tags SET name = \(name), name_folded = \(name.folded())
            WHERE workspace_id = \(workspace) AND id = \(id)
            """)
        return true
    }

    /// The tag is gone from everybody; codes that put it on go on without it.
    func deleteContactTag(_ id: ContactTag.ID, in workspace: Workspace.ID) throws {
        try run(
            """
            DELETE FROM contact_taggings WHERE workspace_id = \(workspace) AND tag_id = \(id)
            """)
        try run("DELETE FROM contact_tags WHERE workspace_id = \(workspace) AND id = \(id)")
    }
}

extension ContactTag {
    init(_ row: Row) throws {
        id = try row.get("id")
        name = try row.get("name")
    }
}
