import Matou

/// Which changes of the workspace are listed, as the page's address has it.
struct AuditQuery: Sendable {
    static let names = ["kind", "actor", "from", "to"]

    let filter: RevisionFilter
    /// The days as typed.
    let from: String
    let to: String

    init(_ visit: Visit) {
        let zone = visit.workspace.timeZone
        let actor = visit.text("actor")
        from = visit.text("from")
        to = visit.text("to")
        var filter = RevisionFilter(kind: visit.query("kind"))
        filter.actor = actor.isEmpty ? nil : actor
        filter.from = LocalTime.parse(from + "T00:00", in: zone)
        // Through the end of that day.
        filter.before = LocalTime.dayAfter(to, in: zone)
        self.filter = filter
    }
}

/// The changes of the whole workspace, as their template shows them.
struct AuditView: Sendable {
    let list: RevisionList?
    let filters: Filters

    struct Filters: Sendable {
        let kinds: [Choice]
        let members: [Choice]
        let from: String
        let to: String
        /// Nil when everything is listed.
        let resetPath: String?
    }
}

extension AuditView.Filters {
    init(_ query: AuditQuery, members: [Member], _ wording: Wording) {
        let filter = query.filter
        kinds = Revision.Kind.allCases.map {
            Choice(
                $0.rawValue, wording("revisions.kind.\($0.rawValue)"),
                isSelected: $0 == filter.kind)
        }
        self.members = members.map {
            Choice($0.user.id.text, $0.user.name, isSelected: $0.user.id.text == filter.actor)
        }
        from = query.from
        to = query.to
        resetPath = filter == RevisionFilter() ? nil : "/audit"
    }
}
