import SQL

/// Deleting codes, bringing them back, and going back to what they were.
extension QRCodes {
    /// Codes that one call may bring back.
    package static let batchLimit = 200

    /// Takes a code out of the lists and stops its replies. WeChat's code goes on as a plain one,
    /// what was collected stays, and later scans are kept as scans of a deleted code.
    ///
    /// - Parameter version: the version that was meant, nil for whichever is there.
    /// - Throws: `Refusal.stale`; `Refusal.missing`; `Refusal.forbidden` below editor.
    package func delete(
        _ id: QRCode.ID, ifVersion version: Int? = nil, by principal: Principal
    ) async throws {
        try principal.require(.editor)
        let now = clock.now()
        try await database.write { connection in
            let found = try connection.qrCode(id, in: principal.workspace).required(
                ifVersion: version)
            try connection.delete(found, by: principal, at: now)
        }
    }

    /// Brings deleted codes back, with the settings that they had.
    ///
    /// - Returns: how many came back now.
    /// - Throws: `Refusal.invalid` above `batchLimit`; `Refusal.forbidden` below editor.
    package func restore(_ ids: [QRCode.ID], by principal: Principal) async throws -> Int {
        try principal.require(.editor)
        guard ids.count <= Self.batchLimit else {
            throw Refusal.invalid("ids", .tooMany(limit: Self.batchLimit))
        }
        let now = clock.now()
        return try await database.write { connection in
            try ids.count { try connection.restore($0, by: principal, at: now) }
        }
    }

    /// Brings a deleted code back.
    ///
    /// - Throws: `Refusal.missing` when there is no such code; `Refusal.conflict(.codeNotDeleted)`;
    ///   `Refusal.conflict(.accountRemoved)`; `Refusal.forbidden` below editor.
    package func restore(_ id: QRCode.ID, by principal: Principal) async throws -> QRCode {
        _ = try await find(evenDeleted: id, for: principal)
        guard try await restore([id], by: principal) == 1 else {
            let present = try await find(evenDeleted: id, for: principal)
            throw Refusal.conflict(present.deletedAt == nil ? .codeNotDeleted : .accountRemoved)
        }
        return try await find(id, for: principal)
    }

    /// Makes a new version of a code that is as an earlier one was. Nothing is lost by it: the
    /// versions between stay in the list. A logo that was deleted meanwhile is left out.
    ///
    /// - Parameters:
    ///   - version: the one to go back to.
    ///   - present: the version that is left, nil for whichever is there.
    /// - Throws: `Refusal.missing` when the version is not known; else as `change`.
    package func goBack(
        _ id: QRCode.ID, to version: Int, ifVersion present: Int? = nil, by principal: Principal
    ) async throws -> QRCode {
        let json = try await database.read {
            try $0.snapshot(of: id.text, .qrCode, version: version, in: principal.workspace)
        }
        guard let json else { throw Refusal.missing }
        return try await change(
            id, to: QRCode.Draft(snapshot: json), ifVersion: present, as: .undone, by: principal)
    }

    /// - Throws: `Refusal.missing` for a code that never was.
    package func find(evenDeleted id: QRCode.ID, for principal: Principal) async throws -> QRCode {
        let found = try await database.read {
            try $0.qrCode(evenDeleted: id, in: principal.workspace)
        }
        guard let found else { throw Refusal.missing }
        return found
    }

    /// A page of the deleted codes that can be brought back, with their figures, the last deletion first.
    ///
    /// - Parameter account: nil for those of all accounts.
    package func deletedPage(
        of account: Account.ID? = nil, after cursor: Cursor? = nil,
        limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> (codes: Page<QRCode>, counts: [QRCode.ID: CodeCounts]) {
        try await database.read { connection in
            let codes = try connection.deletedQRCodes(
                of: account, after: cursor, limit: limit + 1, in: principal.workspace)
            let page = Page(codes, limit: limit) {
                Cursor(
                    sort: QRCode.deletedSort, key: String($0.deletedAt?.milliseconds ?? 0),
                    id: $0.id.text)
            }
            let counts = try connection.counts(
                of: page.elements.map(\.id), in: principal.workspace)
            return (page, counts)
        }
    }
}

extension QRCode {
    /// The order of the list of deleted codes.
    package static let deletedSort = "-deleted_at"
}

extension Connection {
    /// Deletes a code that is there, and notes it among its versions.
    func delete(_ found: QRCode, by principal: Principal, at time: Timestamp) throws {
        guard try deleteQRCode(found.id, by: principal, at: time) else { throw Refusal.missing }
        try record(.deleted, of: found.id, from: found, after: nil, by: principal, at: time)
    }

    /// Brings a deleted code back, and notes it among its versions. A logo that was deleted
    /// meanwhile is left out.
    ///
    /// - Returns: false when it is not deleted, or its account was taken out.
    func restore(_ id: QRCode.ID, by principal: Principal, at time: Timestamp) throws -> Bool {
        guard let found = try qrCode(evenDeleted: id, in: principal.workspace),
            try restoreQRCode(id, by: principal, at: time)
        else { return false }
        // Nobody has kept its files at WeChat meanwhile.
        try keepParts(
            of: found.reply.items, code: id, on: found.account, in: principal.workspace, at: time)
        var draft = QRCode.Draft(found)
        let design = try present(found.design, in: principal.workspace)
        if design != found.design {
            try setDesign(design, of: id, by: principal, at: time)
            draft.design = design
        }
        try record(.restored, of: id, from: found, after: draft, by: principal, at: time)
        return true
    }
}
