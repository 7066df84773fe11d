import HTTP
import Matou

/// `/audiences`: frozen sets of contacts.
struct AudiencePages: Pages {
    let installation: Installation
    let renderer: PageRenderer

    var audiences: Audiences { installation.audiences }

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/audiences", list),
            PageRoute(.get, "/audiences/new", new, for: .editor),
            PageRoute(.post, "/audiences", create, for: .editor),
            PageRoute(.post, "/audiences/estimate", estimate, for: .editor),
            PageRoute(.get, "/qr-codes/{id}/audiences/new", askForName, for: .editor),
            PageRoute(.post, "/qr-codes/{id}/audiences", createFromScanners, for: .editor),
            PageRoute(.get, "/audiences/{id}", show),
            PageRoute(.post, "/audiences/{id}", rename, for: .editor),
            PageRoute(.post, "/audiences/{id}/retry", retry, for: .editor),
            PageRoute(.get, "/audiences/{id}/delete", confirmDeletion, for: .editor),
            PageRoute(.post, "/audiences/{id}/delete", delete, for: .editor),
            PageRoute(.post, "/audiences/{id}/restorations", restore, for: .editor),
        ]
    }

    private struct ListView: Sendable {
        let newPath: String?
        let undo: UndoNotice?
        let name: String
        let isNarrowed: Bool
        let rows: [Row]
        let hasRows: Bool
        let pager: Pager?
    }

    private struct Row: Sendable {
        let path: String
        let name: String
        let state: Chip
        let members: String
        /// Nil while as many are left.
        let now: String?
        let created: String
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        let name = visit.text("q")
        let page = try await audiences.page(
            named: name, after: visit.cursor(of: Audience.sort), for: visit.principal)
        let rows = page.elements.map { audience in
            Row(
                path: audience.path, name: audience.name, state: Chip(audience, wording),
                members: wording.number(audience.members), now: audience.now(wording),
                created: wording.date(audience.createdAt, now: installation.clock.now()))
        }
        let view = ListView(
            newPath: visit.principal.role >= .editor ? "/audiences/new" : nil,
            undo: try await undo(visit, wording), name: name, isNarrowed: !name.isEmpty, rows: rows,
            hasRows: !rows.isEmpty,
            pager: Pager(page.next, at: PageAddress(visit.request, keeping: ["q", "cursor"])))
        return try await renderer.page(
            "audiences/index", view, title: wording("audiences.title"), in: visit)
    }

    /// What was just deleted, with a way back.
    private func undo(_ visit: Visit, _ wording: Wording) async throws -> UndoNotice? {
        // The address may come from anyone: only what is really there leads to a button.
        guard visit.principal.role >= .editor, let id: Audience.ID = visit.query("deleted"),
            let name = try await audiences.nameOfDeleted(id, for: visit.principal)
        else { return nil }
        return UndoNotice(
            text: wording("audiences.done.deleted", ["name": name]),
            path: "/audiences/\(id)/restorations", name: nil)
    }

    private struct View: Sendable {
        let path: String
        let version: Int
        let title: String
        /// What it is called, to be changed; nil for those who may not.
        let name: FormField?
        let state: Chip
        /// How far it is; nil once it is whole.
        let progress: String?
        let failure: Notice?
        /// Nil unless it failed, and for those who may not make audiences.
        let retryPath: String?
        let members: String
        /// How many are left of those who were frozen; nil while all are.
        let now: String?
        let frozen: String
        /// Who is in it, as a sentence.
        let condition: String
        /// Nil until it is whole.
        let exportPath: String?
        let deletePath: String?
        let rows: [Member]
        let hasRows: Bool
        let pager: Pager?
    }

    private struct Member: Sendable {
        let person: PersonView
        let keys: String
        let tags: String
    }

    @Sendable private func show(_ visit: Visit, _ id: Audience.ID) async throws -> Response {
        try await show(try await audiences.find(id, for: visit.principal), visit)
    }

    @Sendable private func rename(_ visit: Visit, _ id: Audience.ID) async throws -> Response {
        let audience = try await audiences.find(id, for: visit.principal)
        let sent = try visit.request.form()
        let name = sent.first("name") ?? ""
        do {
            _ = try await audiences.rename(
                audience.id, to: name, ifVersion: sent.first("version").flatMap(Int.init),
                by: visit.principal)
        } catch Refusal.invalid(let faults) {
            return try await show(audience, typed: name, faults: faults, visit)
        }
        return .redirect(
            to: audience.path, notice: Notice(.good, renderer.wording(visit)("common.saved")))
    }

    private func show(
        _ audience: Audience, typed: String? = nil, faults: [FieldFault] = [], _ visit: Visit
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let mayEdit = visit.principal.role >= .editor
        let page = try await audiences.members(
            of: audience.id,
            after: visit.cursor(of: "contact_id"),
            for: visit.principal)
        let rows = page.elements.map { contact in
            Member(
                person: PersonView(
                    contact, whoFollows: audience.condition.isFollowing ?? true),
                keys: contact.keys.map(\.readable).listed.nilIfEmpty ?? "—",
                tags: contact.tags.map(\.tag.name).listed.nilIfEmpty ?? "—")
        }
        let view = View(
            path: audience.path, version: audience.version, title: audience.name,
            name: mayEdit
                ? FormField("name", typed ?? audience.name, FaultTexts(faults, wording)) : nil,
            state: Chip(audience, wording),
            progress: audience.state == .building
                ? wording(
                    "audiences.progress", ["count": wording.number(audience.examined)]) : nil,
            failure: audience.state == .failed
                ? Notice(.bad, wording("audiences.failed")) : nil,
            retryPath: audience.state == .failed && mayEdit
                ? audience.path + "/retry" : nil,
            members: wording(
                audience.state == .building
                    ? "audiences.members-so-far"
                    : audience.people == audience.members
                        ? "audiences.members" : "audiences.members-then",
                ["count": wording.number(audience.members)]),
            now: audience.now(wording),
            frozen: wording("audiences.frozen", ["date": wording.exact(audience.createdAt)]),
            condition: try await sentence(of: audience.condition, visit),
            exportPath: audience.state == .ready ? audience.path + "/export" : nil,
            deletePath: mayEdit ? audience.path + "/delete" : nil,
            rows: rows, hasRows: !rows.isEmpty,
            pager: Pager(page.next, at: PageAddress(visit.request, keeping: ["cursor"])))
        var response = try await renderer.page(
            "audiences/show", view, title: audience.name, in: visit,
            status: faults.isEmpty ? .ok : .unprocessableContent)
        // Until it is whole, the page looks again by itself; not while somebody mends the name.
        if audience.state == .building, faults.isEmpty { response.fields["Refresh"] = "2" }
        return response
    }

    @Sendable private func retry(_ visit: Visit, _ id: Audience.ID) async throws -> Response {
        let audience = try await audiences.retry(id, by: visit.principal)
        return .redirect(
            to: audience.path,
            notice: Notice(.good, renderer.wording(visit)("audiences.done.retried")))
    }

    private struct DeletionView: Sendable {
        let path: String
        let name: String
        let question: String
    }

    func sentence(
        of condition: AudienceCondition, _ visit: Visit
    ) async throws -> String {
        let names = try await audiences.names(in: condition, for: visit.principal)
        return AudienceSentence(names: names, wording: renderer.wording(visit)).text(condition)
    }

    @Sendable private func confirmDeletion(
        _ visit: Visit, _ id: Audience.ID
    ) async throws -> Response {
        let audience = try await audiences.find(id, for: visit.principal)
        let question = renderer.wording(visit)(
            "audiences.delete.question", ["name": audience.name])
        return try await renderer.page(
            "audiences/delete",
            DeletionView(path: audience.path, name: audience.name, question: question),
            title: question, in: visit)
    }

    @Sendable private func delete(_ visit: Visit, _ id: Audience.ID) async throws -> Response {
        try await audiences.delete(id, by: visit.principal)
        return .redirect(to: PageAddress("/audiences").with("deleted", id.text).text)
    }

    @Sendable private func restore(_ visit: Visit, _ id: Audience.ID) async throws -> Response {
        let audience = try await audiences.restore(id, by: visit.principal)
        let words = renderer.wording(visit)("audiences.done.restored", ["name": audience.name])
        return .redirect(to: audience.path, notice: Notice(.good, words))
    }
}

extension Audience {
    var path: String { "/audiences/\(id)" }

    fileprivate func now(_ wording: Wording) -> String? {
        people == members
            ? nil : wording("audiences.people-now", ["count": wording.number(people)])
    }
}

extension Chip {
    fileprivate init(_ audience: Audience, _ wording: Wording) {
        let tone: Chip.Tone =
            switch audience.state {
            case .building: .wait
            case .ready: .good
            case .failed: .bad
            }
        self.init(wording("audiences.state.\(audience.state.rawValue)"), tone)
    }
}
