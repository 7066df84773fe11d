import SQL

/// Stores the code of a line, in the transaction that names it there.
struct LineMaker {
    let found: Import
    let principal: Principal
    let now: Timestamp
    let randomness: Randomness

    func make(
        _ line: ImportLine, as id: QRCode.ID, on connection: any Connection
    ) throws -> ImportLine {
        _ = try connection.makeQRCode(
            found.settings.draft(named: line.name), as: id, on: found.account, by: principal,
            at: now, from: randomness)
        try connection.setLine(
            line.number, of: found.id, .making, code: id, in: principal.workspace)
        return ImportLine(
            number: line.number, name: line.name, state: .making, fault: nil, code: id)
    }
}
