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
        let known = try takenNames(
            among: lines.filter { $0.fault == nil }.map(\.name), on: account, in: workspace)
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

    /// Those of the names that codes of the account have, folded.
    private func takenNames(
        among names: [String], on account: Account.ID, in workspace: Workspace.ID
    ) throws -> Set<String> {
        let taken: [String] = try rows(
            """
            SELECT DISTINCT name_folded FROM qr_codes
            WHERE workspace_id = \(workspace) AND account_id = \(account) AND deleted_at IS NULL
                AND name_folded IN \(list: names.map { $0.folded() })
            """
        ).map { try $0.get("name_folded") }
        return Set(taken)
    }

    /// Turns lines down whose names codes have got since the file was checked.
    ///
    /// - Returns: the others.
    func turnDownTaken(
        _ lines: [ImportLine], of found: Import, in workspace: Workspace.ID
    ) throws -> [ImportLine] {
        let taken = try takenNames(among: lines.map(\.name), on: found.account, in: workspace)
        let (bad, good) = lines.reduce(into: ([ImportLine](), [ImportLine]())) { split, line in
            if taken.contains(line.name.folded()) {
                split.0.append(line)
            } else {
                split.1.append(line)
            }
        }
        for line in bad {
            try run(
                """
                UPDATE import_lines
                SET state = \(ImportLine.State.bad), fault = \(ImportLine.Fault.taken.name)
                WHERE workspace_id = \(workspace) AND import_id = \(found.id)
                    AND line = \(line.number)
                """)
        }
        if !bad.isEmpty {
            try run(
                """
                UPDATE imports SET bad = bad + \(bad.count)
                WHERE workspace_id = \(workspace) AND id = \(found.id)
                """)
        }
        return good
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

    func lines(
        of id: Import.ID, _ state: ImportLine.State?, after number: Int, limit: Int,
        in workspace: Workspace.ID
    ) throws -> [ImportLine] {
        let condition: Statement = state.map { "AND import_lines.state = \($0)" } ?? ""
        return try rows(
            """
            SELECT line, import_lines.name AS name, state, fault, other_line, code_id,
                failure_code, failure_words
            FROM import_lines LEFT JOIN qr_codes
                ON qr_codes.workspace_id = import_lines.workspace_id AND qr_codes.id = code_id
            WHERE import_lines.workspace_id = \(workspace) AND import_id = \(id)
                \(fragment: condition) AND line > \(number)
            ORDER BY line LIMIT \(limit)
            """
        ).map { row in
            ImportLine(
                number: try row.get("line"), name: try row.get("name"),
                state: try row.get("state"),
                fault: ImportLine.Fault(
                    name: try row.optional("fault"), otherLine: try row.optional("other_line")),
                code: try row.optional("code_id"),
                refusal: try WeChatFault(row, code: "failure_code", words: "failure_words"))
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
        try setWaiting(
            among: """
                SELECT code_id FROM import_lines
                WHERE workspace_id = \(workspace) AND import_id = \(id)
                    AND state = \(ImportLine.State.failed)
                """, in: workspace)
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

    /// A code that failed in its batch has been made since, asked for from elsewhere.
    func countLineMadeLater(of code: QRCode.ID, in workspace: Workspace.ID) throws {
        let line = try row(
            """
            UPDATE import_lines SET state = \(ImportLine.State.made)
            WHERE workspace_id = \(workspace) AND code_id = \(code)
                AND state = \(ImportLine.State.failed)
            RETURNING import_id
            """)
        guard let batch: Import.ID = try line?.get("import_id") else { return }
        try countLines(of: batch, made: 1, failed: -1, in: workspace)
    }

    /// Takes back codes that WeChat was not asked for, or that it made none for.
    func forgetUnmadeLines(of id: Import.ID, in workspace: Workspace.ID) throws {
        let lines = try lines(
            of: id, .making, after: 0, limit: Import.linesMax, in: workspace)
        for line in lines {
            try setLine(line.number, of: id, .ready, code: nil, in: workspace)
            guard let code = line.code else { continue }
            try forgetUnmadeQRCode(code, in: workspace)
        }
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
