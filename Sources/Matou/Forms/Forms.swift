import SQL

/// Forms: making and changing them, and what people sent.
package struct Forms: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let sealer: Sealer
    let sequence: FactSequence
    let workspaces: WorkspaceZones
    let throttle: Throttle

    /// - Parameter title: part of it, in any case.
    package func page(
        titled title: String = "", after cursor: Cursor? = nil,
        limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> Page<Form> {
        try await database.read {
            try $0.forms(titled: title, after: cursor, limit: limit, in: principal.workspace)
        }
    }

    /// - Throws: `Refusal.missing`.
    package func find(_ id: Form.ID, for principal: Principal) async throws -> Form {
        let found = try await database.read { try $0.form(id, in: principal.workspace) }
        guard let found else { throw Refusal.missing }
        return found
    }

    /// The codes whose replies lead to it, the oldest first.
    package func uses(
        of id: Form.ID, after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<ReplyUse> {
        try await database.read {
            try $0.uses(of: id.text, after: cursor, limit: limit, in: principal.workspace)
        }
    }

    /// - Throws: `Refusal.invalid`; `Refusal.forbidden` below editor.
    package func create(
        _ draft: Form.Draft, once: IdempotencyKey? = nil, by principal: Principal
    ) async throws -> Form {
        try principal.require(.editor)
        if let first: Form.ID = try await database.first(of: once, for: principal) {
            return try await find(first, for: principal)
        }
        let draft = try draft.checked()
        let now = clock.now()
        let fresh = Form.ID.make(at: now, from: randomness)
        let slug = randomness.alphanumeric(10)
        let (id, _) = try await database.write { connection in
            try connection.make(once, by: principal, at: now) {
                try connection.insert(fresh, slug: slug, draft, by: principal, at: now)
                try connection.record(.created, of: fresh, after: draft, by: principal, at: now)
                return fresh
            }
        }
        return try await find(id, for: principal)
    }

    /// A draft that says what is there already changes nothing, the version neither.
    ///
    /// - Parameter version: the version that the change was made on, nil for whichever is there.
    /// - Throws: `Refusal.invalid`; `Refusal.stale`; `Refusal.missing`; `Refusal.forbidden`.
    package func change(
        _ id: Form.ID, to draft: Form.Draft, ifVersion version: Int? = nil, by principal: Principal
    ) async throws -> Form {
        try await change(id, to: draft, ifVersion: version, as: .changed, by: principal)
    }

    private func change(
        _ id: Form.ID, to draft: Form.Draft, ifVersion version: Int?, as action: Revision.Action,
        by principal: Principal
    ) async throws -> Form {
        try principal.require(.editor)
        _ = try await find(id, for: principal)
        let draft = try draft.checked()
        let now = clock.now()
        return try await database.write { connection in
            let found = try connection.form(id, in: principal.workspace).required(
                ifVersion: version)
            if draft == Form.Draft(found) { return found }
            try connection.update(id, draft, by: principal, at: now)
            try connection.record(
                action, of: id, from: found, after: draft, by: principal, at: now)
            return try connection.form(id, in: principal.workspace) ?? found
        }
    }

    /// Makes a new version of a form that is as an earlier one was.
    ///
    /// - Parameters:
    ///   - version: the one to go back to.
    ///   - present: the version that is left, nil for whichever is there.
    /// - Throws: `Refusal.missing` when the version is not known; else as `change`.
    package func goBack(
        _ id: Form.ID, to version: Int, ifVersion present: Int? = nil, by principal: Principal
    ) async throws -> Form {
        let json = try await database.read {
            try $0.snapshot(of: id.text, .form, version: version, in: principal.workspace)
        }
        guard let json else { throw Refusal.missing }
        return try await change(
            id, to: Form.Draft(snapshot: json), ifVersion: present, as: .undone, by: principal)
    }

    /// What people sent with a form, the latest first.
    ///
    /// - Parameters:
    ///   - code: what answers the scans of this code, nil for any.
    ///   - contact: what this contact sent, under whichever of its ids; nil for anybody.
    /// - Throws: `Refusal.missing` for a form that never was.
    package func submissions(
        of id: Form.ID, by code: QRCode.ID? = nil, from contact: Contact.ID? = nil,
        after cursor: Cursor? = nil, limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> Page<FormSubmission> {
        try await database.read { connection in
            guard try connection.form(evenDeleted: id, in: principal.workspace) != nil else {
                throw Refusal.missing
            }
            let contacts = try contact.map { contact in
                try connection.contact(contact, in: principal.workspace)?.identities.map(\.id)
                    ?? []
            }
            return try connection.submissions(
                of: id, by: code, from: contacts, after: cursor, limit: limit,
                in: principal.workspace)
        }
    }

    /// What a contact sent with any form, the latest first.
    package func submissions(
        of contact: Contact, after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<FormSubmission> {
        try await database.read {
            try $0.submissions(
                from: contact.identities.map(\.id), after: cursor, limit: limit,
                in: principal.workspace)
        }
    }

    /// How often a contact sent any form.
    package func submissionCount(
        of contact: Contact, for principal: Principal
    ) async throws -> Int {
        try await database.read {
            try $0.submissionCount(
                from: contact.identities.map(\.id), in: principal.workspace)
        }
    }

    /// What the codes of some submissions are called, deleted ones too.
    package func codeNames(
        of submissions: [FormSubmission], for principal: Principal
    ) async throws -> [QRCode.ID: String] {
        let ids = Array(Set(submissions.compactMap(\.code)))
        return try await database.read { try $0.codeNames(of: ids, in: principal.workspace) }
    }
}
