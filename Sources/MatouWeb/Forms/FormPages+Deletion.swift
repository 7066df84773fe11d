import HTTP
import Matou

/// Deleting forms, the list of those that are, and the way back.
extension FormPages {
    private struct DeletionView: Sendable {
        let path: String
        let title: String
        let question: String
        /// Codes that send it: it cannot be deleted yet.
        let uses: [Link]
        let hasUses: Bool
    }

    @Sendable func confirmDeletion(_ visit: Visit, _ id: Matou.Form.ID) async throws -> Response {
        try await confirmDeletion(of: forms.find(id, for: visit.principal), visit)
    }

    private func confirmDeletion(
        of form: Matou.Form, _ visit: Visit, status: Status = .ok
    ) async throws -> Response {
        let uses = ReplyUsesView(
            try await forms.uses(of: form.id, for: visit.principal), at: PageAddress(form.path))
        let question = renderer.wording(visit)("forms.delete.question", ["name": form.title])
        let view = DeletionView(
            path: form.path, title: form.title, question: question, uses: uses.links,
            hasUses: uses.hasLinks)
        return try await renderer.page(
            "forms/delete", view, title: question, in: visit, status: status)
    }

    @Sendable func delete(_ visit: Visit, _ id: Matou.Form.ID) async throws -> Response {
        let form = try await forms.find(id, for: visit.principal)
        do {
            try await forms.delete(form.id, by: visit.principal)
        } catch Refusal.conflict(.formInUse) {
            return try await confirmDeletion(of: form, visit, status: .conflict)
        }
        let text = renderer.wording(visit)("forms.done.deleted", ["name": form.title])
        return .redirect(to: form.path, notice: Notice(.good, text))
    }

    /// Goes back to a version, or brings a deleted form back when none is named.
    @Sendable func restore(_ visit: Visit, _ id: Matou.Form.ID) async throws -> Response {
        let wording = renderer.wording(visit)
        let sent = try visit.request.form()
        if let version = sent.first("version").flatMap(Int.init) {
            let form = try await forms.goBack(
                id, to: version, ifVersion: sent.first("present").flatMap(Int.init),
                by: visit.principal)
            let words = wording("revisions.done.back", ["version": String(version)])
            return .redirect(to: form.path + "/revisions", notice: Notice(.good, words))
        }
        let form = try await forms.restore(id, by: visit.principal)
        let words = wording("forms.done.restored", ["name": form.title])
        return .redirect(to: form.path, notice: Notice(.good, words))
    }

    private struct DeletedView: Sendable {
        let rows: [Row]
        let hasRows: Bool
        let pager: Pager?

        struct Row: Sendable {
            let path: String
            let title: String
            let deleted: String
            let by: String
            let restorePath: String?
        }
    }

    @Sendable func deleted(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        let page = try await forms.deletedPage(
            after: visit.cursor(of: Matou.Form.deletedSort), for: visit.principal)
        let names = try await installation.members.names(
            of: Set(page.elements.compactMap(\.deletedBy)), for: visit.principal)
        let now = installation.clock.now()
        let mayRestore = visit.principal.role >= .editor
        let rows = page.elements.map { form in
            DeletedView.Row(
                path: form.path, title: form.title,
                deleted: form.deletedAt.map { wording.date($0, now: now) } ?? "",
                by: form.deletedBy.map { names[$0] ?? $0 } ?? "",
                restorePath: mayRestore ? form.path + "/restorations" : nil)
        }
        let view = DeletedView(
            rows: rows, hasRows: !rows.isEmpty,
            pager: Pager(page.next, at: PageAddress(visit.request, keeping: ["cursor"])))
        return try await renderer.page(
            "forms/deleted", view, title: wording("forms.deleted"), in: visit)
    }
}
