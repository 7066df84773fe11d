import Foundation
import Testing

/// What CONTRIBUTING.md promises of the sources, read from them.
@Suite struct `The house is tidy` {
    private static let project = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

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

    private static func files(
        in folder: String, ending: String
    ) throws -> [(path: String, text: String)] {
        let folder = project.appending(path: folder)
        let paths = try #require(FileManager.default.enumerator(atPath: folder.path))
        return try paths.compactMap { $0 as? String }.filter { $0.hasSuffix(ending) }.map {
            ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
        }
    }

    @Test func `a table is written by the one slice that owns it`() throws {
        let statement = /\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+([a-z_]+)\b/
        var writers: [String: Set<String>] = [:]
        for (path, text) in try Self.files(in: "Sources/Matou", ending: ".swift") {
            let slice = path.split(separator: "/").first.map(String.init) ?? path
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
        let files = try Self.files(in: "Sources/\(module)", ending: ".swift")
        #expect(!files.isEmpty)
        for (path, text) in files {
            #expect(
                !text.contains(/\b(?:INSERT INTO|DELETE FROM|UPDATE [a-z_]+ SET|SELECT .+ FROM)\b/),
                "\(module)/\(path)")
        }
    }

    /// Where Chinese is no word of the product's: WeChat's names of faces, heads of people's files, the
    /// names of the languages and of the product.
    private static let namesInChinese: Set = [
        "Replies/ReplySigns.swift", "Imports/NameFile.swift", "Layout/Shell.swift",
        "API/OpenAPIDocument.swift",
    ]

    @Test(arguments: ["Matou", "MatouWeb"])
    func `the words of both languages are in Resources, and none in`(module: String) throws {
        let files = try Self.files(in: "Sources/\(module)", ending: ".swift")
        #expect(!files.isEmpty)
        for (path, text) in files where !Self.namesInChinese.contains(path) {
            for line in text.split(separator: "\n") {
                let code = line.prefix(upTo: line.firstRange(of: "//")?.lowerBound ?? line.endIndex)
                #expect(!code.contains(/\p{Script=Han}/), "\(module)/\(path): \(line)")
            }
        }
    }

    @Test func `every template is drawn by a page or another template`() throws {
        let templates = try Self.files(in: "Resources/templates", ending: ".mustache")
        let pages = try Self.files(in: "Sources/MatouWeb", ending: ".swift")
        let drawn = Set(
            pages.flatMap { $0.text.matches(of: /"([a-z\/-]+)"/).map { String($0.1) } }
                + templates.flatMap {
                    $0.text.matches(of: /\{\{[><] *([a-z\/-]+) *\}\}/).map { String($0.1) }
                })
        #expect(templates.count > 100)
        // The menu names the icons of its places by their sections.
        for (path, _) in templates where !path.hasPrefix("icons/") {
            #expect(drawn.contains(path.replacing(".mustache", with: "")), "\(path)")
        }
    }
}
