import Foundation

/// The texts of all languages: `Resources/locales/<language>/<file>.json` is one flat object, whose
/// member `name` has the key `file.name`. `{{value}}` in a text stands for a value.
package struct Locales: Sendable {
    private let texts: [Language: [String: String]]

    /// - Throws: `LocaleError` for a file that cannot be read, or a key that one language
    ///   has and another lacks.
    package init(directory: String) throws(LocaleError) {
        var texts: [Language: [String: String]] = [:]
        for language in Language.allCases {
            texts[language] = try Self.read("\(directory)/\(language.rawValue)")
        }
        let keys = Set(texts.values.flatMap(\.keys))
        for (language, known) in texts {
            if let missing = keys.subtracting(known.keys).min() {
                throw .missing(key: missing, language: language.rawValue)
            }
        }
        self.texts = texts
    }

    /// The text of a key; the key itself when there is none, so that the gap shows.
    package func text(
        _ key: String, _ values: [String: String] = [:], in language: Language
    ) -> String {
        guard let text = texts[language]?[key] else { return key }
        return values.isEmpty ? text : Self.filled(text, values)
    }

    /// In one pass, so that a value in which `{{name}}` stands is shown as it is.
    private static func filled(_ text: String, _ values: [String: String]) -> String {
        var filled = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "{{"),
            let end = rest[start.upperBound...].firstRange(of: "}}")
        {
            filled += rest[..<start.lowerBound]
            let name = rest[start.upperBound..<end.lowerBound]
            filled += values[String(name)] ?? "{{\(name)}}"
            rest = rest[end.upperBound...]
        }
        return filled + rest
    }

    package func has(_ key: String) -> Bool { texts[.chinese]?[key] != nil }

    private static func read(_ directory: String) throws(LocaleError) -> [String: String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            throw .unreadable(directory)
        }
        var texts: [String: String] = [:]
        for name in names.sorted() where name.hasSuffix(".json") {
            let path = "\(directory)/\(name)"
            guard let data = FileManager.default.contents(atPath: path),
                let members = try? JSONDecoder().decode([String: String].self, from: data)
            else { throw .unreadable(path) }
            for (member, text) in members { texts["\(name.dropLast(5)).\(member)"] = text }
        }
        return texts
    }
}

/// Texts that do not fit together. Found at the start, not by a visitor.
package enum LocaleError: Error, Sendable, Equatable, CustomStringConvertible {
    case unreadable(String)
    case missing(key: String, language: String)

    package var description: String {
        switch self {
        case .unreadable(let path): "\(path) is missing or not a JSON object of texts"
        case .missing(let key, let language): "the text \(key) is missing in \(language)"
        }
    }
}
