import Foundation
import Jobs
import SQL
import WeChat

extension Connection {
    /// Stores the items to send after a scan or a tap, and the job that sends them: replies go before
    /// all other work, one after the other for each person.
    func queueReply(
        _ items: [ReplyItemToSend], of code: QRCode.ID, to openid: String, after scan: Fact,
        in workspace: Workspace.ID
    ) throws {
        let deadline = scan.receivedAt + OfficialAccountClient.replyWindow
        for (index, item) in items.enumerated() {
            try run(
                """
                INSERT INTO reply_sends (workspace_id, scan_seq, position, account_id, code_id,
                    openid, item, state, deadline_at)
                VALUES (\(workspace), \(scan.seq), \(index + 1), \(scan.account), \(code),
                    \(openid), \(item.json), \(ReplySend.State.pending), \(deadline))
                """)
        }
        let job = try Job(
            id: "reply-\(scan.seq)", workspace: workspace.text,
            ReplySending.Reply(
                scan: scan.seq, account: scan.account.text,
                needsParts: items.contains { $0.item.format.needsReferences } ? true : nil),
            lane: "\(scan.account):\(openid)", priority: 100,
            runAt: scan.receivedAt.milliseconds)
        try enqueue(job)
    }

    func replySends(of scan: Int64, in workspace: Workspace.ID) throws -> [ReplySend] {
        try rows(
            """
            SELECT \(fragment: sendColumns) FROM reply_sends
            WHERE workspace_id = \(workspace) AND scan_seq = \(scan) ORDER BY position
            """
        ).map(ReplySend.init)
    }

    /// The items of several scans, by scan.
    func replySends(
        of scans: [Int64], in workspace: Workspace.ID
    ) throws -> [Int64: [ReplySend]] {
        let sends = try rows(
            """
            SELECT \(fragment: sendColumns) FROM reply_sends
            WHERE workspace_id = \(workspace) AND scan_seq IN \(list: scans)
            ORDER BY scan_seq, position
            """
        ).map(ReplySend.init)
        return Dictionary(grouping: sends, by: \.scan)
    }

    /// Moves an item from one state to the next.
    ///
    /// - Returns: false when it was not in `old`: somebody else has moved it.
    func move(
        _ send: ReplySend, from old: ReplySend.State, to new: ReplySend.State,
        fault: WeChatFault? = nil, at time: Timestamp, in workspace: Workspace.ID
    ) throws -> Bool {
        try run(
            """
            UPDATE reply_sends SET state = \(new), failure_code = \(fault?.number),
                failure_words = \(fault?.words),
                finished_at = \(new.isFinal ? time : nil as Timestamp?)
            WHERE workspace_id = \(workspace) AND scan_seq = \(send.scan)
                AND position = \(send.position) AND state = \(old)
            """) == 1
    }
}

private let sendColumns: Statement = """
    scan_seq, position, code_id, openid, item, state, failure_code, failure_words, deadline_at,
    finished_at
    """

extension ReplySend {
    fileprivate init(_ row: Row) throws {
        scan = try row.get("scan_seq")
        position = try row.get("position")
        code = try row.get("code_id")
        openid = try row.get("openid")
        let json: String = try row.get("item")
        item = try ReplyItem.stored.value(of: json)
        state = try row.get("state")
        fault = try WeChatFault(row, code: "failure_code", words: "failure_words")
        deadline = try row.get("deadline_at")
        finishedAt = try row.get("finished_at")
    }
}

extension Connection {
    /// The answer to a tap, and the code that it counts for. Nil when that person was sent no such
    /// menu, or its code is deleted.
    func answer(
        to tap: MenuTap, by openid: String, of account: Account.ID, in workspace: Workspace.ID
    ) throws -> (code: QRCode.ID, text: String)? {
        let found = try row(
            """
            SELECT reply_sends.code_id AS code_id, reply_sends.item AS item FROM reply_sends
            JOIN qr_codes ON qr_codes.workspace_id = reply_sends.workspace_id
                AND qr_codes.id = reply_sends.code_id
            WHERE reply_sends.workspace_id = \(workspace) AND reply_sends.scan_seq = \(tap.scan)
                AND reply_sends.position = \(tap.position) AND reply_sends.openid = \(openid)
                AND reply_sends.account_id = \(account) AND qr_codes.deleted_at IS NULL
            """)
        guard let found else { return nil }
        let json: String = try found.get("item")
        let item = try StoredJSON.value(ReplyItem.self, of: json)
        guard item.choices.indices.contains(tap.choice) else { return nil }
        return (try found.get("code_id"), item.choices[tap.choice].answer)
    }
}
