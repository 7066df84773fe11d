import SQL
import Sheets

extension Connection {
    func insertExport(
        _ id: Export.ID, kind: String, subject: String, _ format: ExportFormat,
        _ language: Language, name: String, by principal: Principal, at time: Timestamp
    ) throws {
        try run(
            """
            INSERT INTO exports (workspace_id, id, kind, subject, format, language, name, state,
                written, truncated, files, created_by, created_at)
            VALUES (\(principal.workspace), \(id), \(kind), \(subject), \(format.rawValue), \(language),
                \(name), \(Export.State.waiting), 0, 0, 0, \(principal.actor), \(time))
            """)
    }

    func export(_ id: Export.ID, in workspace: Workspace.ID) throws -> Export? {
        try row(
            """
            SELECT \(fragment: exportColumns) FROM exports
            WHERE workspace_id = \(workspace) AND id = \(id)
            """
        ).map(Export.init)
    }

    func exportSubject(_ id: Export.ID, in workspace: Workspace.ID) throws -> String? {
        try value(
            "SELECT subject FROM exports WHERE workspace_id = \(workspace) AND id = \(id)")
    }

    func exports(
        of principal: Principal, after cursor: Cursor?, limit: Int
    ) throws -> [Export] {
        let beyond: Statement =
            try cursor.map { "AND \(fragment: try $0.rows(below: "created_at"))" } ?? ""
        return try rows(
            """
            SELECT \(fragment: exportColumns) FROM exports
            WHERE workspace_id = \(principal.workspace) AND created_by = \(principal.actor)
                \(fragment: beyond)
            ORDER BY created_at DESC, id DESC LIMIT \(limit)
            """
        ).map(Export.init)
    }

    func exportsUnderWay(of principal: Principal) throws -> Int {
        try value(
            """
            SELECT COUNT(*) AS exports FROM exports
            WHERE workspace_id = \(principal.workspace) AND created_by = \(principal.actor)
                AND state IN (\(Export.State.waiting), \(Export.State.running))
            """) ?? 0
    }

    /// The bytes of a person's results that are kept.
    ///
    /// - Parameter time: now. What was asked for twice the keeping time ago is not looked at: it would
    ///   have to have been under way for a week.
    func exportBytes(of principal: Principal, at time: Timestamp) throws -> Int {
        try value(
            """
            SELECT COALESCE(SUM(bytes), 0) AS bytes FROM exports
            WHERE workspace_id = \(principal.workspace) AND created_by = \(principal.actor)
                AND created_at > \(time + Export.keptFor * -2) AND state = \(Export.State.done)
            """) ?? 0
    }

    /// Notes that the records have been found.
    func beginExport(
        _ id: Export.ID, records: Int, isTruncated: Bool, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE exports SET state = \(Export.State.running), records = \(records),
                truncated = \(isTruncated)
            WHERE workspace_id = \(workspace) AND id = \(id)
                AND state IN (\(Export.State.waiting), \(Export.State.running))
            """)
    }

    /// - Returns: false when the export was cancelled meanwhile.
    func advanceExport(
        _ id: Export.ID, written: Int, files: Int, in workspace: Workspace.ID
    ) throws -> Bool {
        try run(
            """
            UPDATE exports SET written = \(written), files = \(files)
            WHERE workspace_id = \(workspace) AND id = \(id)
                AND state = \(Export.State.running)
            """) == 1
    }

    /// - Returns: false when the export was cancelled meanwhile.
    func finishExport(
        _ id: Export.ID, bytes: Int, at time: Timestamp, until end: Timestamp,
        in workspace: Workspace.ID
    ) throws -> Bool {
        try run(
            """
            UPDATE exports SET state = \(Export.State.done), bytes = \(bytes),
                written = records, finished_at = \(time), expires_at = \(end)
            WHERE workspace_id = \(workspace) AND id = \(id)
                AND state = \(Export.State.running)
            """) == 1
    }

    func endExport(
        _ id: Export.ID, as state: Export.State, failure: Export.Failure? = nil, at time: Timestamp,
        in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE exports SET state = \(state), failure = \(failure), finished_at = \(time)
            WHERE workspace_id = \(workspace) AND id = \(id)
                AND state IN (\(Export.State.waiting), \(Export.State.running),
                    \(Export.State.done))
            """)
    }

    /// Lets an export that has failed begin anew.
    ///
    /// - Returns: false when it has not failed.
    func restartExport(_ id: Export.ID, in workspace: Workspace.ID) throws -> Bool {
        try run(
            """
            UPDATE exports SET state = \(Export.State.waiting), records = NULL, written = 0,
                truncated = 0, files = 0, failure = NULL, finished_at = NULL
            WHERE workspace_id = \(workspace) AND id = \(id) AND state = \(Export.State.failed)
            """) == 1
    }

    func expireExport(_ id: Export.ID, in workspace: Workspace.ID) throws {
        try run(
            """
            UPDATE exports SET state = \(Export.State.expired)
            WHERE workspace_id = \(workspace) AND id = \(id) AND state = \(Export.State.done)
            """)
    }
}

private let exportColumns: Statement = """
    id, kind, format, language, name, state, records, written, truncated, files, failure, bytes,
    created_by, created_at, finished_at, expires_at
    """

extension Export {
    fileprivate init(_ row: Row) throws {
        id = try row.get("id")
        kind = try row.get("kind")
        format = ExportFormat(rawValue: try row.get("format")) ?? .xlsx
        language = try row.get("language")
        name = try row.get("name")
        state = try row.get("state")
        records = try row.get("records")
        written = try row.get("written")
        isTruncated = try row.get("truncated")
        files = try row.get("files")
        failure = try row.optional("failure", as: String.self).map {
            .init(rawValue: $0) ?? .gaveUp
        }
        bytes = try row.get("bytes")
        createdBy = try row.get("created_by")
        createdAt = try row.get("created_at")
        finishedAt = try row.get("finished_at")
        expiresAt = try row.get("expires_at")
    }
}
