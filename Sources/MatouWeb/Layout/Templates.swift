import Foundation
import HTMLEscaping
import HTTP
import Matou
import Mustache

/// Every template of `Resources/templates`, compiled once for each language.
///
/// `[[key]]` stands for a text of the locale and `[[/static/app.css]]` for the address of a file with
/// its version. Whatever does not fit (an unknown key, file or partial) is found at the start.
struct Templates: Sendable {
    /// The only templates that may take a value as it is, without escaping.
    private static let rawAllowed: Set<String> = ["partials/chart"]

    private let libraries: [Language: MustacheLibrary]
    /// A template's path below the folder, without its extension.
    let names: Set<String>

    /// - Throws: `TemplateError`.
    init(directory: String, locales: Locales, files: StaticFiles) throws(TemplateError) {
        ScalarEscaping.register()
        let sources = try Self.read(directory)
        names = Set(sources.keys)
        var libraries: [Language: MustacheLibrary] = [:]
        for language in Language.allCases {
            var library = MustacheLibrary()
            for (name, source) in sources {
                let words = TemplateWords(
                    template: name, locales: locales, language: language, files: files)
                library.register(
                    try Self.compile(try words.fill(source), name, known: names), named: name)
            }
            libraries[language] = library
        }
        self.libraries = libraries
    }

    /// - Throws: `TemplateError.unknownTemplate`.
    func render(
        _ name: String, _ context: some MustacheParent, in language: Language
    ) throws(TemplateError) -> String {
        guard let text = libraries[language]?.render(context, withTemplate: name) else {
            throw .unknownTemplate(name, in: "the code")
        }
        return text
    }

    private static func read(_ directory: String) throws(TemplateError) -> [String: String] {
        guard let paths = FileManager.default.enumerator(atPath: directory) else {
            throw .unreadable(directory)
        }
        var sources: [String: String] = [:]
        for case let path as String in paths where path.hasSuffix(".mustache") {
            guard let data = FileManager.default.contents(atPath: "\(directory)/\(path)"),
                let text = String(data: data, encoding: .utf8)
            else { throw .unreadable(path) }
            sources[String(path.dropLast(".mustache".count))] = text
        }
        return sources
    }

    private static func compile(
        _ source: String, _ name: String, known: Set<String>
    ) throws(TemplateError) -> MustacheTemplate {
        for tag in tags(of: source) {
            switch tag.first {
            case "{", "&":
                guard rawAllowed.contains(name) else { throw .rawValue(in: name) }
            case ">", "<":
                let partial = tag.dropFirst().trimmingCharacters(in: .whitespaces)
                guard partial.hasPrefix("*") || known.contains(partial) else {
                    throw .unknownTemplate(partial, in: name)
                }
            default: break
            }
        }
        do {
            return try MustacheTemplate(string: ScalarEscaping.pragma + source)
        } catch {
            throw .malformed(name, "\(error)")
        }
    }

    /// What stands between `{{` and `}}`.
    private static func tags(of source: String) -> [Substring] {
        source.components(separatedBy: "{{").dropFirst().map { piece in
            Substring(piece.components(separatedBy: "}}")[0])
        }
    }
}

/// Replaces the tokens of one template by what they stand for in one language.
private struct TemplateWords {
    let template: String
    let locales: Locales
    let language: Language
    let files: StaticFiles

    func fill(_ source: String) throws(TemplateError) -> String {
        var filled = ""
        var rest = source[...]
        while let start = rest.range(of: "[[") {
            guard let end = rest.range(of: "]]", range: start.upperBound..<rest.endIndex) else {
                throw .malformed(template, "a [[ without its ]]")
            }
            filled += rest[..<start.lowerBound]
            filled += try meaning(of: String(rest[start.upperBound..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        return filled + rest
    }

    private func meaning(of token: String) throws(TemplateError) -> String {
        if token.hasPrefix("/static/") {
            let url = files.url(for: String(token.dropFirst("/static/".count)))
            // Only a file that is there has a version.
            guard url.contains("?v=") else { throw .unknownFile(token, in: template) }
            return ScalarEscaping.escaped(url)
        }
        guard locales.has(token) else { throw .unknownText(token, in: template) }
        let text = locales.text(token, in: language)
        // Its values would be looked up in the view, where they are not.
        guard !text.contains("{{") else { throw .textNeedsValues(token, in: template) }
        return ScalarEscaping.escaped(text)
    }
}

/// Templates that do not fit together. Found at the start, not by a visitor.
enum TemplateError: Error, Sendable, Equatable, CustomStringConvertible {
    case unreadable(String)
    case malformed(String, String)
    case unknownTemplate(String, in: String)
    case unknownText(String, in: String)
    case unknownFile(String, in: String)
    case textNeedsValues(String, in: String)
    case rawValue(in: String)

    var description: String {
        switch self {
        case .unreadable(let path): "\(path) is missing or not UTF-8"
        case .malformed(let name, let reason): "the template \(name) is malformed: \(reason)"
        case .unknownTemplate(let name, let place):
            "there is no template \(name), which \(place) names"
        case .unknownText(let key, let place): "there is no text \(key), which \(place) names"
        case .unknownFile(let path, let place): "there is no file \(path), which \(place) names"
        case .textNeedsValues(let key, let place):
            "the text \(key) has values to fill in, which \(place) cannot: let the view have it"
        case .rawValue(let name): "the template \(name) takes a value without escaping it"
        }
    }
}
