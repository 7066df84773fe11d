import Matou

extension Import {
    /// What all of its codes share, in words.
    func facts(account: String, now: Timestamp, _ wording: Wording) -> [FactRow] {
        let draft = settings.draft
        let source =
            settings.takesSourceFromName ? wording("imports.source-from-name") : draft.source
        let kept = state == .checked ? wording.date(createdAt + Import.keptFor, now: now) : ""
        return [
            ("qr-codes.fact.account", account), ("imports.encoding", encoding),
            ("qr-codes.type", wording("qr-codes.type.\(draft.kind.rawValue)")),
            ("qr-codes.fact.valid", draft.life(wording)),
            ("qr-codes.fact.starts", draft.startsAt.map { wording.exact($0) } ?? ""),
            ("qr-codes.fact.group", draft.group), ("qr-codes.fact.source", source),
            ("qr-codes.fact.follower-tags", draft.followerTags.joined(separator: " · ")),
            ("qr-codes.fact.contact-tags", draft.contactTags.joined(separator: " · ")),
            ("imports.kept-until", kept),
        ].filter { !$0.1.isEmpty }.map { FactRow(label: wording($0.0), text: $0.1) }
    }
}

extension QRCode.Draft {
    /// How long a code of it will be there, from when WeChat has made it.
    fileprivate func life(_ wording: Wording) -> String {
        guard kind != .permanent else {
            return wording("qr-codes.fact.valid-permanent")
        }
        return LifetimeForm(seconds: lifetimeSeconds ?? QRCode.lifetimeSeconds.upperBound)
            .words(wording)
    }
}
