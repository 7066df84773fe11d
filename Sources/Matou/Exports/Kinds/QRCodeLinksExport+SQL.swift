import SQL
import Sheets

extension Connection {
    /// Codes by the text of their id.
    func exportedCodes(
        _ keys: [String], in context: ExportContext
    ) throws -> [String: QRCode] {
        let found = try codes(evenDeleted: keys.map(QRCode.ID.init), in: context.workspace.id)
        return Dictionary(
            found.map { ($0.id.text, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func accountNames(in workspace: Workspace.ID) throws -> [Account.ID: String] {
        let names = try rows("SELECT id, name FROM accounts WHERE workspace_id = \(workspace)").map
        {
            (try $0.get("id", as: Account.ID.self), try $0.get("name", as: String.self))
        }
        return Dictionary(names, uniquingKeysWith: { first, _ in first })
    }
}
