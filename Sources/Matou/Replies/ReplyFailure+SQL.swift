import Foundation
import SQL

extension Connection {
    /// Counts a reply item that did not arrive, in the transaction of its fact.
    func countFailure(
        of code: QRCode.ID, _ state: ReplySend.State, _ fault: WeChatFault,
        in workspace: Workspace.ID
    ) throws {
        try run(
            """
            INSERT INTO code_reply_failures
                (workspace_id, code_id, state, failure_code, failure_words, items)
            VALUES (\(workspace), \(code), \(state), \(fault.number), \(fault.words), 1)
            ON CONFLICT (workspace_id, code_id, state, failure_code) DO UPDATE SET
                items = code_reply_failures.items + 1, failure_words = excluded.failure_words
            """)
    }

    /// Why reply items of the code did not arrive, the most frequent reason first.
    func replyFailures(of code: QRCode.ID, in workspace: Workspace.ID) throws -> [ReplyFailure] {
        try rows(
            """
            SELECT state, failure_code, failure_words, items FROM code_reply_failures
            WHERE workspace_id = \(workspace) AND code_id = \(code)
            ORDER BY items DESC, state, failure_code
            """
        ).map { row in
            ReplyFailure(
                state: try row.get("state"),
                fault: WeChatFault(
                    number: try row.get("failure_code"), words: try row.get("failure_words")),
                count: try row.get("items"))
        }
    }
}
