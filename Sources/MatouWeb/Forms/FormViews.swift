import HTTP
import Matou

/// The list of forms, as its template shows it.
struct FormListView: Sendable {
    let newPath: String?
    /// What the list is narrowed to.
    let title: String
    let isNarrowed: Bool
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
        _ page: Page<Matou.Form>, title: String, _ settings: SiteSettings, mayEdit: Bool,
        address: PageAddress,
        now: Timestamp, _ wording: Wording
    ) {
        newPath = mayEdit ? "/forms/new" : nil
        self.title = title
        isNarrowed = !title.isEmpty
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

/// The page of a form: its link, which codes send it, and what people sent.
struct FormView: Sendable {
    let title: String
    let path: String
    let state: Chip
    let warning: Notice?
    /// Nil once it is deleted, as are the others that need its page.
    let publicPath: String?
    let link: Copyable?
    /// A code whose reply begins with it.
    let newCodePath: String?
    let editPath: String?
    let deletePath: String?
    let restorePath: String?
    let preview: FormPreview
    let uses: ReplyUsesView
    /// What the submissions are narrowed to, and where all of them are.
    let filter: Link?
    /// Nil while there is nothing to export.
    let exportPath: String?
    let columns: [String]
    let rows: [Row]
    let hasRows: Bool
    let pager: Pager?

    struct Row: Sendable {
        let submitted: String
        /// Nil for a contact who was erased.
        let contact: ContactLinks?
        /// Its name, and the submissions that came by it.
        let code: Link?
        /// One for each column, under its name.
        let answers: [FactRow]
    }

    struct ContactLinks: Sendable {
        let path: String
        /// The name that was given, if the form asks for one.
        let label: String
        let samePath: String
    }

    init(
        _ form: Matou.Form, _ page: Page<FormSubmission>, codes: [QRCode.ID: String],
        uses: Page<ReplyUse>, _ settings: SiteSettings, mayEdit: Bool, address: PageAddress,
        _ wording: Wording
    ) {
        let isDeleted = form.deletedAt != nil
        let mayChange = mayEdit && !isDeleted
        title = form.title
        path = form.path
        state = Chip(form, wording)
        warning =
            form.isOpen || isDeleted || uses.elements.isEmpty
            ? nil : Notice(.warn, wording("forms.shut-in-use"))
        publicPath = isDeleted ? nil : "/f/\(form.slug)"
        link =
            isDeleted
            ? nil : Copyable(label: wording("forms.link"), text: settings.publicURL(of: form))
        newCodePath = mayChange && form.isOpen ? "/qr-codes/new?form=\(form.id)" : nil
        preview = FormPreview(
            title: form.title, description: form.description, fields: form.fields)
        editPath = mayChange ? form.path + "/edit" : nil
        deletePath = mayChange ? form.path + "/delete" : nil
        restorePath = mayEdit && isDeleted ? form.path + "/restorations" : nil
        self.uses = ReplyUsesView(uses, at: address)
        let narrowed = address["code"].map { codes[QRCode.ID($0)] ?? $0 }
        filter = (narrowed ?? address["contact"].map { _ in wording("forms.of-contact") })
            .map { Link(path: form.path, label: $0) }
        exportPath = page.elements.isEmpty ? nil : form.path + "/export"
        columns = form.fields.map(\.label)
        let start = PageAddress(form.path)
        let name = form.fields.first { $0.role == .name }?.id
        rows = page.elements.map { submission in
            Row(
                submitted: wording.exact(submission.submittedAt),
                contact: submission.isErased
                    ? nil
                    : ContactLinks(
                        path: submission.contact.path,
                        label: name.flatMap { submission.answers[$0]?.listed.nilIfEmpty }
                            ?? wording("forms.see-contact"),
                        samePath: start.with("contact", submission.contact.text).text),
                code: submission.code.map { code in
                    Link(path: start.with("code", code.text).text, label: codes[code] ?? code.text)
                },
                answers: form.fields.map {
                    FactRow(label: $0.label, text: submission.answers[$0.id]?.listed ?? "—")
                })
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
    /// Whether a field gives the contact its name.
    let hasName: Bool
    let preview: FormPreview

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
        hasName = editor.fields.contains { $0.role == .name }
        preview = FormPreview(
            title: editor.title, description: editor.description,
            fields: editor.fields.map(\.field))
    }
}

/// How a form looks in a phone: forms/preview.
struct FormPreview: Sendable {
    let title: String
    let description: String
    let fields: [FormInput]

    init(title: String, description: String, fields: [Matou.Form.Field]) {
        self.title = title
        self.description = description
        self.fields = fields.map { FormInput($0, [], error: nil) }
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
        if form.deletedAt != nil {
            self.init(wording("forms.state.deleted"), .bad)
        } else {
            self.init(
                wording(form.isOpen ? "forms.open" : "forms.shut"), form.isOpen ? .good : .plain)
        }
    }
}
