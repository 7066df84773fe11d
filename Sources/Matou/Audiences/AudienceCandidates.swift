import SQL

/// One of what a contact consists of, while an audience asks whether the contact is in it.
struct AudienceCandidate: Sendable {
    let contact: Contact.ID
    let head: Contact.ID
}

/// Everybody who can be in an audience, a portion at a time: the scanners of the one code that the
/// condition asks for, else all followers and then those who came without a scan.
struct AudienceCandidates: Sendable {
    /// People of one portion.
    static let portion = 500
    /// Rows of one statement: far below SQLite's 32,766 parameters, at four for each.
    static let rowsMax = 2000

    let condition: AudienceCondition
    /// Who scanned later is not looked at.
    let until: Timestamp
    let workspace: Workspace.ID

    /// Candidates, each with all that its contact consists of, and where the next begin. A place is
    /// `s`, `f` or `c` and where the list so named has come to.
    func portion(
        after place: String, on connection: any Connection
    ) throws -> (people: Int, candidates: [AudienceCandidate], next: String?) {
        let (people, next) = try people(after: place, on: connection)
        return (people.count, try connection.candidates(people, in: workspace), next)
    }

    /// The statements that select `columns` of who meets the condition: contacts are not cut.
    func statements(
        selecting columns: Statement, among candidates: [AudienceCandidate]
    ) -> [Statement] {
        let sorted = candidates.sorted { $0.head.text < $1.head.text }
        var statements: [Statement] = []
        var first = 0
        while first < sorted.count {
            var end = min(first + Self.rowsMax, sorted.count)
            while end < sorted.count, sorted[end].head == sorted[end - 1].head { end += 1 }
            statements.append(
                condition.statement(
                    selecting: columns, among: sorted[first..<end], in: workspace))
            first = end
        }
        return statements
    }

    private func people(
        after place: String, on connection: any Connection
    ) throws -> (contacts: [Contact.ID], next: String?) {
        let last = String(place.dropFirst())
        let limit = Self.portion
        if let code = condition.code {
            let found = try connection.rows(
                """
                SELECT account_id, openid FROM code_scanners
                WHERE workspace_id = \(workspace) AND code_id = \(code) AND openid > \(last)
                    AND first_scan_at <= \(until)
                ORDER BY openid LIMIT \(limit)
                """)
            let followers = try found.map(FollowerKey.init(row:))
            return (
                followers.map(Contact.ID.init),
                found.count < limit ? nil : followers.last.map { "s\($0.openid)" }
            )
        }
        if place.hasPrefix("c") {
            let ids: [Contact.ID] = try connection.rows(
                """
                SELECT id FROM contacts
                WHERE workspace_id = \(workspace) AND openid IS NULL AND id > \(last)
                ORDER BY id LIMIT \(limit)
                """
            ).map { try $0.get("id") }
            return (ids, ids.count < limit ? nil : ids.last.map { "c\($0)" })
        }
        let from = Contact.ID(last).follower
        let found = try connection.rows(
            """
            SELECT account_id, openid FROM followers
            WHERE workspace_id = \(workspace)
                AND (account_id, openid) > (\(from?.account.text ?? ""), \(from?.openid ?? ""))
            ORDER BY account_id, openid LIMIT \(limit)
            """)
        let ids = try found.map { Contact.ID(try FollowerKey(row: $0)) }
        return (ids, found.count < limit ? "c" : ids.last.map { "f\($0)" })
    }
}

extension Connection {
    /// Everything that the contacts of these people consist of.
    fileprivate func candidates(
        _ people: [Contact.ID], in workspace: Workspace.ID
    ) throws -> [AudienceCandidate] {
        var heads = Dictionary(people.map { ($0, $0) }, uniquingKeysWith: { first, _ in first })
        for row in try rows(
            """
            SELECT d.id AS id, d.head AS head FROM contacts AS c
                JOIN contacts AS d ON d.workspace_id = c.workspace_id AND d.head = c.head
            WHERE c.workspace_id = \(workspace) AND c.id IN \(list: people)
            """)
        {
            heads[try row.get("id")] = try row.get("head")
        }
        return heads.map { AudienceCandidate(contact: $0.key, head: $0.value) }
    }
}

extension FollowerKey {
    fileprivate init(row: Row) throws {
        self.init(account: try row.get("account_id"), openid: try row.get("openid"))
    }
}
