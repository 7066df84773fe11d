import SQL

/// Some codes that something is done to at once.
package enum QRCodeSelection: Sendable, Equatable, Codable {
    /// Those that were ticked.
    case codes([QRCode.ID])
    /// All that a list shows, over all of its pages.
    case matching(QRCodeFilter)

    /// How many codes can be ticked, over pages.
    package static let codesMax = 10_000

    /// - Throws: `Refusal.invalid` for none or too many.
    package func check() throws(Refusal) {
        guard case .codes(let ids) = self else { return }
        if ids.isEmpty { throw .invalid("qr_codes", .required) }
        if ids.count > Self.codesMax { throw .invalid("qr_codes", .tooMany(limit: Self.codesMax)) }
    }

    /// The conditions on `qr_codes`.
    func conditions(in workspace: Workspace.ID, at now: Timestamp) -> Statement {
        switch self {
        case .matching(let filter): filter.conditions(in: workspace, at: now)
        case .codes(let ids):
            """
            qr_codes.workspace_id = \(workspace) AND qr_codes.deleted_at IS NULL
                AND qr_codes.id IN \(list: ids)
            """
        }
    }
}

extension QRCodeSelection {
    /// How many codes there are in each state.
    package struct StatusCounts: Sendable, Equatable {
        package let counts: [QRCode.Status: Int]

        package var total: Int { counts.values.reduce(0, +) }

        /// Codes that do something, or will: deleting them stops it.
        package var live: Int { counts[.inEffect, default: 0] + counts[.notInEffect, default: 0] }
        package var over: Int { total - live }
    }
}

extension QRCodes {
    package func standing(
        of selection: QRCodeSelection, for principal: Principal
    ) async throws -> QRCodeSelection.StatusCounts {
        try selection.check()
        let now = clock.now()
        return try await database.read { connection in
            try connection.standing(of: selection, in: principal.workspace, at: now)
        }
    }

    /// Some of the selection's codes, by id: for what goes through all of them.
    package func codes(
        of selection: QRCodeSelection, after id: QRCode.ID? = nil, limit: Int,
        for principal: Principal
    ) async throws -> [QRCode] {
        try selection.check()
        let now = clock.now()
        return try await database.read { connection in
            try connection.codes(
                of: selection, after: id, limit: limit, in: principal.workspace, at: now)
        }
    }

    /// Deletes all codes of the selection, as `delete(_:)` does one.
    ///
    /// - Parameter expected: how many codes the person was told of.
    /// - Returns: with the time that all of them bear, by which `restore(deletedAt:)` finds them.
    /// - Throws: `Refusal.conflict(.selectionChanged)` when there were more or fewer just before; then
    ///   nothing is deleted. `Refusal.invalid`; `Refusal.forbidden` below editor.
    package func delete(
        _ selection: QRCodeSelection, expecting expected: Int? = nil, by principal: Principal
    ) async throws -> BatchChange {
        try principal.require(.editor)
        if let expected,
            try await standing(of: selection, for: principal).total != expected
        {
            throw Refusal.conflict(.selectionChanged)
        }
        let now = clock.now()
        return try await change(selection, by: principal, at: now) { connection, ids in
            for id in ids {
                guard let found = try connection.qrCode(id, in: principal.workspace) else {
                    continue
                }
                try connection.delete(found, by: principal, at: now)
            }
            return BatchChange(count: ids.count, at: now)
        }
    }

    /// Brings back what was deleted at once at that time by the same person.
    ///
    /// - Returns: how many.
    /// - Throws: `Refusal.conflict(.nothingToUndo)` for none; `Refusal.forbidden` below editor.
    package func restore(deletedAt time: Timestamp, by principal: Principal) async throws -> Int {
        try principal.require(.editor)
        let now = clock.now()
        var count = 0
        while true {
            let restored = try await database.write { connection in
                try connection.restoreQRCodes(
                    deletedAt: time, limit: chunk, by: principal, at: now)
            }
            count += restored
            guard restored < chunk else { continue }
            if count == 0 { throw Refusal.conflict(.nothingToUndo) }
            return count
        }
    }

    /// Goes through the selection by id, some codes in each transaction.
    func change(
        _ selection: QRCodeSelection, by principal: Principal, at now: Timestamp,
        _ body: @escaping @Sendable (any Connection, [QRCode.ID]) throws -> BatchChange
    ) async throws -> BatchChange {
        try selection.check()
        var last: QRCode.ID?
        var all = BatchChange(at: now)
        while true {
            let after = last
            let (ids, done) = try await database.write { connection in
                let ids = try connection.ids(
                    of: selection, after: after, limit: chunk, in: principal.workspace,
                    at: now)
                return (ids, ids.isEmpty ? BatchChange(at: now) : try body(connection, ids))
            }
            all.count += done.count
            all.full += done.full
            last = ids.last
            if ids.count < chunk { return all }
        }
    }
}
