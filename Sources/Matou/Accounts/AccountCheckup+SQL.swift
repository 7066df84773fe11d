import SQL
import WeChat

extension Connection {
    func quotas(of id: Account.ID, in workspace: Workspace.ID) throws -> [CallQuota] {
        try rows(
            """
            SELECT call_path, day_limit, used, read_at FROM account_quotas
            WHERE workspace_id = \(workspace) AND account_id = \(id) ORDER BY call_path
            """
        ).map {
            CallQuota(
                path: try $0.get("call_path"), dayLimit: try $0.get("day_limit"),
                used: try $0.get("used"), readAt: try $0.get("read_at"))
        }
    }

    func save(
        _ quota: CallQuota, of id: Account.ID, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            INSERT INTO account_quotas (workspace_id, account_id, call_path, day_limit, used, read_at)
            VALUES (\(workspace), \(id), \(quota.path), \(quota.dayLimit), \(quota.used),
                \(quota.readAt))
            ON CONFLICT (workspace_id, account_id, call_path) DO UPDATE SET
                day_limit = excluded.day_limit, used = excluded.used, read_at = excluded.read_at
            """)
    }
}
