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
            INSERT INTO audiences (workspace_id, id, name, condition, state, place, examined,
                members, created_by, created_at)
            VALUES (\(principal.workspace), \(id), \(name), \(json),
                \(Audience.State.building), '', 0, 0, \(principal.actor), \(time))
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

    func audiences(
        after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws -> Page<Audience> {
        let after: Statement =
            cursor.map { "AND (created_at, id) < (\(Int64($0.key) ?? 0), \($0.id))" } ?? ""
        let audiences = try rows(
            """
            SELECT \(fragment: audienceColumns) FROM audiences
            WHERE workspace_id = \(workspace) AND deleted_at IS NULL \(fragment: after)
            ORDER BY created_at DESC, id DESC LIMIT \(limit + 1)
            """
        ).map(Audience.init)
        return Page(audiences, limit: limit) {
            Cursor(sort: Audience.sort, key: String($0.createdAt.milliseconds), id: $0.id.text)
        }
    }

    /// The audiences that a contact is in, by any of what it consists of.
    func audiences(
        with contacts: [Contact.ID], in workspace: Workspace.ID
    ) throws -> [Audience] {
        try rows(
            """
            SELECT \(fragment: audienceColumns) FROM audiences
            WHERE workspace_id = \(workspace) AND deleted_at IS NULL AND id IN (
                SELECT audience_id FROM audience_members
                WHERE workspace_id = \(workspace) AND contact_id IN \(list: contacts))
            ORDER BY created_at DESC, id DESC LIMIT 50
            """
        ).map(Audience.init)
    }

    func audienceMembers(
        of audience: Audience.ID, after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws -> Page<Contact.ID> {
        let ids: [Contact.ID] = try rows(
            """
            SELECT contact_id FROM audience_members
            WHERE workspace_id = \(workspace) AND audience_id = \(audience)
                AND contact_id > \(cursor?.id ?? "")
            ORDER BY contact_id LIMIT \(limit + 1)
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

    func deleteAudience(
        _ id: Audience.ID, at time: Timestamp, in workspace: Workspace.ID
    ) throws -> Bool {
        try run(
            """
            UPDATE audiences SET deleted_at = \(time)
            WHERE workspace_id = \(workspace) AND id = \(id) AND deleted_at IS NULL
            """) == 1
    }
}

private let audienceColumns: Statement =
    "id, name, condition, state, examined, members, created_by, created_at, finished_at"

extension Audience {
    fileprivate init(_ row: Row) throws {
        id = try row.get("id")
        name = try row.get("name")
        let json: String = try row.get("condition")
        condition = try StoredJSON.value(AudienceCondition.self, of: json)
        state = try row.get("state")
        examined = try row.get("examined")
        members = try row.get("members")
        createdBy = try row.get("created_by")
        createdAt = try row.get("created_at")
        finishedAt = try row.optional("finished_at")
    }
}
