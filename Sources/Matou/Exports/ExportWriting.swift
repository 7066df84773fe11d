import Foundation
import Jobs
import SQL
import Sheets

/// Writes exports, as jobs: freezes the records, writes file after file, and puts them together.
///
/// A process that dies leaves complete files and a note of how many; the next one goes on after
/// them, and begins the file anew that was under way.
struct ExportWriting: Sendable {
    /// Records that are read at once.
    private static let chunk = 2000
    /// How often progress is noted, which is when a cancellation is seen.
    private static let noteEvery: Duration = .milliseconds(700)
    private static let attemptsMax = 5
    /// Records that an export is written of without a place: a second's work.
    private static let briefRecords = 20_000
    /// Larger ones that are written at once, whoever asked for them.
    private static let placesMax = 3

    let database: any Database
    let clock: WallClock
    let files: ExportFiles
    let locales: Locales
    /// Records of one export.
    let recordsMax: Int
    private let places = Places(Self.placesMax)

    init(
        database: any Database, clock: WallClock, files: ExportFiles, locales: Locales,
        recordsMax: Int
    ) {
        self.database = database
        self.clock = clock
        self.files = files
        self.locales = locales
        self.recordsMax = recordsMax
    }

    struct Work: JobPayload {
        static let kind = "export.write"
        let export: String
    }

    /// Removes a result that was kept its time.
    struct Expiry: JobPayload {
        static let kind = "export.expire"
        let export: String
    }

    func register(with queue: JobQueue, _ exports: Exports) {
        // Begun once more than it is tried: whoever died in each attempt is given up there.
        queue.register(Work.self, retry: RetryPolicy(attemptsMax: Self.attemptsMax + 1)) {
            work, job in
            try await write(Export.ID(work.export), Workspace.ID(job.workspace), job)
        }
        queue.register(Expiry.self) { expiry, job in
            try await exports.expire(Export.ID(expiry.export), in: Workspace.ID(job.workspace))
            return .done
        }
    }

    private func write(
        _ id: Export.ID, _ workspace: Workspace.ID, _ job: Job
    ) async throws -> Outcome {
        do {
            guard job.attempts <= Self.attemptsMax else { throw BegunTooOften() }
            try await write(id, in: workspace)
            return .done
        } catch let error where !(error is CancellationError) {
            guard job.attempts >= Self.attemptsMax else { throw error }
            let now = clock.now()
            // First: as soon as it has failed, somebody may begin it anew.
            files.remove(id)
            try await database.write {
                try $0.endExport(
                    id, as: .failed, failure: Export.Failure(error), at: now, in: workspace)
            }
            return .failed(reason: "\(error)")
        }
    }

    private struct BegunTooOften: Error, CustomStringConvertible {
        let description = "the process ended in each attempt"
    }

    private func write(_ id: Export.ID, in workspace: Workspace.ID) async throws {
        guard let order = try await order(id, workspace) else { return files.remove(id) }
        let records = try await freeze(order)
        if records <= Self.briefRecords { return try await write(records, order) }
        try await places.taking { try await write(records, order) }
    }

    private func write(_ records: Int, _ order: Order) async throws {
        let id = order.export.id
        let parts = max(1, (records + Export.recordsPerFile - 1) / Export.recordsPerFile)
        var note = Note(id, in: order.context.workspace.id, database)
        for part in min(order.export.files, parts)..<parts {
            let first = part * Export.recordsPerFile
            let count = min(Export.recordsPerFile, records - first)
            guard try await write(part, from: first, count: count, order, &note),
                try await note.take(written: first + count, files: part + 1)
            else { return files.remove(id) }
        }
        try await finish(order, parts: parts)
    }

    /// What is to be written; nil for an export that is no longer under way.
    private struct Order: Sendable {
        let export: Export
        let kind: any ExportKind
        let context: ExportContext
    }

    private func order(_ id: Export.ID, _ workspace: Workspace.ID) async throws -> Order? {
        let now = clock.now()
        return try await database.read { connection in
            guard let export = try connection.export(id, in: workspace), export.state.isUnderWay,
                let subject = try connection.exportSubject(id, in: workspace),
                let workspace = try connection.workspace(workspace)
            else { return nil }
            return Order(
                export: export, kind: try ExportKinds.decode(subject, of: export.kind),
                context: ExportContext(
                    workspace: workspace, language: export.language, now: now,
                    locales: locales, times: LocalTimes(workspace.timeZone)))
        }
    }

    /// Keeps the keys of the records in a file, unless an earlier attempt has.
    ///
    /// - Returns: how many.
    private func freeze(_ order: Order) async throws -> Int {
        let id = order.export.id
        let path = files.keys(id)
        if let records = order.export.records, ExportFiles.size(path) != nil { return records }
        // The keys go last: without them but with a result, the attempt died at its very end.
        if let records = order.export.records, files.result(of: order.export) != nil {
            return records
        }
        try files.make(id)
        let begun = path + ".begun"
        let (kind, context) = (order.kind, order.context)
        let (count, isTruncated) = try await database.read { connection in
            let keys = try KeyFile.Writer(path: begun)
            var isTruncated = false
            try kind.eachKey(on: connection, in: context) { key in
                guard keys.count < recordsMax else {
                    isTruncated = true
                    return false
                }
                try keys.append(key)
                return true
            }
            try keys.finish()
            return (keys.count, isTruncated)
        }
        try files.replace(path, with: begun)
        try await database.write {
            try $0.beginExport(
                id, records: count, isTruncated: isTruncated, in: context.workspace.id)
        }
        return count
    }

    /// Writes one file; reads the next rows while it writes these.
    ///
    /// - Returns: false when the export was cancelled.
    private func write(
        _ part: Int, from first: Int, count: Int, _ order: Order, _ note: inout Note
    ) async throws -> Bool {
        let (kind, context, id) = (order.kind, order.context, order.export.id)
        let path = files.part(id, part)
        let begun = path + ".begun"
        let table = TableFile()
        try await table.begin(
            order.export.format, at: begun, heads: kind.heads(in: context))
        let keys = try KeyFile.Reader(path: files.keys(id), skipping: first)
        var written = 0
        var ready: [[Cell]] = []
        while written < count || !ready.isEmpty {
            try Job.checkStopping()
            let next = try keys.next(min(Self.chunk, count - written))
            async let rows: [[Cell]] =
                next.isEmpty
                ? []
                : database.read { try kind.rows(of: next, on: $0, in: context) }
            try await table.append(ready)
            ready = try await rows
            written += next.count
            if next.isEmpty, written < count {
                throw TableFailure(description: "the keys of \(id) end too early")
            }
            if note.isDue(after: Self.noteEvery),
                try await !note.take(written: first + written, files: part)
            {
                return false
            }
        }
        try await table.finish()
        try files.replace(path, with: begun)
        return true
    }

    private func finish(_ order: Order, parts: Int) async throws {
        let now = clock.now()
        let id = order.export.id
        let workspace = order.context.workspace.id
        let (files, export) = (files, order.export)
        let bytes = try await TableFile().run { try files.complete(export, parts: parts, at: now) }
        let end = now + Export.keptFor
        let expiry = try Job(
            id: "expire-\(id)", workspace: workspace.text, Expiry(export: id.text),
            runAt: end.milliseconds)
        let isFinished = try await database.write { connection in
            guard
                try connection.finishExport(id, bytes: bytes, at: now, until: end, in: workspace)
            else { return false }
            try connection.enqueue(expiry)
            return true
        }
        if !isFinished { files.remove(id) }
    }
}

extension Export.Failure {
    /// What is told of the error that ended the last attempt.
    fileprivate init(_ error: any Error) {
        let isDiskFull =
            switch error {
            case let failure as TableFailure: failure.isDiskFull
            case let failure as CocoaError: failure.code == .fileWriteOutOfSpace
            case DatabaseError.full: true
            default: false
            }
        self = isDiskFull ? .diskFull : .gaveUp
    }
}

/// How far an export is, as the store knows it.
private struct Note {
    let id: Export.ID
    let workspace: Workspace.ID
    let database: any Database
    private var noted = ContinuousClock.now

    init(_ id: Export.ID, in workspace: Workspace.ID, _ database: any Database) {
        self.id = id
        self.workspace = workspace
        self.database = database
    }

    func isDue(after pause: Duration) -> Bool { ContinuousClock.now - noted >= pause }

    /// - Returns: false when the export was cancelled.
    mutating func take(written: Int, files: Int) async throws -> Bool {
        noted = .now
        let (id, workspace) = (id, workspace)
        return try await database.write {
            try $0.advanceExport(id, written: written, files: files, in: workspace)
        }
    }
}
