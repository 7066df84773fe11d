import SQL

/// A form as a reply shows it: its title, and where its public page is.
package struct FormLink: Sendable, Equatable {
    package let id: String
    package let title: String
    package let slug: String
}

extension Connection {
    /// A form of the workspace that people can open; nil when there is none of that id.
    func form(_ id: String, in workspace: Workspace.ID) throws -> FormLink? { nil }

    func forms(limit: Int, in workspace: Workspace.ID) throws -> [FormLink] { [] }
}
