import SQL
import Testing

@Suite struct StatementTests {
    @Test func `an interpolated value is bound and never pasted`() {
        let name = "x'); DROP TABLE codes; --"
        let statement: Statement = "SELECT * FROM codes WHERE name = \(name) AND scans > \(7)"

        #expect(statement.text(for: .sqlite) == "SELECT * FROM codes WHERE name = ? AND scans > ?")
        #expect(
            statement.text(for: .postgres) == "SELECT * FROM codes WHERE name = $1 AND scans > $2")
        #expect(statement.values == [.text(name), .integer(7)])
    }

    @Test func `a missing value binds null`() {
        let note: String? = nil
        let statement: Statement = "UPDATE codes SET note = \(note)"
        #expect(statement.values == [.null])
    }

    @Test func `a fragment is spliced and its parameters are numbered anew`() {
        let condition: Statement = "state = \("live")"
        let statement: Statement = """
            SELECT \(1) FROM codes WHERE \(fragment: condition) AND id = \(2)
            """
        #expect(
            statement.text(for: .postgres) == "SELECT $1 FROM codes WHERE state = $2 AND id = $3")
        #expect(statement.values == [.integer(1), .text("live"), .integer(2)])
    }

    @Test func `statements are added and joined`() {
        var statement: Statement = "SELECT 1 WHERE "
        let conditions: [Statement] = ["a = \(1)", "b = \(2)", "c = \(3)"]
        statement += conditions.joined(separator: " AND ")
        statement = statement + " LIMIT \(4)"

        #expect(
            statement.text(for: .sqlite) == "SELECT 1 WHERE a = ? AND b = ? AND c = ? LIMIT ?")
        #expect([Statement]().joined(separator: ", ").isEmpty)
    }

    @Test func `lists of many lengths make few texts`() {
        let texts = Set(
            (1...100).map { count in
                let ids = Array(1...count)
                return ("id IN \(list: ids)" as Statement).text(for: .sqlite)
            })
        #expect(texts.count == 8)
        #expect(
            ("id IN \(list: [5, 6, 7])" as Statement).values == [5, 6, 7, 7].map { .integer($0) })
    }

    @Test func `a token is spelled by the dialect`() {
        let claim: Statement = "SELECT id FROM jobs WHERE lane = \("码头") \(.skipLocked)"
        let statement: Statement = "DELETE FROM jobs WHERE id IN (\(fragment: claim)) AND n = \(1)"
        #expect(
            statement.text(for: .sqlite)
                == "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE lane = ? ) AND n = ?")
        #expect(
            statement.text(for: .postgres) == """
                DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE lane = $1 \
                FOR UPDATE SKIP LOCKED) AND n = $2
                """)
    }

    @Test func `a statement shows itself without its values`() {
        let statement: Statement = "UPDATE users SET secret = \("hunter2")"
        #expect("\(statement)" == "UPDATE users SET secret = $1")
    }
}
