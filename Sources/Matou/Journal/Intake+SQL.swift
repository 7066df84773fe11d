import Jobs
import SQL
import Synchronization
import WeChat

extension Connection {
    /// Appends the fact, counts it, puts the tags of its code on the person, and queues its reply.
    /// All of it, or nothing.
    func record(
        _ arrival: Arrival, seq: Int64, raw: String
    ) throws -> (receipt: Intake.Receipt, hasWork: Bool) {
        let code = try arrival.scene.flatMap {
            try scannedCode(scene: $0, of: arrival.account, in: arrival.workspace)
        }
        let fact = arrival.fact(of: code, seq: seq)
        guard try append(fact, raw: raw, in: arrival.workspace) else { return (.repeated, false) }
        let isBack = try count(fact, in: arrival.workspace)
        let follower = FollowerKey(account: arrival.account, openid: arrival.person)
        if fact.kind == .subscribe {
            try takeFollowerTags(off: follower, since: fact, in: arrival.workspace)
        }
        if fact.kind == .unsubscribe {
            try takeFollowerTags(off: follower, in: arrival.workspace)
            try eraseProfile(of: follower, in: arrival.workspace)
        } else if isBack {
            try enqueue(UnionIDs.job(ofReturned: follower, by: fact, in: arrival.workspace))
        }
        guard let code, fact.codeState == .inEffect else {
            let receipt = try answerTap(of: arrival, fact)
            return (receipt, receipt == .recorded(willReply: true))
        }
        let isTagging = try apply(
            code.tags(), to: follower, after: fact, in: arrival.workspace)
        let items = try code.replyItems()
        guard !items.isEmpty else { return (.recorded(willReply: false), isTagging) }
        try queueReply(
            items, of: code.id, to: arrival.person, after: fact,
            in: arrival.workspace)
        return (.recorded(willReply: true), true)
    }

    /// Queues the answer to a tap on a menu that a reply carried. The message is delivered once into
    /// the journal, so its answer is queued once.
    private func answerTap(of arrival: Arrival, _ fact: Fact) throws -> Intake.Receipt {
        guard let tap = arrival.tap,
            let answer = try answer(
                to: tap, by: arrival.person, of: arrival.account, in: arrival.workspace)
        else { return .recorded(willReply: false) }
        try queueReply(
            [ReplyItemToSend(.text(answer.text))], of: answer.code, to: arrival.person, after: fact,
            in: arrival.workspace)
        return .recorded(willReply: true)
    }

    func noteCallback(
        _ health: CallbackHealth, of account: Account.ID, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE accounts SET callback_seen_at = \(health.seenAt),
                clock_skew_ms = \(health.skew?.milliseconds)
            WHERE workspace_id = \(workspace) AND id = \(account)
            """)
    }
}
