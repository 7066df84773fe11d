package import SQL
package import Sheets

/// What people sent with a form: a row for each, a column for each field that the form has now.
package struct FormSubmissionsExport: ExportKind {
    package static let name = "form_submissions"

    let form: Form.ID
    /// Of the form when the export was asked for: its files agree in their columns.
    let fields: [Form.Field]

    package init(of form: Form) {
        self.form = form.id
        fields = form.fields
    }

    package func heads(in context: ExportContext) -> [String] {
        context.heads(["submitted", "contact-id", "openid", "code"]) + fields.map(\.label)
    }

    package func fileName(
        on connection: any Connection, for principal: Principal, title: String
    ) throws -> String {
        guard let found = try connection.form(form, in: principal.workspace) else {
            throw Refusal.missing
        }
        return "\(found.title) \(title)"
    }

    package func eachKey(
        on connection: any Connection, in context: ExportContext,
        _ body: (String) throws -> Bool
    ) throws {
        try connection.eachKey(
            """
            SELECT id FROM form_submissions
            WHERE workspace_id = \(context.workspace.id) AND form_id = \(form)
            ORDER BY submitted_at, id
            """, body)
    }

    package func rows(
        of keys: [String], on connection: any Connection, in context: ExportContext
    ) throws -> [[Cell]] {
        let workspace = context.workspace.id
        let sent = try connection.submissions(keys.map(FormSubmission.ID.init), in: workspace)
        let codes = try connection.codeNames(Set(sent.values.compactMap(\.code)), in: workspace)
        let people = try connection.contacts(
            named: Array(Set(sent.values.map(\.contact))), in: workspace)
        return keys.compactMap { key in
            guard let submission = sent[FormSubmission.ID(key)] else { return nil }
            let contact = people[submission.contact]?.id ?? submission.contact
            return [
                context.time(submission.submittedAt),
                .text(submission.isErased ? context.text("exports.erased") : contact.text),
                Cell(submission.contact.follower?.openid),
                Cell(submission.code.flatMap { codes[$0] }?.name),
            ] + fields.map { Cell(submission.answers[$0.id]?.joined(separator: ", ")) }
        }
    }
}
