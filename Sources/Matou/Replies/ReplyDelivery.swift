import Foundation
import SQL

/// What became of all reply items of a code, and why those that did not arrive did not.
package struct ReplyDelivery: Sendable, Equatable {
    package let sent: Int
    /// The most frequent first.
    package let failures: [Failure]

    package struct Failure: Sendable, Equatable {
        /// Failed, too late or unknown.
        package let state: ReplySend.State
        package let fault: WeChatFault
        package let count: Int
    }

    package var isEmpty: Bool { sent == 0 && failures.isEmpty }

    package func count(of state: ReplySend.State) -> Int {
        state == .sent ? sent : failures.filter { $0.state == state }.map(\.count).reduce(0, +)
    }
}

extension WeChatFault {
    /// As the payload of the fact of a reply that did not arrive.
    var json: String? {
        try? StoredJSON.text(Payload(code: number, words: words))
    }

    init?(json: String?) {
        guard let json,
            let payload = try? StoredJSON.value(Payload.self, of: json)
        else { return nil }
        self.init(number: payload.code, words: payload.words)
    }

    private struct Payload: Codable {
        let code: Int
        let words: String
    }
}

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

    func replyDelivery(of code: QRCode.ID, in workspace: Workspace.ID) throws -> ReplyDelivery {
        let failures = try rows(
            """
            SELECT state, failure_code, failure_words, items FROM code_reply_failures
            WHERE workspace_id = \(workspace) AND code_id = \(code)
            ORDER BY items DESC, state, failure_code
            """
        ).map { row in
            ReplyDelivery.Failure(
                state: try row.get("state"),
                fault: WeChatFault(
                    number: try row.get("failure_code"), words: try row.get("failure_words")),
                count: try row.get("items"))
        }
        let counts = try counts(of: [code], in: workspace)[code]
        return ReplyDelivery(sent: counts?.repliesSent ?? 0, failures: failures)
    }
}
