import Foundation
import Jobs
import SQL
import Sheets

/// Reading files of names, and making their codes.
package struct Imports: Sendable {
    /// Lines that are stored in one transaction.
    private static let chunk = 1000

    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let accounts: Accounts
    let jobs: JobQueue

    /// Reads and checks a file. Nothing is made of it until `start`.
    ///
    /// - Parameter once: repeats of one request find what the first read.
    /// - Throws: `Refusal.invalid` for the settings, and for a file that holds no names, too many or
    ///   no text; `Refusal.conflict` when the account may make no codes; `Refusal.missing`;
    ///   `Refusal.forbidden` below editor.
    package func check(
        _ bytes: [UInt8], named fileName: String, _ settings: Import.Settings,
        on account: Account.ID, once: IdempotencyKey? = nil, by principal: Principal
    ) async throws -> Import {
        try principal.require(.editor)
        if let first: Import.ID = try await database.first(of: once, for: principal) {
            return try await find(first, for: principal)
        }
        var settings = settings
        settings.draft.name = fileName.isEmpty ? "csv" : String(fileName.prefix(QRCode.nameLimit))
        let reply = settings.draft.reply
        let references = try await database.read {
            try $0.references(of: reply, on: account, in: principal.workspace)
        }
        settings.draft = try settings.draft.checked(
            references: references, at: clock.now())
        if let obstacle = try await accounts.find(account, for: principal).obstacle {
            throw Refusal.conflict(obstacle)
        }
        let file = try NameFile(bytes)
        let now = clock.now()
        let id = Import.ID.make(at: now, from: randomness)
        let expiry = try Job(
            id: "expire-\(id)", workspace: principal.workspace.text,
            ImportMaking.Expiry(import: id.text), runAt: (now + Import.keptFor).milliseconds)
        let shownName = String(fileName.prefix(QRCode.nameLimit)).replacing("\0", with: "")
        let stored = settings
        try await database.write { connection in
            try connection.insertImport(
                id, account: account, fileName: shownName, encoding: file.encoding.rawValue,
                stored, by: principal, at: now)
            try connection.enqueue(expiry)
        }
        do {
            let (lines, bad) = try await store(file, of: id, on: account, principal.workspace)
            guard lines > 0 else { throw Refusal.invalid("csv", .required) }
            let kept = try await database.write { connection in
                let (kept, isNew) = try connection.make(once, by: principal, at: now) {
                    try connection.setChecked(id, lines: lines, bad: bad, in: principal.workspace)
                    return id
                }
                // The same request came a second time while this one was read.
                if !isNew { try connection.deleteImport(id, in: principal.workspace) }
                return kept
            }
            return try await find(kept, for: principal)
        } catch {
            try await database.write { try $0.deleteImport(id, in: principal.workspace) }
            throw error
        }
    }

    private func store(
        _ file: NameFile, of id: Import.ID, on account: Account.ID, _ workspace: Workspace.ID
    ) async throws -> (lines: Int, bad: Int) {
        var (lines, bad) = (0, 0)
        var chunk: [NameFile.Line] = []
        func flush() async throws {
            let ready = chunk
            bad += try await database.write { connection in
                try connection.insertLines(ready, of: id, on: account, in: workspace)
            }
            chunk.removeAll(keepingCapacity: true)
        }
        for line in file {
            lines += 1
            guard lines <= Import.linesMax else {
                throw Refusal.invalid("csv", .tooMany(limit: Import.linesMax))
            }
            chunk.append(line)
            if chunk.count == Self.chunk { try await flush() }
        }
        if !chunk.isEmpty { try await flush() }
        return (lines, bad)
    }

    /// Begins to make the codes of the good lines, or goes on where it stopped; one that waits for
    /// WeChat asks it now.
    ///
    /// - Throws: `Refusal.conflict(.importNotStartable)`; `.replyPartMissing` when what the reply names
    ///   was deleted meanwhile; else as `run`.
    package func start(_ id: Import.ID, by principal: Principal) async throws -> Import {
        if try await find(id, for: principal).state == .waiting {
            return try await goOn(id, by: principal)
        }
        return try await run(id, by: principal) { connection, found in
            guard found.state.isStartable, found.left > 0 else {
                throw Refusal.conflict(.importNotStartable)
            }
            let reply = found.settings.draft.reply
            guard
                reply.hasParts(
                    try connection.references(
                        of: reply, on: found.account, in: principal.workspace))
            else { throw Refusal.conflict(.replyPartMissing) }
            return found.left
        }
    }

    private func goOn(_ id: Import.ID, by principal: Principal) async throws -> Import {
        try principal.require(.editor)
        let now = clock.now()
        try await database.write { connection in
            guard let found = try connection.importOfNames(id, in: principal.workspace) else {
                throw Refusal.missing
            }
            try connection.hasten(
                lane: Import.lane(of: found.account), workspace: principal.workspace.text,
                now: now.milliseconds)
        }
        jobs.wake()
        return try await find(id, for: principal)
    }

    /// Asks WeChat again for all codes that it refused.
    ///
    /// - Throws: `Refusal.conflict(.importNotStartable)` when there are none, or something else is
    ///   left to do; else as `run`.
    package func retry(_ id: Import.ID, by principal: Principal) async throws -> Import {
        try await run(id, by: principal) { connection, found in
            guard found.isRetryable else { throw Refusal.conflict(.importNotStartable) }
            try connection.setFailedLinesMaking(id, in: principal.workspace)
            return found.failed
        }
    }

    /// Begins a job that makes codes.
    ///
    /// - Parameter check: whether it may begin; returns how many codes there will be more.
    /// - Throws: `Refusal.conflict` when the account may make no codes, or has not so many permanent
    ///   ones left; `Refusal.missing`; `Refusal.forbidden` below editor.
    private func run(
        _ id: Import.ID, by principal: Principal,
        _ check: @escaping @Sendable (any Connection, Import) throws -> Int
    ) async throws -> Import {
        try principal.require(.editor)
        let account = try await find(id, for: principal).account
        if let obstacle = try await accounts.find(account, for: principal).obstacle {
            throw Refusal.conflict(obstacle)
        }
        let now = clock.now()
        let attempt = randomness.alphanumeric(8)
        try await database.write { connection in
            guard let found = try connection.importOfNames(id, in: principal.workspace) else {
                throw Refusal.missing
            }
            let more = try check(connection, found)
            if found.settings.draft.kind == .permanent,
                try connection.permanentCount(on: account, in: principal.workspace) + more
                    > Account.permanentCodeLimit
            {
                throw Refusal.conflict(.permanentCodesUsedUp)
            }
            try connection.setRunning(id, at: now, in: principal.workspace)
            let job = try Job(
                id: "import-\(id)-\(attempt)", workspace: principal.workspace.text,
                ImportMaking.Work(import: id.text, actor: principal.actor),
                lane: Import.lane(of: account), runAt: now.milliseconds)
            try connection.enqueue(job)
        }
        jobs.wake()
        return try await find(id, for: principal)
    }

    /// Makes no more of its codes, and forgets the names that have none. Those that are made stay.
    ///
    /// - Throws: `Refusal.conflict(.importNotCancellable)` once it has ended.
    package func cancel(_ id: Import.ID, by principal: Principal) async throws -> Import {
        try principal.require(.editor)
        let now = clock.now()
        try await database.write { connection in
            guard let found = try connection.importOfNames(id, in: principal.workspace),
                found.state != .reading
            else { throw Refusal.missing }
            // While it waits, WeChat is asked for none of them; else its job forgets them itself.
            if found.state == .waiting {
                try connection.forgetUnmadeLines(of: id, in: principal.workspace)
            }
            guard try connection.cancelImport(id, at: now, in: principal.workspace) else {
                throw Refusal.conflict(.importNotCancellable)
            }
            // What waits behind it need not wait for its next time.
            try connection.hasten(
                lane: Import.lane(of: found.account), workspace: principal.workspace.text,
                now: now.milliseconds)
        }
        jobs.wake()
        return try await find(id, for: principal)
    }

    /// - Throws: `Refusal.missing`.
    package func find(_ id: Import.ID, for principal: Principal) async throws -> Import {
        let found = try await database.read {
            try $0.importOfNames(id, in: principal.workspace)
        }
        guard let found, found.state != .reading else { throw Refusal.missing }
        return found
    }

    /// The imports, the newest first.
    ///
    /// - Parameter account: whose codes they make, nil for any account's.
    package func page(
        of account: Account.ID? = nil, after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<Import> {
        try await database.read { connection in
            Page(
                try connection.imports(
                    of: account, after: cursor, limit: limit + 1, in: principal.workspace),
                limit: limit
            ) {
                Cursor(
                    sort: Import.sort, at: $0.createdAt, id: $0.id.text)
            }
        }
    }

    /// Lines in the file's order.
    ///
    /// - Parameters:
    ///   - state: those in this state only.
    ///   - number: those after this line.
    package func lines(
        of id: Import.ID, _ state: ImportLine.State? = nil, after number: Int = 0,
        limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> [ImportLine] {
        let settings = try await find(id, for: principal).settings
        return try await database.read {
            try $0.lines(of: id, state, after: number, limit: limit, in: principal.workspace)
        }.map { line in
            var line = line
            if line.state != .bad { line.source = settings.draft(named: line.name).source }
            return line
        }
    }
}
