import Foundation
import SQL

extension Connection {
    func insertImport(
        _ id: Import.ID, account: Account.ID, fileName: String, encoding: String,
        _ settings: Import.Settings, by principal: Principal, at time: Timestamp
    ) throws {
        let json = try StoredJSON.text(settings)
        try run(
            """
            INSERT INTO imports (workspace_id, id, account_id, file_name, encoding, settings, state,
                lines, bad, made, failed, created_by, created_at)
            VALUES (\(principal.workspace), \(id), \(account), \(fileName), \(encoding), \(json),
                \(Import.State.reading), 0, 0, 0, 0, \(principal.actor), \(time))
            """)
    }

    func setChecked(
        _ id: Import.ID, lines: Int, bad: Int, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE imports SET state = \(Import.State.checked), lines = \(lines), bad = \(bad)
            WHERE workspace_id = \(workspace) AND id = \(id)
            """)
    }

    func deleteImport(_ id: Import.ID, in workspace: Workspace.ID) throws {
        try run(
            "DELETE FROM import_lines WHERE workspace_id = \(workspace) AND import_id = \(id)")
        try run("DELETE FROM imports WHERE workspace_id = \(workspace) AND id = \(id)")
    }

    /// Removes an import whose file was left half read by a process that died, or of which nobody had
    /// anything made.
    func deleteUnusedImport(_ id: Import.ID, in workspace: Workspace.ID) throws {
        guard let found = try importOfNames(id, in: workspace),
            found.state == .reading || found.state == .checked
        else { return }
        try deleteImport(id, in: workspace)
    }

    func importOfNames(_ id: Import.ID, in workspace: Workspace.ID) throws -> Import? {
        try row(
            """
            SELECT \(fragment: importColumns) FROM imports
            WHERE workspace_id = \(workspace) AND id = \(id)
            """
        ).map(Import.init)
    }

    func imports(
        of account: Account.ID?, after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws -> [Import] {
        let own: Statement = account.map { "AND account_id = \($0)" } ?? ""
        let beyond: Statement =
            try cursor.map { "AND \(fragment: try $0.rows(below: "created_at"))" } ?? ""
        return try rows(
            """
            SELECT \(fragment: importColumns) FROM imports
            WHERE workspace_id = \(workspace) AND state <> \(Import.State.reading)
                \(fragment: own) \(fragment: beyond)
            ORDER BY created_at DESC, id DESC LIMIT \(limit)
            """
        ).map(Import.init)
    }

    func setRunning(_ id: Import.ID, at time: Timestamp, in workspace: Workspace.ID) throws {
        try run(
            """
            UPDATE imports SET state = \(Import.State.running), waits_until = NULL,
                failure_code = NULL, failure_words = NULL, finished_at = NULL,
                started_at = COALESCE(started_at, \(time))
            WHERE workspace_id = \(workspace) AND id = \(id)
            """)
    }

    /// Ends an attempt: the import waits, has stopped or is done.
    func pause(
        _ id: Import.ID, as state: Import.State, _ fault: WeChatFault?, until end: Timestamp?,
        at time: Timestamp, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE imports SET state = \(state), waits_until = \(end),
                failure_code = \(fault?.number), failure_words = \(fault?.words),
                finished_at = \(state == .waiting ? nil as Timestamp? : time)
            WHERE workspace_id = \(workspace) AND id = \(id)
                AND state IN (\(Import.State.running), \(Import.State.waiting))
            """)
    }

    /// - Returns: false when it has ended already.
    func cancelImport(
        _ id: Import.ID, at time: Timestamp, in workspace: Workspace.ID
    ) throws -> Bool {
        let isEnded =
            try run(
                """
                UPDATE imports SET state = \(Import.State.cancelled), finished_at = \(time),
                    waits_until = NULL
                WHERE workspace_id = \(workspace) AND id = \(id) AND state NOT IN
                    (\(Import.State.done), \(Import.State.cancelled), \(Import.State.reading))
                """) == 1
        if isEnded { try deleteUnmadeLines(of: id, in: workspace) }
        return isEnded
    }
}

/// One batch of an account is made after the other: `ahead` is the first that this one waits for.
private let importColumns: Statement = """
    id, account_id, file_name, encoding, settings, state, lines, bad, made, failed, waits_until,
    failure_code, failure_words, created_by, created_at, started_at, finished_at,
    CASE WHEN state = 'running' THEN (
        SELECT first.id FROM imports AS first
        WHERE first.workspace_id = imports.workspace_id
            AND first.account_id = imports.account_id AND first.state IN ('running', 'waiting')
            AND (first.started_at, first.id) < (imports.started_at, imports.id)
        ORDER BY first.started_at, first.id LIMIT 1) END AS ahead
    """

extension Import {
    fileprivate init(_ row: Row) throws {
        id = try row.get("id")
        account = try row.get("account_id")
        fileName = try row.get("file_name")
        encoding = try row.get("encoding")
        let json: String = try row.get("settings")
        settings = try StoredJSON.value(Settings.self, of: json)
        state = try row.get("state")
        lines = try row.get("lines")
        bad = try row.get("bad")
        made = try row.get("made")
        failed = try row.get("failed")
        waitsUntil = try row.get("waits_until")
        fault = try WeChatFault(row, code: "failure_code", words: "failure_words")
        createdBy = try row.get("created_by")
        createdAt = try row.get("created_at")
        startedAt = try row.get("started_at")
        finishedAt = try row.get("finished_at")
        ahead = try row.optional("ahead")
    }
}
