import SQL

extension Revisions {
    /// What the objects that snapshots name by their ids are called, deleted ones too: materials,
    /// articles, forms and logos; contacts by their name, else by the openid. What is none of these,
    /// or is gone for good, is left out.
    package func names(
        of ids: Set<String>, for principal: Principal
    ) async throws -> [String: String] {
        let byKind = Dictionary(grouping: ids.sorted()) { String($0.prefix { $0 != "_" }) }
        return try await database.read { connection in
            var names: [String: String] = [:]
            for (kind, ids) in byKind {
                names.merge(
                    try connection.objectNames(kind, ids, in: principal.workspace)
                ) { first, _ in first }
            }
            return names
        }
    }
}

extension Connection {
    /// - Parameter kind: the prefix of the ids.
    fileprivate func objectNames(
        _ kind: String, _ ids: [String], in workspace: Workspace.ID
    ) throws -> [String: String] {
        let place: Statement = "WHERE workspace_id = \(workspace) AND id IN \(list: ids)"
        switch kind {
        case Material.idPrefix:
            return try names("SELECT id, name FROM materials \(fragment: place)")
        case UploadedLogo.idPrefix:
            return try names("SELECT id, name FROM logos \(fragment: place)")
        case Article.idPrefix:
            return try names("SELECT id, title AS name FROM articles \(fragment: place)")
        case Form.idPrefix:
            return try names("SELECT id, title AS name FROM forms \(fragment: place)")
        case Contact.idPrefix:
            let openids = ids.compactMap { id in
                Contact.ID(id).follower.map { (id, $0.openid) }
            }
            return Dictionary(openids, uniquingKeysWith: { first, _ in first }).merging(
                try names("SELECT id, name FROM contacts \(fragment: place) AND name <> ''")
            ) { _, name in name }
        default: return [:]
        }
    }

    private func names(_ query: Statement) throws -> [String: String] {
        Dictionary(
            try rows(query).map { (try $0.get("id"), try $0.get("name")) },
            uniquingKeysWith: { first, _ in first })
    }
}
