import SQL
import Synchronization

extension Connection {
    func callbackKeys(appID: String, opening sealer: Sealer) throws -> CallbackKeys? {
        guard
            let row = try row(
                """
                SELECT workspace_id, id, original_id, message_mode, token_sealed, aes_key_sealed
                FROM accounts
                WHERE app_id = \(appID) AND deleted_at IS NULL
                """),
            let workspace = try workspace(try row.get("workspace_id"))
        else { return nil }
        let id: Account.ID = try row.get("id")
        let aesKey: String? = try row.get("aes_key_sealed")
        return CallbackKeys(
            account: id, workspace: workspace, appID: appID,
            originalID: try row.get("original_id"), mode: try row.get("message_mode"),
            token: try sealer.open(try row.get("token_sealed"), for: .token(of: id)),
            aesKey: try aesKey.map { try sealer.open($0, for: .aesKey(of: id)) })
    }
}
