import Foundation
package import SQL

extension Connection {
    func groups(_ kind: CodeGroup.Kind, in workspace: Workspace.ID) throws -> [CodeGroup] {
        try rows(
            """
            SELECT id, name FROM code_groups
            WHERE workspace_id = \(workspace) AND kind = \(kind) ORDER BY name_folded, id
            """
        ).map { CodeGroup(id: try $0.get("id"), name: try $0.get("name")) }
    }

    /// The group of this name, made now if there is none.
    func group(
        named name: String, _ kind: CodeGroup.Kind, orMakeAs fresh: CodeGroup.ID,
        by principal: Principal, at time: Timestamp
    ) throws -> CodeGroup.ID {
        let made = try run(
            """
            INSERT INTO code_groups
                (workspace_id, id, kind, name, name_folded, created_by, created_at)
            VALUES (\(principal.workspace), \(fresh), \(kind), \(name), \(name.folded()),
                \(principal.actor), \(time))
            ON CONFLICT (workspace_id, kind, name_folded) DO NOTHING
            """)
        if made == 1 {
            try record(
                .created, fresh, version: 1, from: nil, to: CodeGroup.Snapshot(name: name),
                by: principal, at: time)
            return fresh
        }
        let found = try row(
            """
            SELECT id FROM code_groups
            WHERE workspace_id = \(principal.workspace) AND kind = \(kind)
                AND name_folded = \(name.folded())
            """)
        guard let found else { return fresh }
        return try found.get("id")
    }

    func groupEntries(
        _ filter: CodeGroupFilter, after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws -> [CodeGroup.Entry] {
        let column: Statement =
            switch filter.sort {
            case .name, .nameDescending: "name_folded"
            case .newest, .oldest: "created_at"
            case .mostCodes, .fewestCodes: "codes"
            }
        var conditions: [Statement] = ["1 = 1"]
        if filter.name.utf8.count > 8 * CodeGroup.nameLimit {
            conditions.append("1 = 0")
        } else if !filter.name.isEmpty {
            conditions.append(#"name_folded LIKE \#(pattern(containing: filter.name)) ESCAPE '\'"#)
        }
        let isDescending = filter.sort.isDescending
        if let cursor {
            let isByName = filter.sort == .name || filter.sort == .nameDescending
            let key: Statement = isByName ? "\(cursor.key)" : "\(try cursor.number)"
            let comparison: Statement = isDescending ? "<" : ">"
            conditions.append(
                """
                (\(fragment: column), id) \(fragment: comparison)
                    (\(fragment: key), \(cursor.id))
                """)
        }
        let order: Statement =
            isDescending ? "\(fragment: column) DESC, id DESC" : "\(fragment: column), id"
        let inner = entries(of: filter.kind, in: workspace)
        return try rows(
            """
            SELECT * FROM (\(fragment: inner)) AS entries
            WHERE \(fragment: conditions.joined(separator: " AND "))
            ORDER BY \(fragment: order) LIMIT \(limit)
            """
        ).map(CodeGroup.Entry.init)
    }

    func groupEntry(_ id: CodeGroup.ID, in workspace: Workspace.ID) throws -> CodeGroup.Entry? {
        try row(
            """
            SELECT * FROM (\(fragment: entries(of: .qrCode, in: workspace))) AS entries
            WHERE id = \(id)
            """
        ).map(CodeGroup.Entry.init)
    }

    private func entries(of kind: CodeGroup.Kind, in workspace: Workspace.ID) -> Statement {
        """
        SELECT code_groups.id AS id, code_groups.name AS name,
            code_groups.name_folded AS name_folded, code_groups.created_by AS created_by,
            code_groups.created_at AS created_at, code_groups.version AS version,
            (SELECT COUNT(*) FROM qr_codes WHERE qr_codes.workspace_id = code_groups.workspace_id
                AND qr_codes.group_id = code_groups.id AND qr_codes.deleted_at IS NULL) AS codes
        FROM code_groups
        WHERE code_groups.workspace_id = \(workspace) AND code_groups.kind = \(kind)
        """
    }

    /// - Returns: false when another group has the name.
    func renameGroup(
        _ id: CodeGroup.ID, to name: String, in workspace: Workspace.ID
    ) throws -> Bool {
        let taken = try row(
            """
            SELECT other.id AS id FROM code_groups
            JOIN code_groups AS other ON other.workspace_id = code_groups.workspace_id
                AND other.kind = code_groups.kind AND other.name_folded = \(name.folded())
                AND other.id <> code_groups.id
            WHERE code_groups.workspace_id = \(workspace) AND code_groups.id = \(id)
            """)
        guard taken == nil else { return false }
        return try run(
            """
            UPDATE code_groups SET name = \(name), name_folded = \(name.folded()),
                version = version + 1
            WHERE workspace_id = \(workspace) AND id = \(id)
            """) == 1
    }

    func deleteGroup(_ id: CodeGroup.ID, by principal: Principal, at time: Timestamp) throws {
        try leaveGroup(id, by: principal, at: time)
        try run(
            """
            DELETE FROM code_groups WHERE workspace_id = \(principal.workspace) AND id = \(id)
            """)
    }

    /// Makes a deleted group again, and puts the codes back that are in no group since.
    ///
    /// - Returns: false when another group has its name by now.
    func restoreGroup(
        _ id: CodeGroup.ID, _ kind: CodeGroup.Kind, _ group: CodeGroup.Snapshot, version: Int,
        by principal: Principal, at time: Timestamp
    ) throws -> Bool {
        let made = try run(
            """
            INSERT INTO code_groups
                (workspace_id, id, kind, name, name_folded, created_by, created_at, version)
            VALUES (\(principal.workspace), \(id), \(kind), \(group.name),
                \(group.name.folded()), \(group.createdBy ?? principal.actor),
                \(group.createdAt ?? time), \(version))
            ON CONFLICT (workspace_id, kind, name_folded) DO NOTHING
            """)
        guard made == 1 else { return false }
        try returnToGroup(id, by: principal, at: time)
        return true
    }

    /// What a deleted group was, and its version then; nil when none of that id was deleted.
    func deletedGroup(
        _ id: CodeGroup.ID, in workspace: Workspace.ID
    ) throws -> (group: CodeGroup.Snapshot, version: Int)? {
        let last = try revisions(
            RevisionFilter(kind: .group, objectID: id.text), after: nil, limit: 1, in: workspace
        ).first
        guard let last, last.action == .deleted, let before = last.before else { return nil }
        let group = try StoredJSON.value(CodeGroup.Snapshot.self, of: before)
        return (group, last.version ?? 1)
    }

    func record(
        _ action: Revision.Action, _ id: CodeGroup.ID, version: Int,
        from before: CodeGroup.Snapshot?, to after: CodeGroup.Snapshot?, by principal: Principal,
        at time: Timestamp
    ) throws {
        try record(
            FreshRevision(
                action: action, kind: .group, objectID: id.text,
                objectName: after?.name ?? before?.name ?? "", version: version, before: before,
                after: after), by: principal, at: time)
    }
}

extension CodeGroup.Entry {
    fileprivate init(_ row: Row) throws {
        group = CodeGroup(id: try row.get("id"), name: try row.get("name"))
        codes = try row.get("codes")
        createdBy = try row.get("created_by")
        createdAt = try row.get("created_at")
        version = try row.get("version")
    }
}

extension CodeGroup: Revised {
    package static var revisionKind: Revision.Kind { .group }

    package static func isKnown(
        _ id: CodeGroup.ID, on connection: any Connection, in workspace: Workspace.ID
    ) throws -> Bool {
        try connection.groupEntry(id, in: workspace) != nil
            || connection.deletedGroup(id, in: workspace) != nil
    }
}
