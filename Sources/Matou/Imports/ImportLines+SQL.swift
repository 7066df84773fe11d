import SQL

extension Connection {
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
