import SQL
import Testing

private enum Season: String, ValueConvertible {
    case spring, autumn
}

@Suite struct RowTests {
    let row = Row(
        columns: ["id", "scans", "season", "note", "on"],
        values: [.text("qr_1"), .integer(42), .text("autumn"), .null, .integer(1)])

    @Test func `a column is read as the type that is asked for`() throws {
        #expect(try row.get("id") == "qr_1")
        #expect(try row.get("scans", as: Int.self) == 42)
        #expect(try row.get("scans", as: Double.self) == 42)
        #expect(try row.get("season") == Season.autumn)
        #expect(try row.get("on", as: Bool.self))
        let scans: Int64 = try row["scans"]
        #expect(scans == 42)
    }

    @Test func `null is nothing, and only where nothing is allowed`() throws {
        let note: String? = try row.get("note")
        #expect(note == nil)
        #expect(try row.optional("note", as: Int.self) == nil)
        #expect(try row.optional("scans") == 42)
        #expect(throws: Row.DecodingError.self) { try row.get("note", as: String.self) }
    }

    @Test func `a column of another type says what it holds, not its value`() {
        #expect(
            throws: Row.DecodingError.wrongType(column: "id", found: "text", wanted: "Int")
        ) { try row.get("id", as: Int.self) }
        #expect(throws: Row.DecodingError.self) { try row.get("id", as: Season.self) }
        #expect(throws: Row.DecodingError.self) { try row.get("scans", as: Bool.self) }
    }

    @Test func `a missing column is named`() {
        let error = #expect(throws: Row.DecodingError.self) { try row.get("scan", as: Int.self) }
        #expect(error?.description.contains("no column scan") == true)
    }
}
