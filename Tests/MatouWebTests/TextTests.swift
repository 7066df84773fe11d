import Foundation
import TestWorld
import Testing

@testable import MatouWeb

/// The texts: none missing, none left over.
struct TextTests {
    private static let locales = ProjectFolder.resources + "/locales"

    private static func files(below directory: String, _ suffix: String) -> [String] {
        let paths = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String }
        return (paths ?? []).filter { $0.hasSuffix(suffix) }.map { "\(directory)/\($0)" }
    }

    private static func keys(of language: String) throws -> [String: String] {
        var keys: [String: String] = [:]
        for path in files(below: "\(locales)/\(language)", ".json") {
            let texts = try JSONDecoder().decode(
                [String: String].self, from: try Data(contentsOf: URL(fileURLWithPath: path)))
            let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
            for (key, text) in texts { keys["\(name).\(key)"] = text }
        }
        return keys
    }

    /// What templates and code ask for; `*` stands for what is filled in at run time.
    private static func asked() throws -> Set<String> {
        var asked: Set<String> = []
        for path in files(below: ProjectFolder.resources + "/templates", ".mustache") {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            for match in text.matches(of: /\[\[([^\/\]][^\]]*)\]\]/) {
                asked.insert(String(match.1))
            }
        }
        let names = Set(try keys(of: "en").keys.compactMap { $0.split(separator: ".").first })
        let literal = /"((?:[^"\\\n]|\\\((?:[^()"]|"[^"]*"|\([^()]*\))*\)|\\.)*)"/
        let value = /\\\((?:[^()"]|"[^"]*"|\([^()]*\))*\)/
        let sources = ["Matou", "MatouWeb"].flatMap {
            files(below: "\(ProjectFolder.root)/Sources/\($0)", ".swift")
        }
        for path in sources {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            for match in text.matches(of: literal) {
                let key = String(match.1).replacing(value, with: "*")
                let parts = key.split(separator: ".", maxSplits: 1)
                guard parts.count == 2, names.contains(parts[0]), !key.contains(" "),
                    !key.contains("/")
                else { continue }
                asked.insert(key)
            }
        }
        return asked
    }

    /// What each `*` of the pattern stands for in the key; nil when they do not match.
    private static func fills(_ key: String, _ pattern: NSRegularExpression) -> [String]? {
        let whole = NSRange(key.startIndex..., in: key)
        guard let match = pattern.firstMatch(in: key, range: whole) else { return nil }
        return (1..<match.numberOfRanges).compactMap { index in
            Range(match.range(at: index), in: key).map { String(key[$0]) }
        }
    }

    private static func patterns(_ asked: Set<String>) throws -> [NSRegularExpression] {
        try asked.filter { $0.contains("*") }.map { pattern in
            let parts = pattern.components(separatedBy: "*")
                .map(NSRegularExpression.escapedPattern)
            return try NSRegularExpression(pattern: "^\(parts.joined(separator: "(.+)"))$")
        }
    }

    /// Every word that the sources could fill in, also as `camelCase` becomes `camel_case` and
    /// `camel-case`.
    private static func words() throws -> Set<String> {
        var words: Set<String> = []
        for module in ["Matou", "MatouWeb", "HTTP", "HTTPClient", "Imaging", "QR"] {
            for path in files(below: "\(ProjectFolder.root)/Sources/\(module)", ".swift") {
                let text = try String(contentsOfFile: path, encoding: .utf8)
                words.formUnion(
                    text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
                        .map(String.init))
            }
        }
        let snakes = words.filter { $0.contains(where: \.isUppercase) }.map { word in
            word.map { $0.isUppercase ? "_\($0.lowercased())" : String($0) }.joined()
        }
        words.formUnion(snakes)
        return words.union(snakes.map { $0.replacing("_", with: "-") })
    }

    @Test func `both languages have the same texts with the same values`() throws {
        let chinese = try Self.keys(of: "zh-CN")
        let english = try Self.keys(of: "en")
        #expect(Set(chinese.keys) == Set(english.keys))
        func values(_ text: String?) -> Set<String> {
            Set((text ?? "").matches(of: /{{(\w+)}}/).map { String($0.1) })
        }
        for (key, text) in chinese {
            // The month has a name in one language and a number in the other.
            let own = values(text).subtracting(["month", "monthName"])
            #expect(own == values(english[key]).subtracting(["month", "monthName"]), "\(key)")
        }
    }

    @Test func `every text that is asked for is there`() throws {
        let keys = try Self.keys(of: "zh-CN").keys
        // Better words for one field, used where there are some.
        let asked = try Self.asked().filter { !$0.contains(".invalid.*") }
        for key in asked where !key.contains("*") {
            #expect(keys.contains(key), "\(key)")
        }
        for pattern in try Self.patterns(asked) {
            #expect(keys.contains { Self.fills($0, pattern) != nil }, "\(pattern.pattern)")
        }
    }

    @Test func `every text is asked for, by name or with a word that the code knows`() throws {
        let asked = try Self.asked()
        let patterns = try Self.patterns(asked)
        let words = try Self.words()
        for key in try Self.keys(of: "zh-CN").keys.sorted() where !key.contains(".invalid.") {
            let isAsked =
                asked.contains(key)
                || patterns.contains { Self.fills(key, $0)?.allSatisfy(words.contains) ?? false }
            #expect(isAsked, "\(key)")
        }
    }
}
