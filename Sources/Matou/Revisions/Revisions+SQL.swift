import Foundation
import SQL

/// A change on its way into the list of them.
struct FreshRevision: Sendable {
    let action: Revision.Action
    let kind: Revision.Kind
    let objectID: String
    let objectName: String
    var version: Int?
    var before: (any Encodable & Sendable)?
    var after: (any Encodable & Sendable)?
}

extension Connection {
    /// Notes a change in the transaction that makes it, so that neither is without the other.
    func record(
        _ revision: FreshRevision, by principal: Principal, at time: Timestamp
    ) throws {
        let workspace = principal.workspace
        let last: Int? = try value(
            """
            SELECT COALESCE(MAX(seq), 0) AS last FROM revisions
            WHERE workspace_id = \(workspace)
            """)
        try run(
            """
            INSERT INTO revisions (workspace_id, seq, kind, object_id, object_name, version,
                action, before, after, actor, at)
            VALUES (\(workspace), \((last ?? 0) + 1), \(revision.kind), \(revision.objectID),
                \(revision.objectName), \(revision.version), \(revision.action),
                \(try revision.before.map { try StoredJSON.text($0) }),
                \(try revision.after.map { try StoredJSON.text($0) }), \(principal.actor), \(time))
            """)
    }

    /// The same for an object of which nothing but its name can be changed.
    ///
    /// - Parameters:
    ///   - before: its name; nil when it was made by this change.
    ///   - after: nil when this change deleted it.
    func record(
        _ action: Revision.Action, _ kind: Revision.Kind, _ id: String, version: Int? = nil,
        from before: String? = nil, to after: String?, by principal: Principal, at time: Timestamp
    ) throws {
        try record(
            FreshRevision(
                action: action, kind: kind, objectID: id, objectName: after ?? before ?? "",
                version: version, before: before.map(NameSnapshot.init),
                after: after.map(NameSnapshot.init)), by: principal, at: time)
    }

    func revisions(
        _ filter: RevisionFilter, after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws -> [Revision] {
        var conditions: [Statement] = ["workspace_id = \(workspace)"]
        if let kind = filter.kind { conditions.append("kind = \(kind)") }
        if let object = filter.objectID { conditions.append("object_id = \(object)") }
        if let actor = filter.actor { conditions.append("actor = \(actor)") }
        if let from = filter.from { conditions.append("at >= \(from)") }
        if let before = filter.before { conditions.append("at < \(before)") }
        if let cursor { conditions.append("seq < \(try cursor.number)") }
        return try rows(
            """
            SELECT seq, kind, object_id, object_name, version, action, before, after, actor, at
            FROM revisions WHERE \(fragment: conditions.joined(separator: " AND "))
            ORDER BY seq DESC LIMIT \(limit)
            """
        ).map(Revision.init)
    }

    /// What the object was at that version: as the change to it left it, or as the next one found it.
    func snapshot(
        of object: String, _ kind: Revision.Kind, version: Int, in workspace: Workspace.ID
    ) throws -> String? {
        let found = try rows(
            """
            SELECT version, before, after FROM revisions
            WHERE workspace_id = \(workspace) AND kind = \(kind) AND object_id = \(object)
                AND version IN (\(version), \(version + 1))
            ORDER BY version
            """)
        for row in found {
            let isItsOwn: Bool = try row.get("version") == version
            if let json: String = try row.optional(isItsOwn ? "after" : "before") { return json }
        }
        return nil
    }

    /// Removes what was noted of an object that never was for anybody.
    func forgetRevisions(
        of object: String, _ kind: Revision.Kind, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            DELETE FROM revisions
            WHERE workspace_id = \(workspace) AND kind = \(kind) AND object_id = \(object)
            """)
    }
}

private struct NameSnapshot: Encodable {
    let name: String
}

extension Revision {
    fileprivate init(_ row: Row) throws {
        seq = try row.get("seq")
        kind = try row.get("kind")
        objectID = try row.get("object_id")
        objectName = try row.get("object_name")
        version = try row.optional("version")
        action = try row.get("action")
        before = try row.optional("before")
        after = try row.optional("after")
        actor = try row.get("actor")
        at = try row.get("at")
    }
}
