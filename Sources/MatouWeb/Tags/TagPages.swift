import HTTP
import Matou

/// `/tags`: both families of tags.
struct TagPages: Pages {
    let installation: Installation
    let renderer: PageRenderer

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/tags", show),
            PageRoute(.post, "/tags", make, for: .editor),
            PageRoute(.post, "/tags/sync", sync, for: .editor),
            PageRoute(.get, "/tags/{id}/delete", confirmDeletion, for: .editor),
            PageRoute(.post, "/tags/{id}/delete", delete, for: .editor),
            PageRoute(.post, "/tags/{id}", rename, for: .editor),
        ]
    }

    private static let usesShown = 20

    private static func path(toPeopleWith tag: ContactTag) -> String {
        PageAddress("/contacts").with("tag", tag.id.text).with("account", AccountChoices.all).text
    }

    private struct View: Sendable {
        let problem: Notice?
        let mayEdit: Bool
        let contact: [ContactRow]
        let hasContact: Bool
        let pager: Pager?
        let account: AccountPart?
    }

    private struct AccountPart: Sendable {
        let id: String
        let name: String
        let total: String
        let tags: [FollowerRow]
        let hasTags: Bool
    }

    private struct ContactRow: Sendable {
        let path: String
        let name: String
        let peoplePath: String
        let people: String
        let canEdit: Bool
    }

    private struct FollowerRow: Sendable {
        let name: String
        let followers: String
        let state: Chip
    }

    @Sendable private func show(_ visit: Visit) async throws -> Response {
        try await draw(problem: nil, visit)
    }

    private func draw(
        problem: Notice?, _ visit: Visit, status: Status = .ok
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let mayEdit = visit.principal.role >= .editor
        let address = PageAddress(visit.request, keeping: ["cursor"])
        let page = try await installation.tags.contactTags(
            after: visit.cursor(of: Tags.sort),
            for: visit.principal)
        let wearers = try await installation.tags.wearers(of: page.elements, for: visit.principal)
        let many = wording(
            "tags.people-many", ["count": wording.number(Tags.listedWearersMax)])
        let view = View(
            problem: problem, mayEdit: mayEdit,
            contact: page.elements.map { tag in
                ContactRow(
                    path: "/tags/\(tag.id)", name: tag.name,
                    peoplePath: Self.path(toPeopleWith: tag),
                    people: wearers[tag.id].map(wording.number) ?? many,
                    canEdit: mayEdit)
            },
            hasContact: !page.elements.isEmpty,
            pager: Pager(page.next, at: address),
            account: try await accountPart(visit, wording))
        return try await renderer.page(
            "tags/index", view, title: wording("tags.title"), in: visit, status: status)
    }

    private func accountPart(_ visit: Visit, _ wording: Wording) async throws -> AccountPart? {
        guard let account = try await renderer.selectedAccount(visit) else { return nil }
        let tags = try await installation.tags.followerTags(
            of: account.id, for: visit.principal)
        return AccountPart(
            id: account.id.text, name: account.name,
            total: wording(
                "tags.follower-total",
                ["count": String(tags.count), "max": String(FollowerTag.perAccountMax)]),
            tags: tags.map { tag in
                FollowerRow(
                    name: tag.name, followers: tag.followers.map(wording.number) ?? "—",
                    state: Chip(tag, wording))
            },
            hasTags: !tags.isEmpty)
    }

    @Sendable private func make(_ visit: Visit) async throws -> Response {
        let form = try visit.request.form()
        let name = form.first("name") ?? ""
        let wording = renderer.wording(visit)
        let tags = installation.tags
        let isKnown: Bool
        do {
            if let account = form.first("account").map(Account.ID.init) {
                isKnown = try await tags.hasFollowerTag(
                    named: name, of: account, for: visit.principal)
                _ = try await tags.makeFollowerTag(named: name, of: account, by: visit.principal)
            } else {
                isKnown = try await tags.hasContactTag(named: name, for: visit.principal)
                _ = try await tags.makeContactTag(named: name, by: visit.principal)
            }
        } catch Refusal.invalid(let faults) {
            return try await refused(faults, visit)
        }
        let notice =
            isKnown
            ? Notice(.plain, wording("tags.known", ["name": name]))
            : Notice(.good, wording("tags.done.made", ["name": name]))
        return .redirect(to: "/tags", notice: notice)
    }

    @Sendable private func rename(_ visit: Visit, _ id: ContactTag.ID) async throws -> Response {
        let name = try visit.request.form().first("name") ?? ""
        do {
            _ = try await installation.tags.renameContactTag(id, to: name, by: visit.principal)
        } catch Refusal.invalid(let faults) {
            return try await refused(faults, visit)
        }
        return .redirect(
            to: "/tags",
            notice: Notice(.good, renderer.wording(visit)("common.saved")))
    }

    private func refused(_ faults: [FieldFault], _ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        let words = FaultTexts(faults, wording, form: "tags")["name"] ?? ""
        return try await draw(
            problem: Notice(.bad, wording("tags.bad-name", ["reason": words])), visit,
            status: .unprocessableContent)
    }

    @Sendable private func sync(_ visit: Visit) async throws -> Response {
        let account = Account.ID(try visit.request.form().first("account") ?? "")
        let wording = renderer.wording(visit)
        let fault = try await installation.tags.sync(account, by: visit.principal)
        let notice =
            fault.map { Notice(.bad, $0.explanation(in: wording)) }
            ?? Notice(.good, wording("tags.done.synced"))
        return .redirect(to: "/tags", notice: notice)
    }

    private struct DeletionView: Sendable {
        let question: String
        let path: String
        /// Who wears it now, and where they are listed.
        let people: Link
        /// The codes that put it on.
        let codes: [Link]
        let hasCodes: Bool
        let pager: Pager?
    }

    @Sendable private func confirmDeletion(
        _ visit: Visit, _ id: ContactTag.ID
    ) async throws -> Response {
        let tag = try await installation.tags.contactTag(id, for: visit.principal)
        let wording = renderer.wording(visit)
        let question = wording("tags.delete.question", ["name": tag.name])
        let wearers = try await installation.tags.wearers(of: tag.id, for: visit.principal)
        let uses = try await installation.tags.uses(
            of: tag.id, after: visit.cursor(of: Tags.usesSort), limit: Self.usesShown,
            for: visit.principal)
        let view = DeletionView(
            question: question, path: "/tags/\(tag.id)",
            people: Link(
                path: Self.path(toPeopleWith: tag),
                label: wearers.map {
                    wording("tags.delete.people", ["count": wording.number($0)])
                }
                    ?? wording(
                        "tags.delete.many", ["count": wording.number(Tags.wearersMax)])),
            codes: uses.elements.map { Link(path: "/qr-codes/\($0.id)", label: $0.name) },
            hasCodes: !uses.elements.isEmpty,
            pager: Pager(uses.next, at: PageAddress(visit.request, keeping: ["cursor"])))
        return try await renderer.page("tags/delete", view, title: question, in: visit)
    }

    @Sendable private func delete(_ visit: Visit, _ id: ContactTag.ID) async throws -> Response {
        let tag = try await installation.tags.contactTag(id, for: visit.principal)
        try await installation.tags.deleteContactTag(tag.id, by: visit.principal)
        let text = renderer.wording(visit)("tags.done.deleted", ["name": tag.name])
        return .redirect(to: "/tags", notice: Notice(.good, text))
    }
}

extension Chip {
    fileprivate init(_ tag: FollowerTag, _ wording: Wording) {
        if tag.wechatID != nil {
            self.init(wording("tags.made"), .good)
        } else if let fault = tag.fault {
            self.init(
                wording("tags.not-made"), .bad, hint: fault.explanation(in: wording))
        } else {
            self.init(wording("tags.waiting"), .wait)
        }
    }
}
