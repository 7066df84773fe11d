import SQL

/// A form with everything that some submissions have answered of it.
package struct AnsweredForm: Sendable, Equatable {
    package let form: Form
    /// Fields that the form had when it was answered, as its latest version with them says.
    package let formerFields: [Form.Field]
}

extension Forms {
    /// The forms that were sent, deleted ones too.
    package func answered(
        by submissions: [FormSubmission], for principal: Principal
    ) async throws -> [Form.ID: AnsweredForm] {
        let workspace = principal.workspace
        return try await database.read { connection in
            var forms: [Form.ID: AnsweredForm] = [:]
            for (id, sent) in Dictionary(grouping: submissions, by: \.form) {
                guard let form = try connection.form(evenDeleted: id, in: workspace) else {
                    continue
                }
                let present = Set(form.fields.map(\.id))
                let lost = Set(sent.flatMap(\.answers.keys)).subtracting(present)
                forms[id] = AnsweredForm(
                    form: form,
                    formerFields: try connection.formerFields(lost, of: id, in: workspace))
            }
            return forms
        }
    }
}

/// Versions that are looked through: a field that was dropped longer ago has no name.
private let versionsMax = 200

extension Connection {
    /// Whether the form has the field, or one of its versions had.
    func hasField(
        _ id: String, everOn form: Form.ID, in workspace: Workspace.ID
    ) throws -> Bool {
        let present = try self.form(evenDeleted: form, in: workspace)?.fields ?? []
        return try present.contains { $0.id == id }
            || !formerFields([id], of: form, in: workspace).isEmpty
    }

    fileprivate func formerFields(
        _ ids: Set<String>, of form: Form.ID, in workspace: Workspace.ID
    ) throws -> [Form.Field] {
        guard !ids.isEmpty else { return [] }
        var left = ids
        var fields: [Form.Field] = []
        for revision in try revisions(
            RevisionFilter(kind: .form, objectID: form.text), after: nil,
            limit: versionsMax, in: workspace)
        {
            guard let before = revision.before else { continue }
            for field in try Form.Draft(snapshot: before).fields
            where left.remove(field.id) != nil {
                fields.append(field)
            }
            if left.isEmpty { break }
        }
        return fields
    }
}
