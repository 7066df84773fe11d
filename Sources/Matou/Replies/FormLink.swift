import SQL

/// A form as a reply shows it: its title, and where its public page is.
package struct FormLink: Sendable, Equatable {
    package let id: Form.ID
    package let title: String
    /// May be empty.
    package let description: String
    package let slug: String
}

extension Connection {
    /// A form of the workspace; nil when there is none of that id.
    func formLink(_ id: Form.ID, in workspace: Workspace.ID) throws -> FormLink? {
        try form(id, in: workspace).map(FormLink.init)
    }

    /// The latest forms.
    func forms(limit: Int, in workspace: Workspace.ID) throws -> [FormLink] {
        try forms(after: nil, limit: limit, in: workspace).elements.map(FormLink.init)
    }
}

extension FormLink {
    fileprivate init(_ form: Form) {
        self.init(
            id: form.id, title: form.title, description: form.description, slug: form.slug)
    }
}
