import SQL
import WeChat

/// Stores the code of a line, in the transaction that names it there.
struct LineMaker {
    let found: Import
    let principal: Principal
    let now: Timestamp
    let randomness: Randomness

    func make(_ line: ImportLine, on connection: any Connection) throws -> ImportLine {
        var draft = found.settings.draft(named: line.name)
        let id = QRCode.ID.make(at: now, from: randomness)
        let group =
            draft.group.isEmpty
            ? nil
            : try connection.group(
                named: draft.group, .qrCode, orMakeAs: .make(at: now, from: randomness),
                by: principal, at: now)
        let tags = try connection.tags(
            of: draft, on: found.account,
            orMakeAs: FreshTagIDs(for: draft, at: now, from: randomness), by: principal, at: now)
        try connection.insertQRCode(
            FreshQRCode(
                id: id, account: found.account, kind: draft.checkedKind, group: group, tags: tags,
                scene: randomness.alphanumeric(24), slug: randomness.alphanumeric(10)),
            draft, by: principal, at: now)
        try connection.giveDesign(
            of: &draft, to: id, on: found.account, by: principal, at: now)
        try connection.record(.created, of: id, after: draft, by: principal, at: now)
        try connection.setLine(
            line.number, of: found.id, .making, code: id, in: principal.workspace)
        return ImportLine(
            number: line.number, name: line.name, state: .making, fault: nil, code: id)
    }
}

extension QRCode.Draft {
    /// The kind of a draft that has been checked.
    fileprivate var checkedKind: QRCode.Kind {
        if kind == QRCode.Kind.permanent.name { return .permanent }
        return .temporary(lifetimeSeconds: lifetimeSeconds ?? QRCode.lifetimeSeconds.upperBound)
    }
}
