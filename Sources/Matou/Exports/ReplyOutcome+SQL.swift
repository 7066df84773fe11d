import SQL

extension Connection {
    /// The outcomes of the replies to several scans, by scan; a scan without a reply has none.
    func replyOutcomes(
        of scans: [Int64], in workspace: Workspace.ID
    ) throws -> [Int64: ReplyOutcome] {
        var outcomes: [Int64: ReplyOutcome] = [:]
        try each(
            """
            SELECT scan_seq, state, failure_code, failure_words FROM reply_sends
            WHERE workspace_id = \(workspace) AND scan_seq IN \(list: scans)
            ORDER BY scan_seq, position
            """
        ) { row in
            let fault = try WeChatFault(row, code: "failure_code", words: "failure_words")
            let scan: Int64 = try row.get("scan_seq")
            outcomes[scan, default: .none].states.append(try row.get("state"))
            if let fault, outcomes[scan]?.fault == nil { outcomes[scan]?.fault = fault }
        }
        return outcomes
    }
}
