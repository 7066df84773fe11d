import SQL

/// The files that replies send.
package struct Materials: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let files: MaterialFiles

    /// Takes a file in, checked from its bytes.
    ///
    /// The same bytes are kept once in a workspace: a second upload finds the first, by its name.
    ///
    /// - Parameter fileName: what the sender calls it; nothing but the material's name comes of it,
    ///   cut where it is too long for one.
    /// - Throws: `Refusal.invalid("file", …)` for what cannot be sent; `Refusal.forbidden` below editor.
    package func upload<Chunks: AsyncSequence>(
        _ chunks: Chunks, named fileName: String, by principal: Principal
    ) async throws -> (material: Material, isNew: Bool) where Chunks.Element == [UInt8] {
        try principal.require(.editor)
        var faults = FieldFaults()
        let name = faults.line(
            "name", String(baseName(of: fileName).prefix(Material.nameLimit)),
            limit: Material.nameLimit)
        try faults.check()
        let received = try await files.receive(
            chunks, bytesMax: Material.bytesMax, as: randomness.alphanumeric(24))
        defer { received.discard() }
        let media = try checkedMedia(received)
        let now = clock.now()
        let fresh = Material(
            id: .make(at: now, from: randomness), name: name, sha256: received.sha256,
            media: media, slug: randomness.alphanumeric(20), createdBy: principal.actor,
            createdAt: now, updatedBy: principal.actor, updatedAt: now, version: 1)
        return try await database.write { connection in
            try files.keep(received, in: principal.workspace)
            let workspace = principal.workspace
            if let known = try connection.material(sha256: received.sha256, in: workspace) {
                try connection.listAgain(known.id, in: workspace)
                return (known, false)
            }
            try connection.insert(fresh, in: workspace)
            try connection.record(
                .created, .material, fresh.id.text, version: 1, to: name, by: principal, at: now)
            return (fresh, true)
        }
    }

    /// - Throws: `Refusal.invalid`; `Refusal.stale`; `Refusal.missing`; `Refusal.forbidden`.
    package func rename(
        _ id: Material.ID, to name: String, ifVersion version: Int? = nil, by principal: Principal
    ) async throws -> Material {
        try principal.require(.editor)
        var faults = FieldFaults()
        let name = faults.line("name", name, limit: Material.nameLimit)
        try faults.check()
        let now = clock.now()
        return try await database.write { connection in
            let workspace = principal.workspace
            let found = try connection.material(id, in: workspace).required(
                ifVersion: version)
            if name == found.name { return found }
            try connection.rename(id, to: name, by: principal, at: now)
            try connection.record(
                .changed, .material, id.text, version: found.version + 1, from: found.name,
                to: name, by: principal, at: now)
            return try connection.material(id, in: workspace) ?? found
        }
    }

    /// Takes a material out of the lists, and away altogether unless a deleted code still names it.
    ///
    /// - Throws: `Refusal.conflict(.materialInUse)` while a code sends it or a card shows it; `Refusal.stale`;
    ///   `Refusal.missing`; `Refusal.forbidden`.
    package func delete(
        _ id: Material.ID, ifVersion version: Int? = nil, by principal: Principal
    ) async throws {
        try principal.require(.editor)
        let now = clock.now()
        let workspace = principal.workspace
        let sha256 = try await database.write { connection -> String? in
            let found = try connection.material(id, in: workspace).required(
                ifVersion: version)
            guard try connection.uses(of: id.text, limit: 1, in: workspace).elements.isEmpty,
                try !connection.isCover(id, in: workspace)
            else { throw Refusal.conflict(.materialInUse) }
            try connection.record(
                .deleted, .material, id.text, version: found.version + 1, from: found.name,
                to: nil, by: principal, at: now)
            guard try connection.isNamed(id.text, in: workspace) else {
                try connection.remove(id, in: workspace)
                return found.sha256
            }
            try connection.unlist(id, by: principal, at: now)
            return nil
        }
        guard let sha256 else { return }
        // A crash before this leaves a file that no row names. An upload of the same bytes in
        // between has its row by now, and keeps it.
        try await database.write { connection in
            guard try !connection.isFileNamed(sha256, in: workspace) else { return }
            files.remove(sha256, in: workspace)
        }
    }

    /// - Throws: `Refusal.missing`.
    package func find(_ id: Material.ID, for principal: Principal) async throws -> Material {
        guard let found = try await database.read({ try $0.material(id, in: principal.workspace) })
        else { throw Refusal.missing }
        return found
    }

    /// The material behind a public address and where its bytes are; nil when there is none.
    package func find(slug: String) async throws -> (material: Material, path: String)? {
        guard let (material, workspace) = try await database.read({ try $0.material(slug: slug) })
        else { return nil }
        return (material, files.path(of: material.sha256, in: workspace))
    }

    package func path(of material: Material, for principal: Principal) -> String {
        files.path(of: material.sha256, in: principal.workspace)
    }

    package func page(
        _ filter: MaterialFilter, after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<Material> {
        let rows = try await database.read {
            try $0.materials(filter, after: cursor, limit: limit + 1, for: principal)
        }
        return Page(rows, limit: limit) { filter.cursor(after: $0) }
    }

    /// The codes whose replies send it, the oldest first.
    package func uses(
        of id: Material.ID, after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<ReplyUse> {
        try await database.read {
            try $0.uses(of: id.text, after: cursor, limit: limit, in: principal.workspace)
        }
    }

    /// What WeChat says of it, for each account that was asked.
    package func standings(
        of id: Material.ID, for principal: Principal
    ) async throws -> [MaterialStanding] {
        try await standings(of: [id], for: principal)[id] ?? []
    }

    /// The same of several materials.
    package func standings(
        of ids: [Material.ID], for principal: Principal
    ) async throws -> [Material.ID: [MaterialStanding]] {
        let now = clock.now()
        return try await database.read {
            try $0.standings(of: ids, at: now, in: principal.workspace)
        }
    }

    private func checkedMedia(_ file: ReceivedFile) throws -> MediaFile {
        let media: MediaFile
        do {
            media = try file.media()
        } catch let fault as MediaFault {
            throw Refusal.invalid(
                "file",
                fault == .broken
                    ? .brokenFile : .unsupportedFile(MediaFormat.allCases.map(\.name)))
        }
        let kind = media.format.kind
        guard media.byteCount <= kind.bytesMax else {
            throw Refusal.invalid("file", .fileTooLarge(bytes: kind.bytesMax))
        }
        if kind == .voice, let duration = media.duration, duration > Material.voiceDurationMax {
            throw Refusal.invalid("file", .playsTooLong(seconds: 60))
        }
        return media
    }
}

/// `海报.final.png` is called `海报.final`.
private func baseName(of fileName: String) -> String {
    let last = fileName.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
    guard let dot = last.lastIndex(of: "."), dot != last.startIndex,
        last.distance(from: dot, to: last.endIndex) <= 6
    else { return String(last) }
    return String(last[..<dot])
}

/// Which materials a list shows; the newest first.
package struct MaterialFilter: Sendable, Equatable {
    package static let sort = "-created_at"

    package var kind: Material.Kind?
    /// Part of the name, in any case.
    package var name = ""
    /// What the reader has uploaded.
    package var isMine = false

    package init(kind: Material.Kind? = nil) { self.kind = kind }

    func cursor(after material: Material) -> Cursor {
        Cursor(
            sort: Self.sort, at: material.createdAt, id: material.id.text)
    }
}

/// What an account's WeChat has of a material.
package struct MaterialStanding: Sendable, Equatable {
    package let account: Account.ID
    package let accountName: String
    package let state: State

    package enum State: Sendable, Equatable {
        case uploaded(until: Timestamp)
        /// Uploaded again when it is next sent.
        case expired
        case rejected(WeChatFault, at: Timestamp)
    }
}
