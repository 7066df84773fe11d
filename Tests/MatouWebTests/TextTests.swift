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
        for path in files(below: ProjectFolder.root + "/Sources/MatouWeb", ".swift") {
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

    private static func matches(_ key: String, _ pattern: String) -> Bool {
        let parts = pattern.components(separatedBy: "*")
        guard parts.count > 1 else { return key == pattern }
        var rest = key[...]
        for (index, part) in parts.enumerated() where !part.isEmpty {
            if index == 0 {
                guard rest.hasPrefix(part) else { return false }
                rest = rest.dropFirst(part.count)
            } else if index == parts.count - 1 {
                return rest.hasSuffix(part)
            } else {
                guard let range = rest.range(of: part) else { return false }
                rest = rest[range.upperBound...]
            }
        }
        return true
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
        for asked in try Self.asked() {
            // Better words for one field, used where there are some.
            guard !asked.contains(".invalid.*") else { continue }
            #expect(keys.contains { Self.matches($0, asked) }, "\(asked)")
        }
    }

    @Test func `every text is asked for`() throws {
        let asked = try Self.asked()
        for key in try Self.keys(of: "zh-CN").keys.sorted() where !key.contains(".invalid.") {
            #expect(asked.contains { Self.matches(key, $0) }, "\(key)")
        }
    }
}
