import SQL

/// Which columns of a list each person wants to see.
package struct ListColumns: Sendable {
    let database: any Database

    /// The person's choice, in the order they are shown; nil while there is none.
    ///
    /// - Parameter list: the list's address, such as `qr-codes`.
    package func choice(of list: String, for principal: Principal) async throws -> [String]? {
        let text = try await database.read { connection in
            try connection.row(
                """
                SELECT columns FROM list_columns
                WHERE workspace_id = \(principal.workspace) AND user_id = \(principal.actor)
                    AND list = \(list)
                """
            )?.get("columns", as: String.self)
        }
        return text.map { $0.split(separator: ",").map(String.init) }
    }

    /// Keeps the choice for all of the person's browsers.
    ///
    /// - Parameter columns: names of the list's own; none of them holds a comma.
    package func choose(
        _ columns: [String], of list: String, for principal: Principal
    ) async throws {
        try await database.write { connection in
            try connection.run(
                """
                INSERT INTO list_columns (workspace_id, user_id, list, columns)
                VALUES (\(principal.workspace), \(principal.actor), \(list),
                    \(columns.joined(separator: ",")))
                ON CONFLICT (workspace_id, user_id, list)
                    DO UPDATE SET columns = excluded.columns
                """)
        }
    }
}
