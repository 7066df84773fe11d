import Jobs
import SQL

/// Evaluates audiences: a portion of people at a time, each portion one transaction that also keeps
/// where it has come to, so that a restart goes on from there and memory stays flat.
struct AudienceBuilding: Sendable {
    static let portion = 500

    let database: any Database
    let clock: WallClock

    struct Building: JobPayload {
        static let kind = "audience.build"
        let audience: String
    }

    func register(with queue: JobQueue) {
        queue.register(Building.self) { payload, job in
            let id = Audience.ID(payload.audience)
            let workspace = Workspace.ID(job.workspace)
            while true {
                try Task.checkCancellation()
                let now = clock.now()
                let goesOn = try await database.write {
                    try $0.buildPortion(of: id, at: now, in: workspace)
                }
                if !goesOn { return .done }
            }
        }
    }
}

extension Connection {
    /// - Returns: false when the audience is whole, or gone.
    fileprivate func buildPortion(
        of id: Audience.ID, at time: Timestamp, in workspace: Workspace.ID
    ) throws -> Bool {
        guard let audience = try audience(id, in: workspace), audience.state == .building,
            let place: String = try row(
                "SELECT place FROM audiences WHERE workspace_id = \(workspace) AND id = \(id)")?
                .get("place")
        else { return false }
        let people = try people(for: audience, after: place, in: workspace)
        try setCandidates(of: audience.id, people.contacts, in: workspace)
        let added = try run(
            """
            INSERT INTO audience_members (workspace_id, audience_id, contact_id)
            SELECT DISTINCT h.workspace_id, h.audience_id, h.head FROM audience_candidates AS h
            WHERE h.workspace_id = \(workspace) AND h.audience_id = \(id)
                AND \(fragment: audience.condition.statement(of: id, in: workspace))
            ON CONFLICT (workspace_id, audience_id, contact_id) DO NOTHING
            """)
        try run(
            """
            DELETE FROM audience_candidates WHERE workspace_id = \(workspace) AND audience_id = \(id)
            """)
        let isOver = people.next == nil
        try run(
            """
            UPDATE audiences SET place = \(people.next ?? place),
                examined = examined + \(people.contacts.count), members = members + \(added),
                state = \(isOver ? Audience.State.ready : .building),
                finished_at = \(isOver ? time : nil as Timestamp?)
            WHERE workspace_id = \(workspace) AND id = \(id)
            """)
        return !isOver
    }

    /// The next people to look at: the scanners of the one code that the condition asks for, else
    /// all followers and then those who came without a scan. A place is `s`, `f` or `c` and where the
    /// list so named has come to.
    private func people(
        for audience: Audience, after place: String, in workspace: Workspace.ID
    ) throws -> (contacts: [Contact.ID], next: String?) {
        let last = String(place.dropFirst())
        let limit = AudienceBuilding.portion
        if let code = audience.condition.code {
            let found = try rows(
                """
                SELECT account_id, openid FROM code_scanners
                WHERE workspace_id = \(workspace) AND code_id = \(code) AND openid > \(last)
                    AND first_scan_at <= \(audience.createdAt)
                ORDER BY openid LIMIT \(limit)
                """)
            let followers = try found.map(FollowerName.init(row:))
            return (
                followers.map(Contact.ID.init),
                found.count < limit ? nil : followers.last.map { "s\($0.openid)" }
            )
        }
        if place.hasPrefix("c") {
            let ids: [Contact.ID] = try rows(
                """
                SELECT id FROM contacts
                WHERE workspace_id = \(workspace) AND openid IS NULL AND id > \(last)
                ORDER BY id LIMIT \(limit)
                """
            ).map { try $0.get("id") }
            return (ids, ids.count < limit ? nil : ids.last.map { "c\($0)" })
        }
        let from = Contact.ID(last).follower
        let found = try rows(
            """
            SELECT account_id, openid FROM followers
            WHERE workspace_id = \(workspace)
                AND (account_id, openid) > (\(from?.account.text ?? ""), \(from?.openid ?? ""))
            ORDER BY account_id, openid LIMIT \(limit)
            """)
        let ids = try found.map { Contact.ID(try FollowerName(row: $0)) }
        return (ids, found.count < limit ? "c" : ids.last.map { "f\($0)" })
    }

    /// Everything that the contacts of these people consist of.
    private func setCandidates(
        of audience: Audience.ID, _ people: [Contact.ID], in workspace: Workspace.ID
    ) throws {
        let known = try rows(
            """
            SELECT d.id AS id, d.head AS head FROM contacts AS c
                JOIN contacts AS d ON d.workspace_id = c.workspace_id AND d.head = c.head
            WHERE c.workspace_id = \(workspace) AND c.id IN \(list: people)
            """
        ).map { (id: try $0.get("id") as Contact.ID, head: try $0.get("head") as Contact.ID) }
        var heads = Dictionary(people.map { ($0, $0) }, uniquingKeysWith: { first, _ in first })
        for row in known { heads[row.id] = row.head }
        for (contact, head) in heads {
            try run(
                """
                INSERT INTO audience_candidates
                    (workspace_id, audience_id, contact_id, head, account_id, openid)
                VALUES (\(workspace), \(audience), \(contact), \(head),
                    \(contact.follower?.account), \(contact.follower?.openid))
                ON CONFLICT (workspace_id, audience_id, contact_id) DO NOTHING
                """)
        }
    }
}

extension FollowerName {
    fileprivate init(row: Row) throws {
        self.init(account: try row.get("account_id"), openid: try row.get("openid"))
    }
}
