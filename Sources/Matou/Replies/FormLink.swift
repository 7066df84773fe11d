import SQL

/// A form as a reply shows it: its title, and where its public page is.
package struct FormLink: Sendable, Equatable {
    package let id: String
    package let title: String
    /// May be empty.
    package let description: String
    package let slug: String
}

extension Connection {
    /// A form of the workspace; nil when there is none of that id.
    func form(_ id: String, in workspace: Workspace.ID) throws -> FormLink? {
        try form(Form.ID(id), in: workspace).map(FormLink.init)
    }

    /// The latest forms.
    func forms(limit: Int, in workspace: Workspace.ID) throws -> [FormLink] {
        try forms(after: nil, limit: limit, in: workspace).elements.map(FormLink.init)
    }
}

extension FormLink {
    fileprivate init(_ form: Form) {
        self.init(
            id: form.id.text, title: form.title, description: form.description, slug: form.slug)
    }
}
