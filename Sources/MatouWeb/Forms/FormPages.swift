import HTTP
import Matou

/// `/forms`: making forms, and what people sent.
struct FormPages: Pages {
    let installation: Installation
    let settings: SiteSettings
    let renderer: PageRenderer

    var forms: Forms { installation.forms }

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/forms", list),
            PageRoute(.get, "/forms/new", new, for: .editor),
            PageRoute(.post, "/forms", create, for: .editor),
            PageRoute(.get, "/forms/deleted", deleted),
            PageRoute(.get, "/forms/picker", picker, for: .editor),
            PageRoute(.get, "/forms/{id}", show),
            PageRoute(.get, "/forms/{id}/edit", edit, for: .editor),
            PageRoute(.post, "/forms/{id}", change, for: .editor),
            PageRoute(.get, "/forms/{id}/delete", confirmDeletion, for: .editor),
            PageRoute(.post, "/forms/{id}/delete", delete, for: .editor),
            PageRoute(.post, "/forms/{id}/restorations", restore, for: .editor),
        ]
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        let title = visit.text("q")
        let page = try await forms.page(
            titled: title,
            after: visit.cursor(of: Matou.Form.sort), for: visit.principal)
        let view = FormListView(
            page, title: title, settings, mayEdit: visit.principal.role >= .editor,
            address: PageAddress(visit.request, keeping: ["q", "cursor"]),
            now: installation.clock.now(), wording)
        return try await renderer.page(
            "forms/index", view, title: wording("forms.title"), in: visit)
    }

    /// What the reply editor's dialog shows.
    @Sendable private func picker(_ visit: Visit) async throws -> Response {
        let title = visit.text("q")
        let page = try await forms.page(
            titled: title, after: visit.cursor(of: Matou.Form.sort), limit: 24,
            for: visit.principal)
        let wording = renderer.wording(visit)
        let view = PickerView(
            "/forms/picker", page.elements.map { Tile($0, wording) }, next: page.next, name: title)
        return try renderer.fragment("materials/picker", view, in: visit)
    }

    @Sendable private func show(_ visit: Visit, _ id: Matou.Form.ID) async throws -> Response {
        let form = try await forms.find(evenDeleted: id, for: visit.principal)
        let code: QRCode.ID? = visit.query("code")
        let contact: Contact.ID? = visit.query("contact")
        let page = try await forms.submissions(
            of: form.id, by: code, from: contact,
            after: visit.cursor(of: FormSubmission.sort), for: visit.principal)
        let view = FormView(
            form, page, codes: try await forms.codeNames(of: page.elements, for: visit.principal),
            uses: try await forms.uses(
                of: form.id, after: visit.usesCursor, for: visit.principal), settings,
            mayEdit: visit.principal.role >= .editor,
            address: PageAddress(
                visit.request, keeping: ["code", "contact", "cursor", ReplyUsesView.place]),
            renderer.wording(visit))
        return try await renderer.page("forms/show", view, title: form.title, in: visit)
    }

    @Sendable private func new(_ visit: Visit) async throws -> Response {
        try await draw(FormEditor(renderer.wording(visit)), nil, visit)
    }

    @Sendable private func edit(_ visit: Visit, _ id: Matou.Form.ID) async throws -> Response {
        let form = try await forms.find(id, for: visit.principal)
        return try await draw(FormEditor(form), form, visit)
    }

    @Sendable private func create(_ visit: Visit) async throws -> Response {
        try await save(nil, visit) { editor in
            try await forms.create(editor.draft, by: visit.principal)
        }
    }

    @Sendable private func change(_ visit: Visit, _ id: Matou.Form.ID) async throws -> Response {
        let form = try await forms.find(id, for: visit.principal)
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
        let fresh = "f" + installation.randomness.alphanumeric(8).lowercased()
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
}

extension Matou.Form {
    var path: String { "/forms/\(id)" }
}

extension SiteSettings {
    func publicURL(of form: Matou.Form) -> String { "\(publicURL)/f/\(form.slug)" }
}
