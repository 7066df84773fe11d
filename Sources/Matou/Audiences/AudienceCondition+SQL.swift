import SQL

extension AudienceCondition {
    /// Selects `columns` of the heads, as `h.head`, of those candidates that meet the condition.
    ///
    /// The candidates are rows of the statement itself, so that asking writes nothing.
    func statement(
        selecting columns: Statement, among candidates: some Collection<AudienceCandidate>,
        in workspace: Workspace.ID
    ) -> Statement {
        let rows = candidates.map { candidate -> Statement in
            let follower = candidate.contact.follower
            return
                "(\(candidate.contact), \(candidate.head), \(follower?.account), \(follower?.openid))"
        }
        return """
            WITH candidates (contact_id, head, account_id, openid) AS (
                VALUES \(fragment: rows.joined(separator: ", ")))
            SELECT DISTINCT \(fragment: columns) FROM candidates AS h
            WHERE \(fragment: condition(in: workspace))
            """
    }

    /// A condition on `h.head` of the candidates.
    private func condition(in workspace: Workspace.ID) -> Statement {
        switch self {
        case .all(let parts): joined(parts, " AND ", workspace)
        case .any(let parts): joined(parts, " OR ", workspace)
        case .not(let part): "NOT \(fragment: part.condition(in: workspace))"
        default:
            """
            h.head IN (SELECT k.head FROM candidates AS k
                WHERE EXISTS (SELECT 1 FROM \(fragment: rows(in: workspace))
                    AND \(fragment: condition)))
            """
        }
    }

    private func joined(
        _ parts: [AudienceCondition], _ word: Statement, _ workspace: Workspace.ID
    ) -> Statement {
        let conditions = parts.map { $0.condition(in: workspace) }
        return "(\(fragment: conditions.joined(separator: word)))"
    }

    /// What a leaf looks into, as far as it is the candidate `k`'s: few rows, found by an index.
    private func rows(in workspace: Workspace.ID) -> Statement {
        let contact: Statement = "x.workspace_id = \(workspace) AND x.contact_id = k.contact_id"
        let follower: Statement = """
            x.workspace_id = \(workspace) AND x.account_id = k.account_id AND x.openid = k.openid
            """
        let person: Statement = """
            x.workspace_id = \(workspace) AND x.account_id = k.account_id AND x.person = k.openid
            """
        let facts: Statement = "facts AS x WHERE \(fragment: person)"
        switch self {
        case .all, .any, .not: return "candidates AS x WHERE 1 = 0"
        case .tag: return "contact_taggings AS x WHERE \(fragment: contact)"
        case .followerTag: return "follower_taggings AS x WHERE \(fragment: follower)"
        case .source:
            return """
                facts AS x CROSS JOIN qr_codes AS q
                WHERE \(fragment: person)
                    AND q.workspace_id = x.workspace_id AND q.id = x.code_id
                """
        case .scanned(let scan):
            if !scan.hasTimes { return "code_scanners AS x WHERE \(fragment: follower)" }
            if scan.group == .all { return facts }
            return """
                code_scanners AS z, \(fragment: facts)
                    AND z.workspace_id = x.workspace_id AND z.code_id = x.code_id
                    AND z.openid = x.person
                """
        case .replied: return facts
        case .answered: return "form_submissions AS x WHERE \(fragment: contact)"
        case .following: return "followers AS x WHERE \(fragment: follower)"
        }
    }

    private var condition: Statement {
        switch self {
        case .all, .any, .not: "1 = 1"
        case .tag(let id): "x.tag_id = \(id)"
        case .followerTag(let id): "x.tag_id = \(id) AND x.state = 'tagged'"
        case .source(let source):
            """
            x.kind IN ('subscribe', 'scan') AND x.code_state = 'in_effect'
            AND COALESCE(x.source, q.source) = \(source)
            """
        case .scanned(let scan): scan.condition
        case .replied(let code, let from, let to):
            conjunction(
                "x.kind = 'reply_sent'", code.map { "x.code_id = \($0)" },
                from.map { "x.occurred_at >= \($0)" }, to.map { "x.occurred_at < \($0)" })
        case .answered(let form, nil, _): "x.form_id = \(form)"
        case .answered(let form, let field?, let value):
            """
            x.form_id = \(form) AND EXISTS (
                SELECT 1 FROM form_answers AS y
                WHERE y.workspace_id = x.workspace_id AND y.submission_id = x.id
                    AND y.field_id = \(field)
                    AND \(fragment: value.map { "y.value = \($0)" } ?? "1 = 1"))
            """
        case .following(let follows): "x.turn = \(follows ? "follow" : "unfollow")"
        }
    }
}

extension AudienceCondition.Scan {
    fileprivate var hasTimes: Bool { from != nil || to != nil }

    /// On `x`, a scanner of a code; with times `x` is a scan, and `z` its scanner when a group is
    /// asked for.
    fileprivate var condition: Statement {
        var conditions: [Statement] = ["1 = 1"]
        if let code { conditions.append("x.code_id = \(code)") }
        if let from { conditions.append("x.occurred_at >= \(from)") }
        if let to { conditions.append("x.occurred_at < \(to)") }
        if hasTimes {
            conditions.append("x.kind IN ('subscribe', 'scan') AND x.code_id IS NOT NULL")
        }
        let scanner: Statement = hasTimes ? "z" : "x"
        switch group {
        case .all: break
        case .new: conditions.append("\(fragment: scanner).is_new = 1")
        case .existing: conditions.append("\(fragment: scanner).is_new = 0")
        case .unfollowed: conditions.append("\(fragment: scanner).unfollowed = 1")
        }
        if !openid.isEmpty {
            conditions.append("k.openid >= \(openid) AND k.openid < \(openid + "\u{10FFFF}")")
        }
        return conditions.joined(separator: " AND ")
    }
}

private func conjunction(_ parts: Statement?...) -> Statement {
    parts.compactMap(\.self).joined(separator: " AND ")
}
