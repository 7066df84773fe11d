import SQL
import TestWorld

extension Workshop {
    /// Every row of every aggregate, to compare two states of the store.
    func aggregates() async throws -> [String: [Row]] {
        try await database.read { connection in
            var rows: [String: [Row]] = [:]
            for table in [
                "code_counts", "code_days", "account_days", "code_scanners", "followers",
                "code_reply_failures",
            ] {
                rows[table] = try connection.rows(
                    Statement(verbatim: "SELECT * FROM \(table) ORDER BY 1, 2, 3")
                )
                // A day or a code on which everything was taken back keeps a row of zeros.
                .filter { row in !row.isAllZero(table) }
            }
            return rows
        }
    }
}

extension Row {
    fileprivate func isAllZero(_ table: String) -> Bool {
        let keys = ["code_counts": 2, "code_days": 3, "account_days": 3][table]
        guard let keys else { return false }
        return values.dropFirst(keys).allSatisfy { $0 == .integer(0) }
    }
}
