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

    /// Stores lines, with those marked whose name a code of the account has already.
    ///
    /// - Returns: how many of them are bad.
    func insertLines(
        _ lines: [NameFile.Line], of id: Import.ID, on account: Account.ID,
        in workspace: Workspace.ID
    ) throws -> Int {
        let names = lines.filter { $0.fault == nil }.map { $0.name.folded() }
        let taken: [String] = try rows(
            """
            SELECT DISTINCT name_folded FROM qr_codes
            WHERE workspace_id = \(workspace) AND account_id = \(account) AND deleted_at IS NULL
                AND name_folded IN \(list: names)
            """
        ).map { try $0.get("name_folded") }
        let known = Set(taken)
        var bad = 0
        for line in lines {
            let fault =
                line.fault ?? (known.contains(line.name.folded()) ? ImportLine.Fault.taken : nil)
            if fault != nil { bad += 1 }
            let state: ImportLine.State = fault == nil ? .ready : .bad
            try run(
                """
                INSERT INTO import_lines
                    (workspace_id, import_id, line, name, state, fault, other_line)
                VALUES (\(workspace), \(id), \(line.number), \(line.name), \(state),
                    \(fault?.name), \(fault?.otherLine))
                """)
        }
        return bad
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
            cursor.map { "AND (created_at, id) < (\(Int64($0.key) ?? 0), \($0.id))" } ?? ""
        return try rows(
            """
            SELECT \(fragment: importColumns) FROM imports
            WHERE workspace_id = \(workspace) AND state <> \(Import.State.reading)
                \(fragment: own) \(fragment: beyond)
            ORDER BY created_at DESC, id DESC LIMIT \(limit)
            """
        ).map(Import.init)
    }

    func lines(
        of id: Import.ID, _ state: ImportLine.State?, after number: Int, limit: Int,
        in workspace: Workspace.ID
    ) throws -> [ImportLine] {
        let condition: Statement = state.map { "AND state = \($0)" } ?? ""
        return try rows(
            """
            SELECT line, name, state, fault, other_line, code_id FROM import_lines
            WHERE workspace_id = \(workspace) AND import_id = \(id) \(fragment: condition)
                AND line > \(number)
            ORDER BY line LIMIT \(limit)
            """
        ).map { row in
            ImportLine(
                number: try row.get("line"), name: try row.get("name"),
                state: try row.get("state"),
                fault: ImportLine.Fault(
                    name: try row.optional("fault"), otherLine: try row.optional("other_line")),
                code: try row.optional("code_id"))
        }
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

    /// Forgets the names that have no code and will have none.
    func deleteUnmadeLines(of id: Import.ID, in workspace: Workspace.ID) throws {
        try run(
            """
            DELETE FROM import_lines
            WHERE workspace_id = \(workspace) AND import_id = \(id)
                AND state IN (\(ImportLine.State.bad), \(ImportLine.State.ready))
            """)
    }

    /// Failed lines and their codes are to be asked for again.
    func setFailedLinesMaking(_ id: Import.ID, in workspace: Workspace.ID) throws {
        try run(
            """
            UPDATE qr_codes SET making = 'waiting'
            WHERE workspace_id = \(workspace) AND making = 'failed' AND deleted_at IS NULL
                AND id IN (SELECT code_id FROM import_lines
                    WHERE workspace_id = \(workspace) AND import_id = \(id)
                        AND state = \(ImportLine.State.failed))
            """)
        let count = try run(
            """
            UPDATE import_lines SET state = \(ImportLine.State.making)
            WHERE workspace_id = \(workspace) AND import_id = \(id)
                AND state = \(ImportLine.State.failed)
            """)
        try run(
            """
            UPDATE imports SET failed = failed - \(count)
            WHERE workspace_id = \(workspace) AND id = \(id)
            """)
    }

    func setLine(
        _ number: Int, of id: Import.ID, _ state: ImportLine.State, code: QRCode.ID?,
        in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE import_lines SET state = \(state), code_id = \(code)
            WHERE workspace_id = \(workspace) AND import_id = \(id) AND line = \(number)
            """)
    }

    func countLines(
        of id: Import.ID, made: Int, failed: Int, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE imports SET made = made + \(made), failed = failed + \(failed)
            WHERE workspace_id = \(workspace) AND id = \(id)
            """)
    }

    /// Takes back codes that WeChat was not asked for, or that it made none for: nobody has seen
    /// them, and no event can name their scene. With them go what their replies name, their looks
    /// and their first version.
    func forgetUnmadeLines(of id: Import.ID, in workspace: Workspace.ID) throws {
        let lines = try lines(
            of: id, .making, after: 0, limit: Import.linesMax, in: workspace)
        for line in lines {
            try setLine(line.number, of: id, .ready, code: nil, in: workspace)
            guard let code = line.code else { continue }
            let isUnmade =
                try run(
                    """
                    DELETE FROM qr_codes
                    WHERE workspace_id = \(workspace) AND id = \(code) AND making = 'waiting'
                    """) == 1
            guard isUnmade else { continue }
            try keepUses(of: [], by: code, in: workspace)
            try forgetDesign(of: code, in: workspace)
            try forgetRevisions(of: code.text, .qrCode, in: workspace)
        }
    }
}

private let importColumns: Statement = """
    id, account_id, file_name, encoding, settings, state, lines, bad, made, failed, waits_until,
    failure_code, failure_words, created_by, created_at, started_at, finished_at
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
    }
}
