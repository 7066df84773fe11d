import SQL

extension Connection {
    /// Appends a fact, unless the same event is in the journal already.
    ///
    /// - Parameter raw: what it came in as; kept apart, so that it can be erased.
    /// - Returns: false when nothing was added, and nothing may be counted.
    func append(_ fact: Fact, raw: String?, in workspace: Workspace.ID) throws -> Bool {
        let added = try run(
            """
            INSERT INTO facts (workspace_id, seq, account_id, kind, occurred_at, received_at, day,
                dedupe_key, person, code_id, code_state, source, payload)
            VALUES (\(workspace), \(fact.seq), \(fact.account), \(fact.kind), \(fact.occurredAt),
                \(fact.receivedAt), \(fact.day), \(fact.dedupeKey), \(fact.person), \(fact.code),
                \(fact.codeState), \(fact.source), \(fact.payload))
            ON CONFLICT (workspace_id, account_id, dedupe_key) DO NOTHING
            """)
        guard added == 1 else { return false }
        if let raw {
            try run(
                """
                INSERT INTO fact_payloads (workspace_id, seq, raw)
                VALUES (\(workspace), \(fact.seq), \(raw))
                """)
        }
        return true
    }

    /// Facts of the workspace in the order of arrival, those after `seq`.
    func facts(
        of workspace: Workspace.ID, after seq: Int64, limit: Int
    ) throws -> [Fact] {
        try rows(
            """
            SELECT \(fragment: Fact.columns) FROM facts
            WHERE workspace_id = \(workspace) AND seq > \(seq)
            ORDER BY seq LIMIT \(limit)
            """
        ).map(Fact.init)
    }
}

extension Fact {
    /// What `init(_:)` takes of a row.
    static let columns: Statement = """
        seq, account_id, kind, occurred_at, received_at, day, dedupe_key, person, code_id,
        code_state, source, payload
        """

    init(_ row: Row) throws {
        seq = try row.get("seq")
        account = try row.get("account_id")
        kind = try row.get("kind")
        occurredAt = try row.get("occurred_at")
        receivedAt = try row.get("received_at")
        day = try row.get("day")
        dedupeKey = try row.get("dedupe_key")
        person = try row.get("person")
        code = try row.get("code_id")
        codeState = try row.get("code_state")
        source = try row.get("source")
        payload = try row.get("payload")
    }
}

extension Connection {
    /// Facts in the reverse order of arrival, those before `seq`.
    func facts(
        of workspace: Workspace.ID, before seq: Int64, limit: Int
    ) throws -> [Fact] {
        try rows(
            """
            SELECT \(fragment: Fact.columns) FROM facts
            WHERE workspace_id = \(workspace) AND seq < \(seq)
            ORDER BY seq DESC LIMIT \(limit)
            """
        ).map(Fact.init)
    }
}
