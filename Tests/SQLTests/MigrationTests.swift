import SQL
import Testing

@Suite struct MigrationTests {
    @Test(arguments: ["0001-accounts", "0107-live-codes-2"])
    func `a migration is named by its number and what it does`(_ name: String) {
        #expect(Migration(name: name, text: "")?.name == name)
    }

    @Test(arguments: [
        "", "1-accounts", "0001", "0001-", "0000-zero", "a001-x", "00001-x", "٠٠٠١-x",
    ])
    func `another name is refused`(_ name: String) {
        #expect(Migration(name: name, text: "") == nil)
    }

    @Test func `migrations are in the order of their numbers`() throws {
        let migrations = try ["0010-c", "0002-b", "0001-a"].map {
            try #require(Migration(name: $0, text: ""))
        }
        #expect(try Migrations(migrations).all.map(\.name) == ["0001-a", "0002-b", "0010-c"])
    }

    @Test func `two migrations of one number are refused`() throws {
        let migrations = try ["0001-a", "0001-b"].map {
            try #require(Migration(name: $0, text: ""))
        }
        #expect(throws: Migrations.Failure.sameNumber("0001-a", "0001-b")) {
            try Migrations(migrations)
        }
    }

    @Test func `the checksum is that of FNV-1a`() {
        #expect(Migration(name: "0001-a", text: "foobar")?.checksum == "85944171f73967e8")
    }

    @Test func `a folder that is not there is named`() {
        #expect(throws: Migrations.Failure.self) { try Migrations(directory: "/nowhere/at/all") }
    }
}
