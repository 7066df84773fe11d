import SQL

/// One line of what happened to a contact.
package struct TimelineEntry: Sendable, Equatable {
    /// The order of a timeline, the latest first.
    package static let sort = "-at"

    package let at: Timestamp
    /// Unique among the entries of a contact; the second key of the order.
    package let id: String
    package let event: Event

    package enum Event: Sendable, Equatable {
        /// What WeChat told of a follower: a follow, a scan, an unfollow, a message, a reply's end.
        case fact(Fact.Kind, FollowerKey, code: CodeName?, Fact.CodeState?, WeChatFault?)
        /// Put on by a code, or by a member.
        case tagged(ContactTag, code: CodeName?, member: String?)
        case submitted(form: String, title: String)
        case merged(ContactMerge)
        case parted(ContactMerge)
    }
}

extension Connection {
    /// A page of the timeline of the contact that `head` stands for.
    ///
    /// Each kind is read by its own index, as far as a page needs, and the page takes the latest.
    func timeline(
        of head: Contact.ID, after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws -> Page<TimelineEntry> {
        let members = try members(of: head, in: workspace)
        let place = try TimelinePlace(cursor, limit: limit)
        var entries = try tagEntries(of: members, place, in: workspace)
        entries += try submissionEntries(of: members, place, in: workspace)
        entries += try mergeEntries(of: members, place, in: workspace)
        for follower in members.compactMap(\.follower) {
            entries += try factEntries(of: follower, place, in: workspace)
        }
        entries.sort { ($0.at, $0.id) > ($1.at, $1.id) }
        return Page(entries, limit: limit) {
            Cursor(sort: TimelineEntry.sort, at: $0.at, id: $0.id)
        }
    }

    private func factEntries(
        of follower: FollowerKey, _ place: TimelinePlace, in workspace: Workspace.ID
    ) throws -> [TimelineEntry] {
        let facts = try rows(
            """
            SELECT \(fragment: Fact.columns) FROM facts
            WHERE workspace_id = \(workspace) AND account_id = \(follower.account)
                AND person = \(follower.openid) AND kind <> 'form_submitted'
                AND \(fragment: place.condition("occurred_at"))
            ORDER BY occurred_at DESC, seq DESC LIMIT \(place.rowsMax)
            """
        ).map(Fact.init)
        let names = try codeNames(Set(facts.compactMap(\.code)), in: workspace)
        return facts.map { fact in
            TimelineEntry(
                at: fact.occurredAt, id: TimelinePlace.id(of: fact),
                event: .fact(
                    fact.kind, follower, code: fact.code.flatMap { names[$0] }, fact.codeState,
                    WeChatFault(json: fact.payload)))
        }.filter(place.isAfter)
    }

    private func tagEntries(
        of members: [Contact.ID], _ place: TimelinePlace, in workspace: Workspace.ID
    ) throws -> [TimelineEntry] {
        let rows = try rows(
            """
            SELECT g.id AS id, g.name AS name, t.contact_id AS contact_id, t.code_id AS code_id,
                t.tagged_by AS tagged_by, t.tagged_at AS tagged_at
            FROM contact_taggings AS t
                JOIN contact_tags AS g ON g.workspace_id = t.workspace_id AND g.id = t.tag_id
            WHERE t.workspace_id = \(workspace) AND t.contact_id IN \(list: members)
                AND \(fragment: place.condition("t.tagged_at"))
            ORDER BY t.tagged_at DESC LIMIT \(place.rowsMax)
            """)
        let codes: [QRCode.ID] = try rows.compactMap { try $0.optional("code_id") }
        let names = try codeNames(Set(codes), in: workspace)
        return try rows.map { row in
            let code: QRCode.ID? = try row.optional("code_id")
            let tag = try ContactTag(row)
            let contact: Contact.ID = try row.get("contact_id")
            return TimelineEntry(
                at: try row.get("tagged_at"), id: "t\(tag.id) \(contact)",
                event: .tagged(
                    tag, code: code.flatMap { names[$0] }, member: try row.optional("tagged_by")))
        }.filter(place.isAfter)
    }

    private func submissionEntries(
        of members: [Contact.ID], _ place: TimelinePlace, in workspace: Workspace.ID
    ) throws -> [TimelineEntry] {
        try rows(
            """
            SELECT s.id AS id, s.form_id AS form_id, s.submitted_at AS submitted_at,
                f.title AS title
            FROM form_submissions AS s
                JOIN forms AS f ON f.workspace_id = s.workspace_id AND f.id = s.form_id
            WHERE s.workspace_id = \(workspace) AND s.contact_id IN \(list: members)
                AND \(fragment: place.condition("s.submitted_at"))
            ORDER BY s.submitted_at DESC LIMIT \(place.rowsMax)
            """
        ).map { row in
            TimelineEntry(
                at: try row.get("submitted_at"), id: "s\(try row.get("id") as String)",
                event: .submitted(form: try row.get("form_id"), title: try row.get("title")))
        }.filter(place.isAfter)
    }

    private func mergeEntries(
        of members: [Contact.ID], _ place: TimelinePlace, in workspace: Workspace.ID
    ) throws -> [TimelineEntry] {
        try merges(of: members, in: workspace).flatMap { merge in
            let merged = TimelineEntry(
                at: merge.mergedAt, id: "m\(merge.id)", event: .merged(merge))
            let parted = merge.undoneAt.map {
                TimelineEntry(at: $0, id: "u\(merge.id)", event: .parted(merge))
            }
            return [merged] + (parted.map { [$0] } ?? [])
        }.filter(place.isAfter)
    }
}

/// Where a page of a timeline begins, and how much of each kind it may need.
private struct TimelinePlace {
    /// What the page before ended with.
    let last: (at: Int64, id: String)?
    /// One more than a page has, and room for those of the cursor's own moment.
    let rowsMax: Int

    init(_ cursor: Cursor?, limit: Int) throws(Refusal) {
        last = if let cursor { (try cursor.number, cursor.id) } else { nil }
        rowsMax = limit + 1 + (cursor == nil ? 0 : 100)
    }

    static func id(of fact: Fact) -> String {
        let digits = String(fact.seq)
        return "f" + String(repeating: "0", count: max(0, 20 - digits.count)) + digits
    }

    /// Times up to the cursor's: which of that very moment were shown, `isAfter` knows.
    func condition(_ column: Statement) -> Statement {
        guard let last else { return "1 = 1" }
        return "\(fragment: column) <= \(last.at)"
    }

    func isAfter(_ entry: TimelineEntry) -> Bool {
        guard let last else { return true }
        return (entry.at.milliseconds, entry.id) < (last.at, last.id)
    }
}
