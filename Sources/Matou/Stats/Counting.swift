import SQL

extension Connection {
    /// Counts a fact that has just been appended, in the same transaction.
    ///
    /// The figures depend only on the set of facts, not on their order: the same function rebuilds
    /// them from the journal.
    ///
    /// - Returns: whether somebody who had left came back by it.
    @discardableResult
    func count(_ fact: Fact, in workspace: Workspace.ID) throws -> Bool {
        guard let openid = fact.person else { return false }
        switch fact.kind {
        case .subscribe, .unsubscribe, .scan:
            return try countVisit(fact, of: openid, in: workspace)
        case .replySent:
            try countReply(fact, to: openid, in: workspace)
        case .replyFailed: try countFailure(fact, as: .failed, in: workspace)
        case .replyTooLate: try countFailure(fact, as: .tooLate, in: workspace)
        case .replyUnknown: try countFailure(fact, as: .unknown, in: workspace)
        case .message, .event, .formSubmitted: break
        }
        return false
    }

    private func countVisit(
        _ fact: Fact, of openid: String, in workspace: Workspace.ID
    ) throws -> Bool {
        var changes = CountChanges()
        let known = try follower(openid, of: fact.account, in: workspace)
        var follower =
            known ?? Follower(openid: openid, createdAt: fact.receivedAt)
        let turn = follower.turn
        follower.take(fact, &changes)
        if follower != known { try save(follower, of: fact.account, in: workspace) }

        if follower.turn != turn, known != nil {
            for var scanner in try scanners(openid, of: fact.account, in: workspace) {
                let before = scanner
                scanner.take(follower, since: turn, &changes)
                if scanner != before { try save(scanner, of: fact.account, in: workspace) }
            }
        }
        if let code = fact.code, fact.kind != .unsubscribe {
            var scanner: CodeScanner
            // Who has scanned anything has a row among the followers.
            if known != nil, let seen = try self.scanner(openid, of: code, in: workspace) {
                scanner = seen
                scanner.take(fact, &changes)
            } else {
                scanner = CodeScanner(fact, of: code, openid: openid, &changes)
            }
            scanner.take(follower, since: follower.turn, &changes)
            try save(scanner, of: fact.account, in: workspace)
        }
        try add(changes, of: fact.account, in: workspace)
        return turn?.isFollow == false && follower.turn?.isFollow == true
    }

    private func countReply(_ fact: Fact, to openid: String, in workspace: Workspace.ID) throws {
        guard let code = fact.code,
            let sent = try addReply(to: openid, of: code, in: workspace)
        else { return }
        var changes = CountChanges()
        changes.change(code, on: fact.day) { counts in
            counts.repliesSent += 1
            if sent == 1 { counts.repliesReceived += 1 }
        }
        try add(changes, of: fact.account, in: workspace)
    }

    private func countFailure(
        _ fact: Fact, as state: ReplySend.State, in workspace: Workspace.ID
    ) throws {
        guard let code = fact.code else { return }
        var changes = CountChanges()
        changes.change(code, on: fact.day) { $0.countLost(fact.kind, 1) }
        try add(changes, of: fact.account, in: workspace)
        if let fault = WeChatFault(json: fact.payload) {
            try countFailure(of: code, state, fault, in: workspace)
        }
    }

    /// Counts every figure of the workspace anew from its journal.
    package func rebuildAggregates(of workspace: Workspace.ID) throws {
        try deleteAggregates(of: workspace)
        // Read in portions, so that a long journal is never in memory and no cursor is open while
        // the tables beside it change.
        var last: Int64 = 0
        while true {
            let facts = try self.facts(of: workspace, after: last, limit: 1000)
            for fact in facts { try count(fact, in: workspace) }
            guard let end = facts.last else { return }
            last = end.seq
        }
    }
}

extension CodeCounts {
    /// Counts reply items that did not arrive; the other kinds are none.
    mutating func countLost(_ kind: Fact.Kind, _ count: Int) {
        switch kind {
        case .replyFailed: repliesFailed += count
        case .replyTooLate: repliesTooLate += count
        case .replyUnknown: repliesUnknown += count
        default: break
        }
    }
}
