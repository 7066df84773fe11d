import HTTP
import Matou

/// What the page of a contact is drawn from.
struct ContactContext: Sendable {
    let contact: Contact
    let timeline: Page<TimelineEntry>
    let merges: [ContactMerge]
    let followerTags: [FollowerTagging.Entry]
    let submissions: Page<FormSubmission>
    let submissionCount: Int
    let forms: [Matou.Form.ID: AnsweredForm]
    let audiences: Page<Audience>
    let accounts: [Account.ID: String]
    let names: [String: String]
    let identityNames: [Contact.ID: String]
    let mayEdit: Bool
    let mayErase: Bool
    let problem: Notice?
    let address: PageAddress
    let wording: Wording
}

extension ContactContext {
    func people(_ merge: ContactMerge) -> [String] {
        merge.people(identityNames, accounts: accounts, wording)
    }
}

/// User 360, as its template shows it.
struct ContactView: Sendable {
    let path: String
    let title: String
    let problem: Notice?
    let mayEdit: Bool
    /// Nil for those who may not.
    let erasePath: String?
    let identities: [Identity]
    let facts: [FactRow]
    let tags: [TagRow]
    let followerTags: [Chip]
    let hasFollowerTags: Bool
    let audiences: [AudienceRow]
    let hasAudiences: Bool
    let audiencePager: Pager?
    let merges: [Merge]
    let hasMerges: Bool
    let submissions: [Submission]
    let hasSubmissions: Bool
    let submissionPager: Pager?
    let entries: [Entry]
    let hasEntries: Bool
    let pager: Pager?

    struct Identity: Sendable {
        let account: String
        let openid: String?
        let state: Chip?
        let source: Link?
    }

    struct AudienceRow: Sendable {
        let path: String
        let name: String
        let frozen: String
    }

    struct TagRow: Sendable {
        let id: String
        let name: String
    }

    struct Merge: Sendable {
        let reason: String
        /// The two that it joined.
        let people: [String]
        let date: String
        let undone: String?
        let undoPath: String?
    }

    struct Submission: Sendable {
        let title: String
        /// Nil while the form is there.
        let isDeleted: Chip?
        let date: String
        let answers: [FactRow]
    }

    struct Entry: Sendable {
        let machineTime: String
        let time: String
        let text: String
        let detail: String?
        let code: Link?
    }

    init(_ context: ContactContext) {
        let (contact, wording) = (context.contact, context.wording)
        path = contact.path
        title = contact.title
        problem = context.problem
        mayEdit = context.mayEdit
        erasePath = context.mayErase ? contact.path + "/erase" : nil
        identities = contact.identities.map { Identity($0, context) }
        facts =
            contact.keys.map {
                FactRow(label: wording("contacts.key.\($0.kind.rawValue)"), text: $0.readable)
            }
            + (contact.source.map {
                [
                    FactRow(
                        label: wording("contacts.source"),
                        text: [$0.name, $0.source]
                            .filter { !$0.isEmpty }.listed)
                ]
            } ?? [])
            + (contact.seenAt.map {
                [FactRow(label: wording("contacts.seen"), text: wording.exact($0))]
            } ?? [])
        tags = contact.tags.map { TagRow(id: $0.tag.id.text, name: $0.tag.name) }
        // Two identities may wear one tag; where they differ in it, both are shown.
        var seen: Set<String> = []
        followerTags = context.followerTags.filter {
            seen.insert("\($0.tag) \($0.state) \($0.fault?.code ?? 0)").inserted
        }.map { Chip($0, wording) }
        hasFollowerTags = !followerTags.isEmpty
        let address = context.address
        audiences = context.audiences.elements.map {
            AudienceRow(
                path: $0.path, name: $0.name,
                frozen: wording("audiences.frozen", ["date": wording.exact($0.createdAt)]))
        }
        hasAudiences = !audiences.isEmpty
        audiencePager = Pager(
            context.audiences.next, at: address, as: "audiences", in: "audiences")
        merges = context.merges.map { Merge($0, context) }
        hasMerges = !merges.isEmpty
        submissions = context.submissions.elements.map { Submission($0, context) }
        hasSubmissions = !submissions.isEmpty
        submissionPager = Pager(
            context.submissions.next, at: address, as: "forms", in: "forms",
            total: wording(
                "contacts.sent", ["count": wording.number(context.submissionCount)]))
        entries = context.timeline.elements.folded.map { Entry($0.entry, $0.count, context) }
        hasEntries = !entries.isEmpty
        pager = Pager(context.timeline.next, at: address, in: "timeline")
    }
}

extension ContactView.Identity {
    fileprivate init(_ identity: Contact.Identity, _ context: ContactContext) {
        let wording = context.wording
        account =
            identity.follower.map { context.accounts[$0.account] ?? $0.account.text }
            ?? wording("contacts.without-scan")
        openid = identity.follower?.openid
        state = identity.isFollowing.map {
            Chip(
                wording($0 ? "contacts.following" : "contacts.left"), $0 ? .good : .bad)
        }
        source = identity.source.map { Link(path: "/qr-codes/\($0.id)", label: $0.name) }
    }
}

extension ContactView.Merge {
    fileprivate init(_ merge: ContactMerge, _ context: ContactContext) {
        let wording = context.wording
        reason = merge.reason(wording)
        people = context.people(merge)
        date = wording.exact(merge.mergedAt)
        undone = merge.undoneAt.map { time in
            wording(
                "contacts.undone",
                [
                    "name": merge.undoneBy.map { context.names[$0] ?? $0 } ?? "",
                    "date": wording.exact(time),
                ])
        }
        undoPath =
            context.mayEdit && merge.undoneAt == nil
            ? "\(context.contact.path)/merges/\(merge.id)" : nil
    }
}

extension ContactView.Submission {
    fileprivate init(_ submission: FormSubmission, _ context: ContactContext) {
        let wording = context.wording
        let answered = context.forms[submission.form]
        title = answered?.form.title ?? submission.form.text
        isDeleted =
            answered?.form.deletedAt == nil ? nil : Chip(wording("forms.state.deleted"), .bad)
        date = wording.exact(submission.submittedAt)
        let present = answered?.form.fields ?? []
        let former = answered?.formerFields ?? []
        let known = Set((present + former).map(\.id))
        func rows(_ fields: [Matou.Form.Field], _ label: (String) -> String) -> [FactRow] {
            fields.compactMap { field in
                submission.answers[field.id].map {
                    FactRow(label: label(field.label), text: $0.listed)
                }
            }
        }
        let lost = { (label: String) in wording("contacts.former-field", ["name": label]) }
        answers =
            rows(present) { $0 } + rows(former, lost)
            + submission.answers.filter { !known.contains($0.key) }
            .sorted { $0.key < $1.key }
            .map { FactRow(label: lost($0.key), text: $0.value.listed) }
    }
}
