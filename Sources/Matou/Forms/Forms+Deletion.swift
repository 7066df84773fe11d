import SQL

/// Deleting forms, and bringing them back.
extension Forms {
    /// Takes a form out of the lists and closes its page. What was sent stays with the contacts.
    ///
    /// - Throws: `Refusal.conflict(.formInUse)` while a code sends it; `Refusal.stale`;
    ///   `Refusal.missing`; `Refusal.forbidden` below editor.
    package func delete(
        _ id: Form.ID, ifVersion version: Int? = nil, by principal: Principal
    ) async throws {
        try principal.require(.editor)
        let now = clock.now()
        try await database.write { connection in
            let found = try connection.form(id, in: principal.workspace).required(
                ifVersion: version)
            guard
                try connection.uses(of: id.text, limit: 1, in: principal.workspace).elements.isEmpty
            else { throw Refusal.conflict(.formInUse) }
            try connection.deleteForm(id, by: principal, at: now)
            try connection.record(
                .deleted, of: id, from: found, after: nil, by: principal, at: now)
        }
    }

    /// Brings a deleted form back, with its address and what was sent.
    ///
    /// - Throws: `Refusal.missing` when there is no such form; `Refusal.conflict(.formNotDeleted)`;
    ///   `Refusal.forbidden` below editor.
    package func restore(_ id: Form.ID, by principal: Principal) async throws -> Form {
        try principal.require(.editor)
        let now = clock.now()
        return try await database.write { connection in
            guard let found = try connection.form(evenDeleted: id, in: principal.workspace) else {
                throw Refusal.missing
            }
            guard found.deletedAt != nil else { throw Refusal.conflict(.formNotDeleted) }
            try connection.restoreForm(id, by: principal, at: now)
            try connection.record(
                .restored, of: id, from: found, after: Form.Draft(found), by: principal, at: now)
            return try connection.form(id, in: principal.workspace) ?? found
        }
    }

    /// - Throws: `Refusal.missing` for a form that never was.
    package func find(evenDeleted id: Form.ID, for principal: Principal) async throws -> Form {
        let found = try await database.read {
            try $0.form(evenDeleted: id, in: principal.workspace)
        }
        guard let found else { throw Refusal.missing }
        return found
    }

    /// The deleted forms, the last deletion first.
    package func deletedPage(
        after cursor: Cursor? = nil, limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> Page<Form> {
        try await database.read {
            try $0.deletedForms(after: cursor, limit: limit, in: principal.workspace)
        }
    }
}

extension Form {
    /// The order of the list of deleted forms.
    package static let deletedSort = "-deleted_at"
}

extension Connection {
    /// Notes what was done to a form, as what it is now or as what it was found.
    func record(
        _ action: Revision.Action, of id: Form.ID, from found: Form? = nil,
        after draft: Form.Draft?, by principal: Principal, at time: Timestamp
    ) throws {
        try record(
            FreshRevision(
                action: action, kind: .form, objectID: id.text,
                objectName: draft?.title ?? found?.title ?? "",
                version: found.map { $0.version + 1 } ?? 1,
                before: found.map { Form.Draft($0) }, after: draft),
            by: principal, at: time)
    }
}
