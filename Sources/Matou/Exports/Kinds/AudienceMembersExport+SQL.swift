import SQL
import Sheets

extension Connection {
    /// The contacts that some ids belong to now, by each of the ids.
    func contacts(
        named ids: [Contact.ID], in workspace: Workspace.ID
    ) throws -> [Contact.ID: Contact] {
        var heads = Dictionary(ids.map { ($0, $0) }, uniquingKeysWith: { first, _ in first })
        for row in try rows(
            "SELECT id, head FROM contacts WHERE workspace_id = \(workspace) AND id IN \(list: ids)"
        ) {
            heads[try row.get("id")] = try row.get("head")
        }
        let unique = Set(heads.values).sorted { $0.text < $1.text }
        let found = try contacts(unique, in: workspace)
        let byHead = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return heads.compactMapValues { byHead[$0] }
    }
}
