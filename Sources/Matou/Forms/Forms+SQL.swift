import Foundation
package import SQL

extension Connection {
    func insert(
        _ id: Form.ID, slug: String, _ draft: Form.Draft, by principal: Principal,
        at time: Timestamp
    ) throws {
        try run(
            """
            INSERT INTO forms (workspace_id, id, slug, title, title_folded, description, fields,
                submit_label, is_open, created_by, created_at, updated_by, updated_at, version)
            VALUES (\(principal.workspace), \(id), \(slug), \(draft.title),
                \(draft.title.folded()), \(draft.description), \(try StoredJSON.text(draft.fields)), \(draft.submitLabel),
                \(draft.isOpen), \(principal.actor), \(time), \(principal.actor), \(time), 1)
            """)
    }

    func update(
        _ id: Form.ID, _ draft: Form.Draft, by principal: Principal, at time: Timestamp
    ) throws {
        try run(
            """
            UPDATE forms SET title = \(draft.title), title_folded = \(draft.title.folded()),
                description = \(draft.description), fields = \(try StoredJSON.text(draft.fields)), submit_label = \(draft.submitLabel),
                is_open = \(draft.isOpen), updated_by = \(principal.actor),
                updated_at = \(time), version = version + 1
            WHERE workspace_id = \(principal.workspace) AND id = \(id) AND deleted_at IS NULL
            """)
    }

    func deleteForm(_ id: Form.ID, by principal: Principal, at time: Timestamp) throws {
        try run(
            """
            UPDATE forms SET deleted_at = \(time), deleted_by = \(principal.actor),
                version = version + 1
            WHERE workspace_id = \(principal.workspace) AND id = \(id) AND deleted_at IS NULL
            """)
    }

    func restoreForm(_ id: Form.ID, by principal: Principal, at time: Timestamp) throws {
        try run(
            """
            UPDATE forms SET deleted_at = NULL, deleted_by = NULL,
                updated_by = \(principal.actor), updated_at = \(time), version = version + 1
            WHERE workspace_id = \(principal.workspace) AND id = \(id)
            """)
    }

    /// The form, unless it was deleted.
    func form(_ id: Form.ID, in workspace: Workspace.ID) throws -> Form? {
        let found = try form(evenDeleted: id, in: workspace)
        return found?.deletedAt == nil ? found : nil
    }

    func form(evenDeleted id: Form.ID, in workspace: Workspace.ID) throws -> Form? {
        try row(
            """
            SELECT \(fragment: formColumns) FROM forms
            WHERE workspace_id = \(workspace) AND id = \(id)
            """
        ).map(Form.init)
    }

    /// The form of a public address and its workspace: the slug leads to it, whatever workspace.
    func form(slug: String) throws -> (form: Form, workspace: Workspace.ID)? {
        try row(
            """
            SELECT \(fragment: formColumns), workspace_id FROM forms
            WHERE slug = \(slug) AND deleted_at IS NULL
            """
        ).map { (try Form($0), try $0.get("workspace_id")) }
    }

    func forms(
        titled title: String = "", after cursor: Cursor?, limit: Int,
        in workspace: Workspace.ID
    ) throws -> Page<Form> {
        let after: Statement =
            try cursor.map { "AND \(fragment: try $0.rows(below: "created_at"))" } ?? ""
        let named = titleCondition(title).map { "AND \(fragment: $0)" as Statement } ?? ""
        let forms = try rows(
            """
            SELECT \(fragment: formColumns) FROM forms
            WHERE workspace_id = \(workspace) AND deleted_at IS NULL \(fragment: named)
                \(fragment: after)
            ORDER BY created_at DESC, id DESC LIMIT \(limit + 1)
            """
        ).map(Form.init)
        return Page(forms, limit: limit) {
            Cursor(sort: Form.sort, at: $0.createdAt, id: $0.id.text)
        }
    }

    /// The contact of what was sent with this key before, and without a scan.
    func unproven(with key: ContactKey, in workspace: Workspace.ID) throws -> Contact.ID? {
        try holders(of: key, in: workspace).first { $0.follower == nil }
    }

    func deletedForms(
        after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws -> Page<Form> {
        let after: Statement =
            try cursor.map { "AND \(fragment: try $0.rows(below: "deleted_at"))" } ?? ""
        let forms = try rows(
            """
            SELECT \(fragment: formColumns) FROM forms
            WHERE workspace_id = \(workspace) AND deleted_at IS NOT NULL \(fragment: after)
            ORDER BY deleted_at DESC, id DESC LIMIT \(limit + 1)
            """
        ).map(Form.init)
        return Page(forms, limit: limit) {
            Cursor(
                sort: Form.deletedSort, key: String($0.deletedAt?.milliseconds ?? 0),
                id: $0.id.text)
        }
    }

    /// - Parameters:
    ///   - way: the link or the page that it came by.
    ///   - number: which of the submissions by that way it is, from 1.
    /// - Returns: false when another of that number was kept meanwhile.
    func insert(
        _ submission: FormSubmission, by way: String, number: Int, in workspace: Workspace.ID
    ) throws -> Bool {
        let follower = submission.contact.follower
        let once = "\(way) \(number)"
        let added = try run(
            """
            INSERT INTO form_submissions (workspace_id, id, form_id, once, way, page, contact_id,
                account_id, openid, code_id, submitted_at)
            VALUES (\(workspace), \(submission.id), \(submission.form), \(once),
                \(way), \(submission.page), \(submission.contact), \(follower?.account), \(follower?.openid),
                \(submission.code), \(submission.submittedAt))
            ON CONFLICT (workspace_id, form_id, once) DO NOTHING
            """)
        guard added == 1 else { return false }
        for (field, values) in submission.answers {
            for (position, value) in values.enumerated() {
                try run(
                    """
                    INSERT INTO form_answers
                        (workspace_id, submission_id, field_id, position, value)
                    VALUES (\(workspace), \(submission.id), \(field), \(position), \(value))
                    """)
            }
        }
        return true
    }

    /// - Parameters:
    ///   - form: nil for any.
    ///   - code: nil for any and none.
    ///   - contacts: nil for anybody.
    func submissions(
        of form: Form.ID? = nil, by code: QRCode.ID? = nil, from contacts: [Contact.ID]?,
        after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws -> Page<FormSubmission> {
        var conditions: [Statement] = ["workspace_id = \(workspace)"]
        if let form { conditions.append("form_id = \(form)") }
        if let code { conditions.append("code_id = \(code)") }
        if let contacts { conditions.append("contact_id IN \(list: contacts)") }
        if let cursor {
            conditions.append(try cursor.rows(below: "submitted_at"))
        }
        let rows = try rows(
            """
            SELECT \(fragment: submissionColumns) FROM form_submissions
            WHERE \(fragment: conditions.joined(separator: " AND "))
            ORDER BY submitted_at DESC, id DESC LIMIT \(limit + 1)
            """)
        let submissions = try submissions(rows, in: workspace)
        return Page(submissions, limit: limit) {
            Cursor(
                sort: FormSubmission.sort, at: $0.submittedAt,
                id: $0.id.text)
        }
    }

    /// What was sent with a form by one link or one drawing of its page, the latest first.
    func submissions(
        by way: String, to form: Form.ID, in workspace: Workspace.ID
    ) throws -> [FormSubmission] {
        let rows = try rows(
            """
            SELECT \(fragment: submissionColumns) FROM form_submissions
            WHERE workspace_id = \(workspace) AND form_id = \(form) AND way = \(way)
            ORDER BY submitted_at DESC, id DESC LIMIT \(Forms.perWay)
            """)
        return try submissions(rows, in: workspace)
    }

    func codeNames(
        of ids: [QRCode.ID], in workspace: Workspace.ID
    ) throws -> [QRCode.ID: String] {
        let rows = try rows(
            """
            SELECT id, name FROM qr_codes
            WHERE workspace_id = \(workspace) AND id IN \(list: ids)
            """)
        var names: [QRCode.ID: String] = [:]
        for row in rows { names[try row.get("id")] = try row.get("name") }
        return names
    }

    func submissionCount(from contacts: [Contact.ID], in workspace: Workspace.ID) throws -> Int {
        try value(
            """
            SELECT COUNT(*) AS submissions FROM form_submissions
            WHERE workspace_id = \(workspace) AND contact_id IN \(list: contacts)
            """) ?? 0
    }

    /// Submissions by id.
    func submissions(
        _ ids: [FormSubmission.ID], in workspace: Workspace.ID
    ) throws -> [FormSubmission.ID: FormSubmission] {
        let rows = try rows(
            """
            SELECT \(fragment: submissionColumns) FROM form_submissions
            WHERE workspace_id = \(workspace) AND id IN \(list: ids)
            """)
        let found = try submissions(rows, in: workspace)
        return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func submissions(
        _ rows: [Row], in workspace: Workspace.ID
    ) throws -> [FormSubmission] {
        let ids: [String] = try rows.map { try $0.get("id") }
        var answers: [String: [String: [String]]] = [:]
        for row in try self.rows(
            """
            SELECT submission_id, field_id, value FROM form_answers
            WHERE workspace_id = \(workspace) AND submission_id IN \(list: ids)
            ORDER BY submission_id, field_id, position
            """)
        {
            let field: String = try row.get("field_id")
            answers[try row.get("submission_id"), default: [:]][field, default: []].append(
                try row.get("value"))
        }
        return try rows.map { row in
            let id: FormSubmission.ID = try row.get("id")
            return FormSubmission(
                id: id, form: try row.get("form_id"), contact: try row.get("contact_id"),
                code: try row.optional("code_id"), submittedAt: try row.get("submitted_at"),
                page: try row.get("page"), answers: answers[id.text] ?? [:])
        }
    }
}

private let submissionColumns: Statement = """
    id, form_id, contact_id, code_id, submitted_at, page
    """

private let formColumns: Statement = """
    id, slug, title, description, fields, submit_label, is_open, created_by, created_at,
    updated_by, updated_at, version, deleted_at, deleted_by
    """

extension Form {
    fileprivate init(_ row: Row) throws {
        id = try row.get("id")
        slug = try row.get("slug")
        title = try row.get("title")
        description = try row.get("description")
        let json: String = try row.get("fields")
        fields = try StoredJSON.value([Form.Field].self, of: json)
        submitLabel = try row.get("submit_label")
        isOpen = try row.get("is_open")
        createdBy = try row.get("created_by")
        createdAt = try row.get("created_at")
        updatedBy = try row.get("updated_by")
        updatedAt = try row.get("updated_at")
        version = try row.get("version")
        deletedAt = try row.optional("deleted_at")
        deletedBy = try row.optional("deleted_by")
    }
}

extension Form: Revised {
    package static var revisionKind: Revision.Kind { .form }

    package static func isKnown(
        _ id: Form.ID, on connection: any Connection, in workspace: Workspace.ID
    ) throws -> Bool {
        try connection.form(evenDeleted: id, in: workspace) != nil
    }
}
