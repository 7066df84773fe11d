import HTTP
import Matou

/// `/contacts`: the people, and User 360.
struct ContactPages: Pages {
    let installation: Installation
    let renderer: PageRenderer

    private static let submissionsShown = 20
    private static let audiencesShown = 20

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/contacts", list),
            PageRoute(.get, "/contacts/{id}", show),
            PageRoute(.post, "/contacts/{id}/tags", tag, for: .editor),
            PageRoute(.post, "/contacts/{id}/untag", untag, for: .editor),
            PageRoute(.get, "/contacts/{id}/erase", confirmErasure, for: .admin),
            PageRoute(.post, "/contacts/{id}/erase", erase, for: .admin),
            PageRoute(.get, "/contacts/{id}/merges/{merge}", confirmUndo, for: .editor),
            PageRoute(.post, "/contacts/{id}/merges/{merge}", undo, for: .editor),
        ]
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        var filter = ContactFilter()
        filter.search = visit.text("q")
        filter.tag = visit.query("tag")
        filter.code = visit.query("code")
        let accounts = try await installation.accounts.list(for: visit.principal)
        let own = try await renderer.selectedAccount(visit)?.id
        // With one account nobody is anywhere else, and a code has its own.
        if accounts.count > 1, filter.code == nil {
            filter.account = AccountChoices.chosen(
                visit.text("account"), own: own)
        }
        let page = try await installation.contacts.page(
            filter,
            after: visit.cursor(of: ContactFilter.sort), for: visit.principal)
        let tags = try await installation.tags.contactTags(limit: 100, for: visit.principal)
        let address = PageAddress(
            visit.request, keeping: ["q", "tag", "code", "account", "cursor"])
        var narrowed: String?
        if let code = filter.code {
            narrowed = wording(
                "contacts.of-code",
                ["name": try await installation.qrCodes.find(code, for: visit.principal).name])
        }
        let view = ContactListView(
            page, filter,
            accounts: filter.code != nil
                ? nil
                : own.flatMap {
                    AccountChoices(accounts, own: $0, chosen: filter.account, wording)
                }, tags: tags.elements, narrowed: narrowed, address: address,
            now: installation.clock.now(), wording)
        return try await renderer.page(
            "contacts/index", view, title: wording("contacts.title"), in: visit)
    }

    @Sendable private func show(_ visit: Visit, _ id: Contact.ID) async throws -> Response {
        try await draw(id, problem: nil, visit)
    }

    private func draw(
        _ id: Contact.ID, problem: Notice?, _ visit: Visit, status: Status = .ok
    ) async throws -> Response {
        let contacts = installation.contacts
        let contact = try await contacts.find(id, for: visit.principal)
        // One that was merged into another is shown there.
        if contact.id != id, visit.request.method == .get {
            return .redirect(to: contact.path)
        }
        let cursor = { (name: String, sort: String) in
            visit.request.query(name).flatMap { Cursor(text: $0, sort: sort) }
        }
        let timeline = try await contacts.timeline(
            of: contact.id, after: cursor("cursor", TimelineEntry.sort), for: visit.principal)
        let accounts = try await installation.accounts.list(for: visit.principal)
        let merges = try await contacts.merges(of: contact, for: visit.principal)
        let joined = merges + timeline.elements.compactMap(\.merge)
        let members = Set(timeline.elements.compactMap(\.member) + merges.compactMap(\.undoneBy))
        let forms = installation.forms
        let submissions = try await forms.submissions(
            of: contact, after: cursor("forms", FormSubmission.sort),
            limit: Self.submissionsShown, for: visit.principal)
        let context = ContactContext(
            contact: contact, timeline: timeline, merges: merges,
            followerTags: try await contacts.followerTags(of: contact, for: visit.principal),
            submissions: submissions,
            submissionCount: try await forms.submissionCount(of: contact, for: visit.principal),
            forms: try await forms.answered(by: submissions.elements, for: visit.principal),
            audiences: try await installation.audiences.page(
                with: contact, after: cursor("audiences", Audience.sort),
                limit: Self.audiencesShown, for: visit.principal),
            accounts: accounts.names,
            names: try await installation.members.names(of: members, for: visit.principal),
            identityNames: try await contacts.names(
                of: joined.flatMap(\.identities), for: visit.principal),
            mayEdit: visit.principal.role >= .editor,
            mayErase: visit.principal.role >= .admin, problem: problem,
            address: PageAddress(visit.request, keeping: ["cursor", "forms", "audiences"]),
            wording: renderer.wording(visit))
        return try await renderer.page(
            "contacts/show", ContactView(context), title: contact.title, in: visit, status: status)
    }

    @Sendable private func tag(_ visit: Visit, _ id: Contact.ID) async throws -> Response {
        let name = try visit.request.form().first("name") ?? ""
        do {
            let contact = try await installation.contacts.tag(id, with: name, by: visit.principal)
            return .redirect(to: contact.path)
        } catch Refusal.invalid(let faults) {
            let wording = renderer.wording(visit)
            let words = FaultTexts(faults, wording)["name"] ?? ""
            return try await draw(
                id, problem: Notice(.bad, wording("tags.bad-name", ["reason": words])), visit,
                status: .unprocessableContent)
        }
    }

    @Sendable private func untag(_ visit: Visit, _ id: Contact.ID) async throws -> Response {
        let tag = ContactTag.ID(try visit.request.form().first("tag") ?? "")
        let contact = try await installation.contacts.untag(id, from: tag, by: visit.principal)
        return .redirect(to: contact.path)
    }

    private struct ErasureView: Sendable {
        let path: String
        let name: String
        let question: String
    }

    @Sendable private func confirmErasure(
        _ visit: Visit, _ id: Contact.ID
    ) async throws -> Response {
        let contact = try await installation.contacts.find(id, for: visit.principal)
        let question = renderer.wording(visit)(
            "contacts.erase.question", ["name": contact.title])
        return try await renderer.page(
            "contacts/erase",
            ErasureView(path: contact.path, name: contact.title, question: question),
            title: question, in: visit)
    }

    @Sendable private func erase(_ visit: Visit, _ id: Contact.ID) async throws -> Response {
        try await installation.contacts.erase(id, by: visit.principal)
        return .redirect(
            to: "/contacts",
            notice: Notice(.good, renderer.wording(visit)("contacts.done.erased")))
    }

    private struct UndoView: Sendable {
        let path: String
        let contactPath: String
        let name: String
        let reason: String
        /// The two that it joined.
        let people: [String]
    }

    @Sendable private func confirmUndo(
        _ visit: Visit, _ id: Contact.ID, _ mergeID: ContactMerge.ID
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let contact = try await installation.contacts.find(id, for: visit.principal)
        let merges = try await installation.contacts.merges(of: contact, for: visit.principal)
        guard let merge = merges.first(where: { $0.id == mergeID && $0.undoneAt == nil })
        else { throw Refusal.missing }
        let accounts = try await installation.accounts.list(for: visit.principal)
        let names = try await installation.contacts.names(
            of: merge.identities, for: visit.principal)
        let view = UndoView(
            path: visit.request.path, contactPath: contact.path, name: contact.title,
            reason: merge.reason(wording),
            people: merge.people(names, accounts: accounts.names, wording))
        return try await renderer.page(
            "contacts/undo", view, title: wording("contacts.undo"), in: visit)
    }

    @Sendable private func undo(
        _ visit: Visit, _ id: Contact.ID, _ mergeID: ContactMerge.ID
    ) async throws -> Response {
        try await installation.contacts.undo(mergeID, by: visit.principal)
        let contact = try await installation.contacts.find(id, for: visit.principal)
        return .redirect(
            to: contact.path,
            notice: Notice(.good, renderer.wording(visit)("contacts.done.undone")))
    }
}

extension Contact {
    var path: String { id.path }

    /// What a contact is called: a name, else a key, else an openid.
    var title: String {
        name ?? keys.first?.readable ?? followers.first?.openid ?? id.text
    }
}

extension Identifier<Contact> {
    var path: String { "/contacts/\(text)" }
}

extension ContactMerge {
    /// The two that it joined.
    var identities: [Contact.ID] { [one, other] }

    /// Each of the two: a name if there is one, the openid, the account.
    func people(
        _ names: [Contact.ID: String], accounts: [Account.ID: String], _ wording: Wording
    ) -> [String] {
        identities.map { identity in
            let follower = identity.follower
            return [
                names[identity], follower?.openid ?? wording("contacts.without-scan"),
                follower.map { accounts[$0.account] ?? $0.account.text },
            ].compactMap(\.self).listed
        }
    }

    /// `手机号 138 0013 8000`.
    func reason(_ wording: Wording) -> String {
        let kind = wording("contacts.key.\(key.kind.rawValue)")
        return shownKey == nil ? kind : kind + " " + key.readable
    }
}

extension [Account] {
    fileprivate var names: [Account.ID: String] {
        Dictionary(map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    }
}

extension TimelineEntry {
    fileprivate var merge: ContactMerge? {
        switch event {
        case .merged(let merge), .parted(let merge): merge
        default: nil
        }
    }

    /// The member who had a hand in it.
    fileprivate var member: String? {
        switch event {
        case .tagged(_, _, let member): member
        case .parted(let merge): merge.undoneBy
        default: nil
        }
    }
}
