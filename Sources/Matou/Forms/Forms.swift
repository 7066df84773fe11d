import SQL

/// Forms: making them, the link that knows who it was sent to, and what people send.
package struct Forms: Sendable {
    private static let linkPurpose = "form link"
    private static let stampPurpose = "form stamp"
    /// Submissions of one form from one address in a quarter of an hour: a shop's visitors share
    /// one.
    private static let perAddress = 60
    private static let perForm = 10_000

    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let sealer: Sealer
    let sequence: FactSequence
    let workspaces: WorkspaceZones
    let throttle: Throttle

    package func page(
        after cursor: Cursor? = nil, limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> Page<Form> {
        try await database.read {
            try $0.forms(after: cursor, limit: limit, in: principal.workspace)
        }
    }

    /// - Throws: `Refusal.missing`.
    package func find(_ id: Form.ID, for principal: Principal) async throws -> Form {
        let found = try await database.read { try $0.form(id, in: principal.workspace) }
        guard let found else { throw Refusal.missing }
        return found
    }

    /// - Throws: `Refusal.invalid`; `Refusal.forbidden` below editor.
    package func create(
        _ draft: Form.Draft, once: IdempotencyKey? = nil, by principal: Principal
    ) async throws -> Form {
        guard principal.role >= .editor else { throw Refusal.forbidden(needs: .editor) }
        let now = clock.now()
        let fresh = Form.ID.make(at: now, from: randomness)
        let slug = randomness.alphanumeric(10)
        if let once, let first = try await once.objectID(for: principal, in: database) {
            return try await find(Form.ID(first), for: principal)
        }
        let draft = try draft.checked()
        let id = try await database.write { connection in
            if let once, let first = try connection.objectID(of: once, for: principal) {
                return Form.ID(first)
            }
            try connection.insert(fresh, slug: slug, draft, by: principal, at: now)
            if let once { try connection.keep(once, for: fresh.text, principal, at: now) }
            return fresh
        }
        return try await find(id, for: principal)
    }

    /// - Parameter version: the version that the change was made on, nil for whichever is there.
    /// - Throws: `Refusal.invalid`; `Refusal.stale`; `Refusal.missing`; `Refusal.forbidden`.
    package func change(
        _ id: Form.ID, to draft: Form.Draft, ifVersion version: Int? = nil, by principal: Principal
    ) async throws -> Form {
        guard principal.role >= .editor else { throw Refusal.forbidden(needs: .editor) }
        _ = try await find(id, for: principal)
        let draft = try draft.checked()
        let now = clock.now()
        try await database.write { connection in
            guard let found = try connection.form(id, in: principal.workspace) else {
                throw Refusal.missing
            }
            if let version, version != found.version { throw Refusal.stale(version: found.version) }
            try connection.update(id, draft, by: principal, at: now)
        }
        return try await find(id, for: principal)
    }

    /// Takes a form out of the lists and closes its page. What was sent stays with the contacts.
    ///
    /// - Throws: `Refusal.conflict(.formInUse)` while a code sends it; `Refusal.stale`;
    ///   `Refusal.missing`; `Refusal.forbidden` below editor.
    package func delete(
        _ id: Form.ID, ifVersion version: Int? = nil, by principal: Principal
    ) async throws {
        guard principal.role >= .editor else { throw Refusal.forbidden(needs: .editor) }
        let now = clock.now()
        try await database.write { connection in
            guard let found = try connection.form(id, in: principal.workspace) else {
                throw Refusal.missing
            }
            if let version, version != found.version { throw Refusal.stale(version: found.version) }
            guard try connection.uses(of: id, limit: 1, in: principal.workspace).isEmpty else {
                throw Refusal.conflict(.formInUse)
            }
            try connection.deleteForm(id, at: now, in: principal.workspace)
        }
    }

    /// The codes whose replies send the form, at most `limit` of them.
    package func uses(
        of id: Form.ID, limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> [CodeName] {
        try await database.read { try $0.uses(of: id, limit: limit, in: principal.workspace) }
    }

    /// What people sent with a form, the latest first.
    ///
    /// - Throws: `Refusal.missing`.
    package func submissions(
        of id: Form.ID, after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<FormSubmission> {
        try await database.read { connection in
            guard try connection.form(id, in: principal.workspace) != nil else {
                throw Refusal.missing
            }
            return try connection.submissions(
                of: id, after: cursor, limit: limit, in: principal.workspace)
        }
    }

    /// The latest of what a contact sent.
    package func submissions(
        of contact: Contact, for principal: Principal
    ) async throws -> [FormSubmission] {
        try await database.read {
            try $0.submissions(
                of: contact.identities.map(\.id), limit: 20, in: principal.workspace)
        }
    }
}

extension Forms {
    /// The path and query of a form for one follower and one scan, for a reply to carry.
    ///
    /// - Returns: nil when there is no such form, or no longer.
    package func link(
        to form: Form.ID, for follower: FollowerName, after scan: Int64, of code: QRCode.ID?,
        in workspace: Workspace.ID
    ) async throws -> String? {
        guard let form = try await database.read({ try $0.form(form, in: workspace) }) else {
            return nil
        }
        let claim = FormClaim(
            form: form.id.text, account: follower.account.text, openid: follower.openid,
            code: code?.text, scan: scan, until: (clock.now() + FormClaim.lifetime).milliseconds)
        return "/f/\(form.slug)?t=\(try sealer.word(claim, for: Self.linkPurpose))"
    }

    /// The form of a public address, for anyone who has it; nil when there is none.
    package func find(slug: String) async throws -> Form? {
        try await database.read { try $0.form(slug: slug)?.form }
    }

    /// What a page of the form carries, to tell a person from a program and one sending from two.
    package func stamp(for form: Form) throws -> String {
        try sealer.word(
            FormStamp(
                form: form.id.text, at: clock.now().milliseconds,
                once: "page \(randomness.alphanumeric(22))"),
            for: Self.stampPurpose)
    }

    /// Takes what somebody sent: the answers, the fact, and the merge that the key field brings, in
    /// one transaction. The same answers are taken once; others, from the same link or page, are a
    /// correction and taken as well.
    ///
    /// Without a link that we sent nobody proves who they are. What they say is then a contact of its
    /// own, which the key merges with the one that has it: for all to see, and to be undone.
    ///
    /// What fills in the trap is told the same as a person and left out.
    ///
    /// - Throws: `Refusal.invalid` with the faults of `answers.…`, or of `stamp` when the page is
    ///   older than a day or was sent sooner than anybody types; `Refusal.missing`;
    ///   `Refusal.conflict(.formClosed)`; `Refusal.tooMany`.
    package func submit(_ sheet: FormSheet, to slug: String) async throws {
        guard let (form, workspace) = try await database.read({ try $0.form(slug: slug) }) else {
            throw Refusal.missing
        }
        guard form.isOpen else { throw Refusal.conflict(.formClosed) }
        try await throttle.take([
            .init("form \(form.id) \(Throttle.network(of: sheet.address))", limit: Self.perAddress),
            .init("form \(form.id)", limit: Self.perForm),
        ])
        guard sheet.trap.isEmpty else { return }
        let now = clock.now()
        let stamp = try stamp(of: sheet, form, at: now)
        let answers = try form.checked(sheet.answers)
        let claim = claim(of: sheet.token, form, at: now)
        let zone = try await workspaces.zone(of: workspace)
        let key = form.key(of: answers)
        let submission = FormSubmission.ID.make(at: now, from: randomness)
        let lone = Contact.ID.make(at: now, from: randomness)
        let merge = ContactMerge.ID.make(at: now, from: randomness)
        let seq = sequence.next(at: now)
        try await database.write { connection in
            let contact =
                try claim.map { Contact.ID($0.follower) }
                ?? key.flatMap { try connection.unproven(with: $0, in: workspace) } ?? lone
            let isNew = try connection.insert(
                FormSubmission(
                    id: submission, form: form.id, contact: contact,
                    code: claim?.code.map(QRCode.ID.init), submittedAt: now, answers: answers),
                once: "\(claim?.once ?? stamp.once) \(FormSubmission.digest(of: answers))",
                in: workspace)
            guard isNew else { return }
            try connection.remember(contact, at: now, in: workspace)
            if let name = form.name(in: answers) {
                try connection.setName(name, of: contact, in: workspace)
            }
            let fact = Fact(
                seq: seq, account: claim?.follower.account ?? .none, kind: .formSubmitted,
                occurredAt: now, receivedAt: now, day: now.day(in: zone),
                dedupeKey: "form \(submission)", person: claim?.openid,
                code: claim?.code.map(QRCode.ID.init), codeState: nil,
                payload: #"{"form":"\#(form.id)","submission":"\#(submission)"}"#)
            _ = try connection.append(fact, raw: nil, in: workspace)
            if let key {
                try connection.add(key, to: contact, merge: merge, at: now, in: workspace)
            }
        }
    }

    private func stamp(
        of sheet: FormSheet, _ form: Form, at now: Timestamp
    ) throws(Refusal) -> FormStamp {
        let stamp = sealer.value(of: sheet.stamp, as: FormStamp.self, for: Self.stampPurpose)
        guard let stamp, stamp.form == form.id.text else { throw .invalid("stamp", .malformed) }
        let age = now - Timestamp(milliseconds: stamp.at)
        guard (FormStamp.fastest...FormStamp.lifetime).contains(age) else {
            throw .invalid("stamp", .malformed)
        }
        return stamp
    }

    /// Who the link was sent to; nil for a link of nobody's, of another form's, or out of its time.
    private func claim(of token: String?, _ form: Form, at now: Timestamp) -> FormClaim? {
        guard let token,
            let claim = sealer.value(of: token, as: FormClaim.self, for: Self.linkPurpose),
            claim.form == form.id.text, claim.until > now.milliseconds
        else { return nil }
        return claim
    }
}

extension Form {
    /// - Throws: `Refusal.invalid` with the faults of all answers.
    fileprivate func checked(_ sent: [String: [String]]) throws(Refusal) -> [String: [String]] {
        var faults = FieldFaults()
        var answers: [String: [String]] = [:]
        for field in fields {
            let values = field.checked(sent[field.id] ?? [], &faults)
            if !values.isEmpty { answers[field.id] = values }
        }
        try faults.check()
        return answers
    }

    fileprivate func key(of answers: [String: [String]]) -> ContactKey? {
        guard let field = keyField, let kind = field.kind.key,
            let value = answers[field.id]?.first
        else { return nil }
        return ContactKey(kind: kind, value: value)
    }

    fileprivate func name(in answers: [String: [String]]) -> String? {
        fields.first { $0.role == .name }.flatMap { answers[$0.id]?.first }
            .map { String($0.prefix(Contact.nameLimit)) }
    }
}

extension Account.ID {
    /// Of facts about people whom no account knows.
    static let none = Account.ID("")
}
