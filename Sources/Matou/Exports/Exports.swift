import Foundation
import Jobs
import SQL

/// Asking for exports, following them and fetching their files.
package struct Exports: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let jobs: JobQueue
    let sealer: Sealer
    let files: ExportFiles
    let locales: Locales
    /// Of the results that are kept for a person, before they may ask for another.
    let keptBytesMax: Int

    /// Notes an export and begins it in the background.
    ///
    /// - Throws: `Refusal.conflict` with `.tooManyExports` or `.exportSpaceFull`; `Refusal`, as the
    ///   kind has it.
    package func create(
        _ kind: some ExportKind, as format: ExportFormat, in language: Language,
        once: IdempotencyKey? = nil, by principal: Principal
    ) async throws -> Export {
        if let first: Export.ID = try await database.first(of: once, for: principal) {
            return try await find(first, for: principal)
        }
        let now = clock.now()
        let id = Export.ID.make(at: now, from: randomness)
        let subject = try StoredJSON.text(kind)
        let title = locales.text("exports.kind.\(type(of: kind).name)", in: language)
        let job = try job(writing: id, for: principal, at: now)
        let (made, _) = try await database.write { connection in
            try connection.make(once, by: principal, at: now) {
                try checkRoom(for: principal, at: now, on: connection)
                let name = try kind.fileName(on: connection, for: principal, title: title)
                try connection.insertExport(
                    id, kind: type(of: kind).name, subject: subject, format, language, name: name,
                    by: principal, at: now)
                try connection.record(.created, .export, id.text, to: name, by: principal, at: now)
                try connection.enqueue(job)
                return id
            }
        }
        jobs.wake()
        return try await find(made, for: principal)
    }

    /// Begins an export that has failed anew, with the records that there are now.
    ///
    /// - Throws: `Refusal.conflict` with `.exportNotFailed`, `.tooManyExports` or `.exportSpaceFull`;
    ///   `Refusal.missing`.
    package func retry(_ id: Export.ID, by principal: Principal) async throws -> Export {
        _ = try await find(id, for: principal)
        let now = clock.now()
        let job = try job(writing: id, for: principal, at: now)
        try await database.write { connection in
            try checkRoom(for: principal, at: now, on: connection)
            guard try connection.restartExport(id, in: principal.workspace) else {
                throw Refusal.conflict(.exportNotFailed)
            }
            try connection.enqueue(job)
        }
        jobs.wake()
        return try await find(id, for: principal)
    }

    /// - Throws: `Refusal.conflict` with `.tooManyExports` or `.exportSpaceFull`.
    private func checkRoom(
        for principal: Principal, at time: Timestamp, on connection: any Connection
    ) throws {
        guard try connection.exportsUnderWay(of: principal) < Export.underWayMax else {
            throw Refusal.conflict(.tooManyExports)
        }
        guard try connection.exportBytes(of: principal, at: time) < keptBytesMax else {
            throw Refusal.conflict(.exportSpaceFull)
        }
    }

    /// The exports of a person are written one after the other, and hold up nobody else's.
    private func job(
        writing id: Export.ID, for principal: Principal, at time: Timestamp
    ) throws -> Job {
        try Job(
            id: "export-\(id)-\(randomness.alphanumeric(8))", workspace: principal.workspace.text,
            ExportWriting.Work(export: id.text),
            lane: "exports-\(principal.actor)", runAt: time.milliseconds)
    }

    /// The principal's own exports, the newest first.
    package func page(
        after cursor: Cursor? = nil, limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> Page<Export> {
        try await database.read { connection in
            Page(
                try connection.exports(
                    of: principal, after: cursor, limit: limit + 1), limit: limit
            ) {
                Cursor(
                    sort: Export.sort, at: $0.createdAt, id: $0.id.text)
            }
        }
    }

    /// - Throws: `Refusal.missing`, also for an export of somebody else.
    package func find(_ id: Export.ID, for principal: Principal) async throws -> Export {
        let found = try await database.read { try $0.export(id, in: principal.workspace) }
        guard let found, found.createdBy == principal.actor else { throw Refusal.missing }
        return found
    }

    /// Stops an export that is under way, and removes what there is of one that is not.
    ///
    /// - Throws: `Refusal.missing`.
    package func cancel(_ id: Export.ID, by principal: Principal) async throws -> Export {
        let found = try await find(id, for: principal)
        let now = clock.now()
        try await database.write { connection in
            try connection.endExport(id, as: .cancelled, at: now, in: principal.workspace)
            guard found.state != .cancelled else { return }
            try connection.record(
                .deleted, .export, id.text, from: found.name, to: nil, by: principal, at: now)
        }
        files.remove(id)
        return try await find(id, for: principal)
    }

    /// Removes a result before its time.
    package func expire(_ id: Export.ID, in workspace: Workspace.ID) async throws {
        try await database.write { try $0.expireExport(id, in: workspace) }
        files.remove(id)
    }
}

/// Links to results, for who has the link and as long as it says.
extension Exports {
    package struct Link: Sendable {
        /// Path and query, below the site's address.
        package let path: String
        package let expiresAt: Timestamp
    }

    /// - Returns: nil while there is no result.
    package func link(to export: Export, in workspace: Workspace.ID) throws -> Link? {
        guard export.state == .done else { return nil }
        let end = min(clock.now() + Export.linkedFor, export.expiresAt ?? clock.now())
        let signature = sealer.authenticator(
            of: Self.linkText(export.id, workspace, end), for: Self.linkPurpose)
        return Link(
            path: "/exports/\(export.id)/file?workspace=\(workspace)"
                + "&expires=\(end.milliseconds)&signature=\(signature)", expiresAt: end)
    }

    /// The file that a signed link leads to.
    ///
    /// - Throws: `Refusal.missing` for a link that is not ours or is over, without a difference.
    package func file(
        _ id: Export.ID, in workspace: Workspace.ID, until end: Timestamp, signature: String
    ) async throws -> ExportFiles.Result {
        let isOurs = sealer.isAuthentic(
            signature, of: Self.linkText(id, workspace, end), for: Self.linkPurpose)
        guard isOurs, clock.now() < end else { throw Refusal.missing }
        let found = try await database.read { try $0.export(id, in: workspace) }
        guard let found else { throw Refusal.missing }
        return try result(of: found)
    }

    /// The file of one's own export.
    ///
    /// - Throws: `Refusal.missing`; `Refusal.conflict(.exportNotDone)`.
    package func file(
        _ id: Export.ID, for principal: Principal
    ) async throws -> ExportFiles.Result {
        let found = try await find(id, for: principal)
        guard found.state == .done else { throw Refusal.conflict(.exportNotDone) }
        return try result(of: found)
    }

    private func result(of export: Export) throws -> ExportFiles.Result {
        guard export.state == .done, let result = files.result(of: export) else {
            throw Refusal.missing
        }
        return result
    }

    private static let linkPurpose = "export link"

    private static func linkText(
        _ id: Export.ID, _ workspace: Workspace.ID, _ end: Timestamp
    ) -> String { "\(workspace) \(id) \(end.milliseconds)" }
}
