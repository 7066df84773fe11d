import Foundation
import Testing

/// The words of the phone's pages: none missing, none left over.
@Suite struct PhoneWordTests {
    private static func words(_ language: String) throws -> Set<String> {
        let file = URL(filePath: Street.resources).appending(path: "words/\(language).json")
        return Set(
            try JSONDecoder().decode([String: String].self, from: Data(contentsOf: file)).keys)
    }

    /// What stands in the files of a folder, each behind the other.
    private static func text(below folder: URL, _ suffix: String) throws -> String {
        let paths =
            FileManager.default.enumerator(atPath: folder.path)?
            .compactMap { $0 as? String } ?? []
        return try paths.filter { $0.hasSuffix(suffix) }
            .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
            .joined()
    }

    /// The words that templates and code name; one that ends in `_` stands for all that begin so.
    private static func asked() throws -> Set<String> {
        let resources = URL(filePath: Street.resources)
        let templates = try text(below: resources.appending(path: "templates"), ".mustache")
        let code = try text(
            below: resources.appending(path: "../../Sources/MockWeChat/Phone").standardized,
            ".swift")
        return Set(
            templates.matches(of: /head\.words\.(\w+)/).map { String($0.1) }
                + code.matches(of: /(?:words\[|bracketed\()"(\w+)/).map { String($0.1) })
    }

    @Test func `both languages have the same words`() throws {
        #expect(try Self.words("zh") == Self.words("en"))
    }

    @Test func `every word that is asked for is there, and every one is asked for`() throws {
        let words = try Self.words("zh")
        let asked = try Self.asked()
        for key in asked {
            #expect(
                words.contains { $0 == key || key.hasSuffix("_") && $0.hasPrefix(key) }, "\(key)")
        }
        for word in words {
            #expect(
                asked.contains { $0 == word || $0.hasSuffix("_") && word.hasPrefix($0) }, "\(word)")
        }
    }
}
