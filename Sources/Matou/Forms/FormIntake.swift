import SQL

/// One submission on its way into the store: with its ids, because a transaction may run twice.
struct FormIntake: Sendable {
    let form: Form
    let answers: [String: [String]]
    /// Who the link was sent to.
    let claim: FormClaim?
    /// The drawing of the page that it was typed into.
    let page: String
    let workspace: Workspace.ID
    let now: Timestamp
    let day: Day
    let submission: FormSubmission.ID
    let lone: Contact.ID
    let merge: ContactMerge.ID

    /// Keeps the submission, unless the same was sent before.
    ///
    /// Without a link that we sent nobody proves who they are. What they say is then a contact of its
    /// own, which the key merges with the one that has it: for all to see, and to be undone.
    func keep(on connection: any Connection, seq: Int64) throws {
        let sender = try sender(on: connection)
        let way = sender?.once ?? page
        let earlier = try connection.submissions(by: way, to: form.id, in: workspace)
        guard earlier.first(where: { hasSameKey($0.answers) })?.answers != answers else { return }
        guard earlier.count < Forms.perWay else {
            throw Refusal.tooMany(retryAfterSeconds: 86_400)
        }
        let key = form.key(of: answers)
        let contact =
            try sender.map { Contact.ID($0.follower) }
            ?? key.flatMap { try connection.unproven(with: $0, in: workspace) } ?? lone
        let code = sender?.code.map(QRCode.ID.init)
        let isNew = try connection.insert(
            FormSubmission(
                id: submission, form: form.id, contact: contact, code: code, submittedAt: now,
                page: page, answers: answers),
            by: way, number: earlier.count + 1, in: workspace)
        guard isNew else { return }
        try connection.remember(contact, at: now, in: workspace)
        if let name = form.name(in: answers) {
            try connection.setName(
                name, of: contact, onlyIfNone: sender == nil, in: workspace)
        }
        let fact = Fact(
            seq: seq, account: sender?.follower.account ?? .none, kind: .formSubmitted,
            occurredAt: now, receivedAt: now, day: day, dedupeKey: "form \(submission)",
            person: sender?.openid, code: code, codeState: nil, source: nil,
            payload: #"{"form":"\#(form.id)","submission":"\#(submission)"}"#)
        _ = try connection.append(fact, raw: nil, in: workspace)
        if let key {
            try connection.add(key, to: contact, merge: merge, at: now, in: workspace)
        }
    }

    /// Who sends it by the link; nil without one, and for somebody to whom it was passed on: who
    /// comes by a link that was used, on a page drawn anew and with another key, is somebody else.
    private func sender(on connection: any Connection) throws -> FormClaim? {
        guard let claim else { return nil }
        let earlier = try connection.submissions(by: claim.once, to: form.id, in: workspace)
        let isTheirs =
            earlier.isEmpty || earlier.contains { $0.page == page || hasSameKey($0.answers) }
        return isTheirs ? claim : nil
    }

    private func hasSameKey(_ other: [String: [String]]) -> Bool {
        guard let field = form.keyField?.id else { return false }
        return other[field] == answers[field]
    }
}

extension Form {
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
