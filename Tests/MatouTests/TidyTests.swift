import Foundation
import Testing

/// What CONTRIBUTING.md promises of the sources, read from them.
@Suite struct `The house is tidy` {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")

    /// Who writes a table beside the slice that owns it, and why.
    private static let guests: [String: Set<String>] = [
        // Erasing a person reaches whatever is theirs.
        "contact_taggings": ["Contacts"], "fact_payloads": ["Contacts"],
        "form_answers": ["Contacts"],
        // Counting anew begins by dropping what was counted.
        "code_reply_failures": ["Stats"], "followers": ["Stats"],
        // In another time zone every fact is of another day.
        "facts": ["Workspaces"],
        // A callback's arrival is noted with its fact.
        "accounts": ["Journal"],
    ]

    /// The files below a folder of `Sources`, each with the folder that it lies in.
    private static func files(below module: String) throws -> [(slice: String, text: String)] {
        let folder = sources.appending(path: module)
        let paths = try #require(FileManager.default.enumerator(atPath: folder.path))
        return try paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.map {
            path in
            let parts = path.split(separator: "/")
            return (
                parts.count > 1 ? String(parts[0]) : module,
                try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            )
        }
    }

    @Test func `a table is written by the one slice that owns it`() throws {
        let statement = /\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+([a-z_]+)\b/
        var writers: [String: Set<String>] = [:]
        for (slice, text) in try Self.files(below: "Matou") {
            for match in text.matches(of: statement) {
                writers[String(match.1), default: []].insert(slice)
            }
        }
        #expect(writers.count > 40)
        for (table, slices) in writers {
            let guests = Self.guests[table] ?? []
            #expect(guests.isSubset(of: slices), "\(table) has guests that do not come")
            #expect(
                slices.subtracting(guests).count == 1, "\(table) is written by \(slices.sorted())")
        }
    }

    @Test(arguments: ["MatouWeb", "MatouCommand", "MockWeChat", "WeChat", "HTTP"])
    func `there is no SQL in`(module: String) throws {
        let files = try Self.files(below: module)
        #expect(!files.isEmpty)
        for (slice, text) in files {
            #expect(
                !text.contains(/\b(?:INSERT INTO|DELETE FROM|UPDATE [a-z_]+ SET|SELECT .+ FROM)\b/),
                "\(module)/\(slice)")
        }
    }
}
