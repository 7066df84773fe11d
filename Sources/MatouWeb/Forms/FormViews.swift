import HTTP
import Matou

/// The list of forms, as its template shows it.
struct FormListView: Sendable {
    let newPath: String?
    let rows: [Row]
    let hasRows: Bool
    let pager: Pager?

    struct Row: Sendable {
        let path: String
        let title: String
        let fields: String
        let state: Chip
        let link: Copyable
        let updated: String
    }

    init(
        _ page: Page<Matou.Form>, _ settings: SiteSettings, mayEdit: Bool, address: PageAddress,
        now: Timestamp, _ wording: Wording
    ) {
        newPath = mayEdit ? "/forms/new" : nil
        rows = page.elements.map { form in
            Row(
                path: form.path, title: form.title, fields: form.fields.map(\.label).listed,
                state: Chip(form, wording),
                link: Copyable(
                    label: wording("forms.link"), text: settings.publicURL(of: form)),
                updated: wording.date(form.updatedAt, now: now))
        }
        hasRows = !rows.isEmpty
        pager = Pager(page.next, at: address)
    }
}

/// The page of a form: its link, and what people sent.
struct FormView: Sendable {
    let title: String
    let state: Chip
    let publicPath: String
    let link: Copyable
    let editPath: String?
    let deletePath: String?
    /// Nil while there is nothing to export.
    let exportPath: String?
    let columns: [String]
    let rows: [Row]
    let hasRows: Bool
    let pager: Pager?

    struct Row: Sendable {
        let submitted: String
        let contactPath: String
        /// One for each column.
        let answers: [String]
    }

    init(
        _ form: Matou.Form, _ page: Page<FormSubmission>, _ settings: SiteSettings,
        mayEdit: Bool, address: PageAddress, _ wording: Wording
    ) {
        title = form.title
        state = Chip(form, wording)
        publicPath = "/f/\(form.slug)"
        link = Copyable(label: wording("forms.link"), text: settings.publicURL(of: form))
        editPath = mayEdit ? form.path + "/edit" : nil
        deletePath = mayEdit ? form.path + "/delete" : nil
        exportPath = page.elements.isEmpty ? nil : form.path + "/export"
        columns = form.fields.map(\.label)
        rows = page.elements.map { submission in
            Row(
                submitted: wording.exact(submission.submittedAt),
                contactPath: submission.contact.path,
                answers: form.fields.map { submission.answers[$0.id]?.listed ?? "" })
        }
        hasRows = !rows.isEmpty
        pager = Pager(page.next, at: address)
    }
}

/// The editor of a form, with how it looks in a phone.
struct FormEditorView: Sendable {
    let path: String
    let heading: String
    let problem: Notice?
    let version: String?
    let form: [String: FormField]
    let isOpen: Bool
    let fieldsError: String?
    let fields: [Line]
    let preview: Preview

    struct Line: Sendable {
        let number: Int
        let id: String
        let label: String
        let kinds: [Choice]
        let options: String
        let isRequired: Bool
        let isKey: Bool
        let isName: Bool
        let error: String?
    }

    struct Preview: Sendable {
        let title: String
        let description: String
        let fields: [FormInput]
    }

    init(
        _ editor: FormEditor, path: String, heading: String, faults: [FieldFault],
        problem: Notice?, _ wording: Wording
    ) {
        let errors = FaultTexts(faults, wording, form: "forms")
        self.path = path
        self.heading = heading
        self.problem = problem ?? Notice(faults: faults, wording)
        version = editor.version.map(String.init)
        form = [
            "title": .init("title", editor.title, errors),
            "description": .init("description", editor.description, errors),
            "submit_label": .init("submit_label", editor.submitLabel, errors),
        ]
        isOpen = editor.isOpen
        fieldsError = errors["fields"]
        fields = editor.fields.enumerated().map { index, line in
            Line(index, line, errors, wording)
        }
        preview = Preview(
            title: editor.title, description: editor.description,
            fields: editor.fields.map { FormInput($0.field, [], error: nil) })
    }
}

extension FormEditorView.Line {
    fileprivate init(
        _ index: Int, _ line: FormEditor.Line, _ errors: FaultTexts, _ wording: Wording
    ) {
        number = index + 1
        id = line.id
        label = line.label
        kinds = Matou.Form.Field.Kind.allCases.map {
            Choice(
                $0.rawValue, wording("forms.kind.\($0.rawValue)"),
                isSelected: $0.rawValue == line.kind)
        }
        options = line.options
        isRequired = line.isRequired
        isKey = line.role == .key
        isName = line.role == .name
        error =
            ["label", "kind", "options", "role", "id"].compactMap {
                errors["fields.\(index).\($0)"]
            }.first
    }
}

extension Chip {
    fileprivate init(_ form: Matou.Form, _ wording: Wording) {
        self.init(
            wording(form.isOpen ? "forms.open" : "forms.shut"), form.isOpen ? .good : .plain)
    }
}

extension Pager {
    /// Of a list that is not counted; nil when all of it is on this page.
    init?(_ next: Cursor?, at address: PageAddress) {
        if next == nil, !address.hasCursor { return nil }
        self.init(
            total: "", sizes: [],
            firstPath: address.hasCursor ? address.with("cursor", nil).text : nil,
            nextPath: next.map { address.with("cursor", $0.text).text })
    }
}
