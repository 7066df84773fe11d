import SQL

/// Making, renaming and finding the folders of codes.
package struct CodeGroups: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness

    /// All groups of the kind, by name.
    package func list(
        _ kind: CodeGroup.Kind, for principal: Principal
    ) async throws -> [CodeGroup] {
        try await database.read { try $0.groups(kind, in: principal.workspace) }
    }

    /// A page of the groups of codes with what each holds.
    package func page(
        _ filter: CodeGroupFilter, after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<CodeGroup.Entry> {
        try await database.read { connection in
            let rows = try connection.groupEntries(
                filter, after: cursor, limit: limit + 1, in: principal.workspace)
            return Page(rows, limit: limit, cursor: filter.cursor)
        }
    }

    /// - Throws: `Refusal.missing`.
    package func find(
        _ id: CodeGroup.ID, for principal: Principal
    ) async throws -> CodeGroup.Entry {
        let found = try await database.read {
            try $0.groupEntry(id, in: principal.workspace)
        }
        guard let found else { throw Refusal.missing }
        return found
    }

    /// - Throws: `Refusal.invalid`, also for a name that is taken; `Refusal.forbidden` below editor.
    package func create(
        named name: String, _ kind: CodeGroup.Kind = .qrCode, once: IdempotencyKey? = nil,
        by principal: Principal
    ) async throws -> CodeGroup.Entry {
        try principal.require(.editor)
        if let first: CodeGroup.ID = try await database.first(of: once, for: principal) {
            return try await find(first, for: principal)
        }
        let name = try Self.checked(name)
        let now = clock.now()
        let fresh = CodeGroup.ID.make(at: now, from: randomness)
        let (id, _) = try await database.write { connection in
            try connection.make(once, by: principal, at: now) {
                let id = try connection.group(
                    named: name, kind, orMakeAs: fresh, by: principal, at: now)
                guard id == fresh else { throw Refusal.invalid("name", .taken) }
                return id
            }
        }
        return try await find(id, for: principal)
    }

    /// - Throws: `Refusal.invalid`; `Refusal.stale`; `Refusal.missing`; `Refusal.forbidden`.
    package func rename(
        _ id: CodeGroup.ID, to name: String, ifVersion version: Int? = nil,
        by principal: Principal
    ) async throws -> CodeGroup.Entry {
        try principal.require(.editor)
        let name = try Self.checked(name)
        let now = clock.now()
        return try await database.write { connection in
            let found = try connection.groupEntry(id, in: principal.workspace).required(
                ifVersion: version)
            if name == found.group.name { return found }
            guard try connection.renameGroup(id, to: name, in: principal.workspace) else {
                throw Refusal.invalid("name", .taken)
            }
            try connection.record(
                .changed, id, version: found.version + 1,
                from: CodeGroup.Snapshot(name: found.group.name),
                to: CodeGroup.Snapshot(name: name), by: principal, at: now)
            guard let renamed = try connection.groupEntry(id, in: principal.workspace) else {
                throw Refusal.missing
            }
            return renamed
        }
    }

    /// Deletes the folder. Its codes stay, in no group; `restore` brings it back.
    ///
    /// - Throws: `Refusal.stale`; `Refusal.missing`; `Refusal.forbidden` below editor.
    package func delete(
        _ id: CodeGroup.ID, ifVersion version: Int? = nil, by principal: Principal
    ) async throws {
        try principal.require(.editor)
        let now = clock.now()
        try await database.write { connection in
            let found = try connection.groupEntry(id, in: principal.workspace).required(
                ifVersion: version)
            try connection.deleteGroup(id, by: principal, at: now)
            let snapshot = CodeGroup.Snapshot(
                name: found.group.name, createdBy: found.createdBy, createdAt: found.createdAt)
            try connection.record(
                .deleted, id, version: found.version + 1, from: snapshot, to: nil, by: principal,
                at: now)
        }
    }

    /// What a deleted folder was called; nil when none of that id was deleted.
    package func nameOfDeleted(
        _ id: CodeGroup.ID, for principal: Principal
    ) async throws -> String? {
        try await database.read { try $0.deletedGroup(id, in: principal.workspace)?.group.name }
    }

    /// Brings a deleted folder back, with those of its codes that are in no other by now.
    ///
    /// - Throws: `Refusal.missing` when none of that id was deleted; `Refusal.invalid` when another
    ///   has its name by now; `Refusal.forbidden` below editor.
    package func restore(
        _ id: CodeGroup.ID, by principal: Principal
    ) async throws -> CodeGroup.Entry {
        try principal.require(.editor)
        let now = clock.now()
        return try await database.write { connection in
            guard
                let (group, version) = try connection.deletedGroup(id, in: principal.workspace)
            else { throw Refusal.missing }
            guard
                try connection.restoreGroup(
                    id, .qrCode, group, version: version + 1, by: principal, at: now)
            else { throw Refusal.invalid("name", .taken) }
            try connection.record(
                .restored, id, version: version + 1, from: nil,
                to: CodeGroup.Snapshot(name: group.name), by: principal, at: now)
            guard let restored = try connection.groupEntry(id, in: principal.workspace) else {
                throw Refusal.missing
            }
            return restored
        }
    }

    private static func checked(_ name: String) throws(Refusal) -> String {
        var faults = FieldFaults()
        let name = faults.groupName("name", name, required: true)
        try faults.check()
        return name
    }
}

/// Which groups a list shows, and in what order.
package struct CodeGroupFilter: Sendable, Equatable {
    package var kind = CodeGroup.Kind.qrCode
    /// Part of the name, in any case.
    package var name = ""
    package var sort = Sort.name

    package init() {}

    package enum Sort: String, Sendable, CaseIterable {
        case name
        case nameDescending = "-name"
        case newest = "-created_at"
        case oldest = "created_at"
        case mostCodes = "-codes"
        case fewestCodes = "codes"

        var isDescending: Bool { rawValue.hasPrefix("-") }
    }

    func cursor(after entry: CodeGroup.Entry) -> Cursor {
        let key =
            switch sort {
            case .name, .nameDescending: entry.group.name.folded()
            case .newest, .oldest: String(entry.createdAt.milliseconds)
            case .mostCodes, .fewestCodes: String(entry.codes)
            }
        return Cursor(sort: sort.rawValue, key: key, id: entry.group.id.text)
    }
}
