import HTTP
import Matou

/// `/f/{slug}`: a form as whoever gets its link sees it.
struct PublicFormPages: Pages {
    let forms: Forms
    let renderer: PageRenderer

    /// As many long answers as a form has fields, with each of their bytes escaped.
    private static let bodyBytesMax =
        PageRoute.openBytesMax + Matou.Form.fieldsMax * FormSubmission.textareaLimit * 4 * 3

    var routes: [PageRoute] {
        [
            .open(.get, "/f/{slug}", show),
            .open(.post, "/f/{slug}", submit, bodyBytesMax: Self.bodyBytesMax),
        ]
    }

    private struct View: Sendable {
        /// Who asks.
        let workspace: String
        let title: String
        let description: String?
        let closed: String?
        let thanks: String?
        let sheet: Sheet?
    }

    private struct Sheet: Sendable {
        let path: String
        let problem: Notice?
        let stamp: String
        let token: String?
        let fields: [FormInput]
        let submit: String
    }

    @Sendable private func show(_ visit: PublicVisit, _ slug: String) async throws -> Response {
        let (form, workspace) = try await found(slug)
        return try draw(form, of: workspace, token: visit.request.query("t"), visit)
    }

    @Sendable private func submit(_ visit: PublicVisit, _ slug: String) async throws -> Response {
        let (form, workspace) = try await found(slug)
        let sent = try visit.request.form()
        let answers = form.fields.map { ($0.id, sent.all("answer_\($0.id)")) }
        let sheet = FormSheet(
            answers: Dictionary(answers, uniquingKeysWith: { first, _ in first }),
            token: sent.first("t"), stamp: sent.first("stamp") ?? "",
            trap: sent.first("website") ?? "", address: visit.request.clientAddress)
        do {
            try await forms.submit(sheet, to: form.slug)
        } catch Refusal.invalid(let faults) {
            return try draw(
                form, of: workspace, answers: sheet.answers, token: sheet.token, faults: faults,
                visit,
                status: .unprocessableContent)
        }
        let wording = renderer.wording(visit)
        let view = View(
            workspace: workspace, title: form.title, description: nil, closed: nil,
            thanks: wording("forms.thanks"),
            sheet: nil)
        return try renderer.publicPage("public/form", view, title: form.title, in: visit)
    }

    private func draw(
        _ form: Matou.Form, of workspace: String, answers: [String: [String]] = [:], token: String?,
        faults: [FieldFault] = [], _ visit: PublicVisit, status: Status = .ok
    ) throws -> Response {
        let wording = renderer.wording(visit)
        let malformed = Set(faults.filter { $0.code == .malformed }.map(\.field))
        let errors = FaultTexts(faults, wording)
        let isStale = faults.contains { $0.field == "stamp" }
        let problem =
            isStale
            ? Notice(.warn, wording("forms.again")) : Notice(faults: faults, wording)
        let sheet = Sheet(
            path: "/f/\(form.slug)", problem: problem, stamp: try forms.stamp(for: form),
            token: token,
            fields: form.fields.map { field in
                let place = "answers.\(field.id)"
                let own = "forms.invalid.\(field.kind.rawValue)"
                let error =
                    malformed.contains(place) && wording.locales.has(own)
                    ? wording(own) : errors[place]
                return FormInput(field, answers[field.id] ?? [], error: error)
            },
            submit: form.submitLabel.isEmpty ? wording("forms.submit") : form.submitLabel)
        let view = View(
            workspace: workspace, title: form.title, description: form.description.nilIfEmpty,
            closed: form.isOpen ? nil : wording("forms.closed"), thanks: nil,
            sheet: form.isOpen ? sheet : nil)
        return try renderer.publicPage(
            "public/form", view, title: form.title, in: visit, status: status)
    }

    /// - Throws: `DeadLink`.
    private func found(_ slug: String) async throws -> (form: Matou.Form, workspace: String) {
        guard let found = try await forms.find(slug: slug) else { throw DeadLink.form }
        return found
    }
}
