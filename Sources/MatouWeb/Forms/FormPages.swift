import HTTP
import Matou

/// `/forms`: making forms, and what people sent.
struct FormPages: Pages {
    let installation: Installation
    let settings: SiteSettings
    let renderer: PageRenderer

    private var forms: Forms { installation.forms }

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/forms", list),
            PageRoute(.get, "/forms/new", new, for: .editor),
            PageRoute(.post, "/forms", create, for: .editor),
            PageRoute(.get, "/forms/{id}", show),
            PageRoute(.get, "/forms/{id}/edit", edit, for: .editor),
            PageRoute(.post, "/forms/{id}", change, for: .editor),
            PageRoute(.get, "/forms/{id}/delete", confirmDeletion, for: .editor),
            PageRoute(.post, "/forms/{id}/delete", delete, for: .editor),
        ]
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        let page = try await forms.page(
            after: visit.request.query("cursor").flatMap {
                Cursor(text: $0, sort: Matou.Form.sort)
            }, for: visit.principal)
        let view = FormListView(
            page, settings, mayEdit: visit.principal.role >= .editor,
            address: PageAddress(visit.request, keeping: ["cursor"]),
            now: installation.clock.now(), wording)
        return try await renderer.page(
            "forms/index", view, title: wording("forms.title"), in: visit)
    }

    @Sendable private func show(_ visit: Visit) async throws -> Response {
        let form = try await forms.find(visit.formID, for: visit.principal)
        let page = try await forms.submissions(
            of: form.id,
            after: visit.request.query("cursor").flatMap {
                Cursor(text: $0, sort: FormSubmission.sort)
            }, for: visit.principal)
        let view = FormView(
            form, page, settings, mayEdit: visit.principal.role >= .editor,
            address: PageAddress(visit.request, keeping: ["cursor"]), renderer.wording(visit))
        return try await renderer.page("forms/show", view, title: form.title, in: visit)
    }

    @Sendable private func new(_ visit: Visit) async throws -> Response {
        try await draw(FormEditor(renderer.wording(visit)), nil, visit)
    }

    @Sendable private func edit(_ visit: Visit) async throws -> Response {
        let form = try await forms.find(visit.formID, for: visit.principal)
        return try await draw(FormEditor(form), form, visit)
    }

    @Sendable private func create(_ visit: Visit) async throws -> Response {
        try await save(nil, visit) { editor in
            try await forms.create(editor.draft, by: visit.principal)
        }
    }

    @Sendable private func change(_ visit: Visit) async throws -> Response {
        let form = try await forms.find(visit.formID, for: visit.principal)
        return try await save(form, visit) { editor in
            try await forms.change(
                form.id, to: editor.draft, ifVersion: editor.version, by: visit.principal)
        }
    }

    private func save(
        _ present: Matou.Form?, _ visit: Visit,
        _ body: (FormEditor) async throws -> Matou.Form
    ) async throws -> Response {
        let sent = try visit.request.form()
        var editor = FormEditor(sent)
        let fresh = "f" + Randomness.system.alphanumeric(8).lowercased()
        if editor.edit(as: sent, fresh: fresh) { return try await draw(editor, present, visit) }
        do {
            let form = try await body(editor)
            return .redirect(
                to: form.path, notice: Notice(.good, renderer.wording(visit)("common.saved")))
        } catch Refusal.invalid(let faults) {
            return try await draw(editor, present, faults: faults, visit)
        } catch Refusal.stale(let version) {
            editor.version = version
            let names = try await installation.members.names(
                of: [present?.updatedBy ?? ""], for: visit.principal)
            let words = renderer.wording(visit)(
                "common.problem.conflict",
                ["name": names[present?.updatedBy ?? ""] ?? present?.updatedBy ?? ""])
            return try await draw(editor, present, problem: Notice(.warn, words), visit)
        }
    }

    private func draw(
        _ editor: FormEditor, _ present: Matou.Form?, faults: [FieldFault] = [],
        problem: Notice? = nil, _ visit: Visit
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let heading = wording(present == nil ? "forms.new" : "forms.edit")
        let view = FormEditorView(
            editor, path: present?.path ?? "/forms", heading: heading, faults: faults,
            problem: problem, wording)
        return try await renderer.page(
            "forms/edit", view, title: heading, in: visit,
            status: faults.isEmpty && problem == nil ? .ok : .unprocessableContent)
    }

    private struct DeletionView: Sendable {
        let path: String
        let title: String
        let question: String
        /// Codes that send it: while there are any it stays.
        let uses: Uses?

        struct Uses: Sendable {
            let warning: Notice
            let codes: [Link]
        }
    }

    @Sendable private func confirmDeletion(_ visit: Visit) async throws -> Response {
        try await askDeletion(of: try await forms.find(visit.formID, for: visit.principal), visit)
    }

    private func askDeletion(
        of form: Matou.Form, _ visit: Visit, status: Status = .ok
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let question = wording("forms.delete.question", ["name": form.title])
        let codes = try await forms.uses(of: form.id, for: visit.principal)
        let view = DeletionView(
            path: form.path, title: form.title, question: question,
            uses: codes.isEmpty
                ? nil
                : .init(
                    warning: Notice(.warn, wording("conflict.form_in_use")),
                    codes: codes.map { Link(path: "/qr-codes/\($0.id)", label: $0.name) }))
        return try await renderer.page(
            "forms/delete", view, title: question, in: visit, status: status)
    }

    @Sendable private func delete(_ visit: Visit) async throws -> Response {
        let form = try await forms.find(visit.formID, for: visit.principal)
        do {
            try await forms.delete(form.id, by: visit.principal)
        } catch Refusal.conflict(.formInUse) {
            return try await askDeletion(of: form, visit, status: .conflict)
        }
        let text = renderer.wording(visit)("forms.done.deleted", ["name": form.title])
        return .redirect(to: "/forms", notice: Notice(.good, text))
    }
}

extension Visit {
    fileprivate var formID: Matou.Form.ID { Matou.Form.ID(request.parameter("id")) }
}

extension Matou.Form {
    var path: String { "/forms/\(id)" }
}

extension SiteSettings {
    func publicURL(of form: Matou.Form) -> String { "\(publicURL)/f/\(form.slug)" }
}
