import SQL

/// A folder of codes of one kind.
package struct CodeGroup: Sendable, Equatable, Identified {
    package typealias ID = Identifier<CodeGroup>
    package static let idPrefix = "gr"
    package static let nameLimit = 40

    package let id: ID
    package let name: String

    /// What a group holds.
    package enum Kind: String, Sendable, ValueConvertible {
        case qrCode = "qr_code"
    }
}

package struct CodeGroups: Sendable {
    let database: any Database

    /// All groups of the kind, by name.
    package func list(
        _ kind: CodeGroup.Kind, for principal: Principal
    ) async throws -> [CodeGroup] {
        try await database.read { try $0.groups(kind, in: principal.workspace) }
    }
}

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
        try run(
            """
            INSERT INTO code_groups
                (workspace_id, id, kind, name, name_folded, created_by, created_at)
            VALUES (\(principal.workspace), \(fresh), \(kind), \(name), \(name.folded()),
                \(principal.actor), \(time))
            ON CONFLICT (workspace_id, kind, name_folded) DO NOTHING
            """)
        let found = try row(
            """
            SELECT id FROM code_groups
            WHERE workspace_id = \(principal.workspace) AND kind = \(kind)
                AND name_folded = \(name.folded())
            """)
        guard let found else { return fresh }
        return try found.get("id")
    }
}
