import SQL

/// The link that knows who it was sent to, and taking in what people send.
extension Forms {
    private static let linkPurpose = "form link"
    private static let stampPurpose = "form stamp"
    /// Submissions of one form from one address in a quarter of an hour: a shop's visitors share
    /// one.
    private static let perAddress = 60
    private static let perForm = 10_000
    /// Different submissions by one link or one drawing of the page.
    static let perWay = 100

    /// The path and query of a form for one follower and one scan, for a reply to carry.
    ///
    /// - Returns: nil when there is no such form, or no longer.
    package func link(
        to form: Form.ID, for follower: FollowerKey, after scan: Int64, of code: QRCode.ID?,
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
    /// - Returns: with the name of the workspace that asks.
    package func find(slug: String) async throws -> (form: Form, workspace: String)? {
        try await database.read { connection in
            try connection.form(slug: slug).map { found in
                (found.form, try connection.workspace(found.workspace)?.name ?? "")
            }
        }
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
    /// one transaction. The same answers of the same person are taken once; others are a submission
    /// of their own, so that a mistake can be corrected.
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
        let zone = try await workspaces.zone(of: workspace)
        let stamp = try stamp(of: sheet, form, at: now)
        let intake = FormIntake(
            form: form, answers: try form.checked(sheet.answers),
            claim: claim(of: sheet.token, form, at: now), page: stamp.once,
            workspace: workspace, now: now, day: now.day(in: zone),
            submission: .make(at: now, from: randomness), lone: .make(at: now, from: randomness),
            merge: .make(at: now, from: randomness))
        try await database.write { try intake.keep(on: $0, seq: sequence.next(at: now)) }
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
}

extension Account.ID {
    /// Of facts about people whom no account knows.
    static let none = Account.ID("")
}
