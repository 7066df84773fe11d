import Foundation
import SQL

extension Connection {
    func insert(
        _ id: Audience.ID, named name: String, _ condition: AudienceCondition,
        by principal: Principal, at time: Timestamp
    ) throws {
        let json = try StoredJSON.text(condition)
        try run(
            """
            INSERT INTO audiences (workspace_id, id, name, name_folded, condition, state, place,
                examined, members, people, created_by, created_at)
            VALUES (\(principal.workspace), \(id), \(name), \(name.folded()), \(json),
                \(Audience.State.building), '', 0, 0, 0, \(principal.actor), \(time))
            """)
    }

    func audience(_ id: Audience.ID, in workspace: Workspace.ID) throws -> Audience? {
        try row(
            """
            SELECT \(fragment: audienceColumns) FROM audiences
            WHERE workspace_id = \(workspace) AND id = \(id) AND deleted_at IS NULL
            """
        ).map(Audience.init)
    }

    func deletedAudience(_ id: Audience.ID, in workspace: Workspace.ID) throws -> Audience? {
        try row(
            """
            SELECT \(fragment: audienceColumns) FROM audiences
            WHERE workspace_id = \(workspace) AND id = \(id) AND deleted_at IS NOT NULL
            """
        ).map(Audience.init)
    }

    /// - Parameters:
    ///   - name: part of the name; empty for any.
    ///   - contacts: what a contact consists of, for the audiences that it is in by any of these; nil
    ///     for all audiences.
    func audiences(
        named name: String = "", with contacts: [Contact.ID]? = nil, after cursor: Cursor?,
        limit: Int, in workspace: Workspace.ID
    ) throws -> Page<Audience> {
        let after: Statement =
            try cursor.map { "AND \(fragment: try $0.rows(below: "created_at"))" } ?? ""
        let named = nameCondition(name).map { "AND \(fragment: $0)" as Statement } ?? ""
        let among: Statement =
            contacts.map { contacts in
                """
                AND id IN (\(fragment: audienceIDs(with: contacts, in: workspace)))
                """
            } ?? ""
        let audiences = try rows(
            """
            SELECT \(fragment: audienceColumns) FROM audiences
            WHERE workspace_id = \(workspace) AND deleted_at IS NULL
                \(fragment: named) \(fragment: among) \(fragment: after)
            ORDER BY created_at DESC, id DESC LIMIT \(limit + 1)
            """
        ).map(Audience.init)
        return Page(audiences, limit: limit) {
            Cursor(sort: Audience.sort, at: $0.createdAt, id: $0.id.text)
        }
    }

    func audienceMembers(
        of audience: Audience.ID, after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws -> Page<Contact.ID> {
        let ids: [Contact.ID] = try rows(
            """
            \(fragment: people(of: audience, in: workspace))
                AND m.contact_id > \(cursor?.id ?? "")
            ORDER BY m.contact_id LIMIT \(limit + 1)
            """
        ).map { try $0.get("contact_id") }
        return Page(ids, limit: limit) { Cursor(sort: Audience.membersSort, key: "", id: $0.text) }
    }

    func setState(
        _ state: Audience.State, of id: Audience.ID, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE audiences SET state = \(state)
            WHERE workspace_id = \(workspace) AND id = \(id) AND deleted_at IS NULL
            """)
    }

    func renameAudience(
        _ id: Audience.ID, to name: String, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE audiences SET name = \(name), name_folded = \(name.folded()),
                version = version + 1
            WHERE workspace_id = \(workspace) AND id = \(id) AND deleted_at IS NULL
            """)
    }

    /// Its members stay, and are counted on, so that it can come back.
    func deleteAudience(
        _ id: Audience.ID, at time: Timestamp, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE audiences SET deleted_at = \(time), version = version + 1
            WHERE workspace_id = \(workspace) AND id = \(id) AND deleted_at IS NULL
            """)
    }

    func restoreAudience(_ id: Audience.ID, in workspace: Workspace.ID) throws {
        try run(
            """
            UPDATE audiences SET deleted_at = NULL, version = version + 1
            WHERE workspace_id = \(workspace) AND id = \(id) AND deleted_at IS NOT NULL
            """)
    }
}

/// Nil where no name is asked for.
private func nameCondition(_ part: String) -> Statement? {
    if part.isEmpty { return nil }
    if part.utf8.count > 8 * Audience.nameLimit { return "1 = 0" }
    return #"name_folded LIKE \#(pattern(containing: part)) ESCAPE '\'"#
}

private let audienceColumns: Statement =
    "id, name, condition, state, examined, members, people, created_by, created_at, finished_at, version"

extension Audience {
    fileprivate init(_ row: Row) throws {
        id = try row.get("id")
        name = try row.get("name")
        let json: String = try row.get("condition")
        condition = try StoredJSON.value(AudienceCondition.self, of: json)
        state = try row.get("state")
        examined = try row.get("examined")
        members = try row.get("members")
        people = try row.get("people")
        createdBy = try row.get("created_by")
        createdAt = try row.get("created_at")
        finishedAt = try row.optional("finished_at")
        version = try row.get("version")
    }
}
