import Foundation
import HTMLEscaping
import Mustache

/// The phone's templates and its words in two languages, read once.
struct PhoneTexts: Sendable {
    enum Language: String, Sendable, CaseIterable {
        case chinese = "zh"
        case english = "en"

        var other: Language { self == .chinese ? .english : .chinese }
        /// For `<html lang>`.
        var tag: String { self == .chinese ? "zh-CN" : "en" }
    }

    /// The folder of resources lacks something.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    private let library: MustacheLibrary
    private let words: [Language: [String: String]]

    /// - Parameter directory: With `templates` and `words` in it.
    init(directory: String) throws(Problem) {
        do {
            library = try Self.templates(in: "\(directory)/templates")
            words = try Dictionary(
                uniqueKeysWithValues: Language.allCases.map { language in
                    let file = URL(filePath: "\(directory)/words/\(language.rawValue).json")
                    return (
                        language,
                        try JSONDecoder().decode(
                            [String: String].self, from: Data(contentsOf: file))
                    )
                })
        } catch {
            throw Problem(
                description: "The mock gateway's resources in \(directory) cannot be read: \(error)"
            )
        }
    }

    subscript(language: Language) -> [String: String] {
        words[language] ?? [:]
    }

    func render(_ template: String, _ view: Any) -> String {
        library.render(view, withTemplate: template) ?? ""
    }

    private static func templates(in directory: String) throws -> MustacheLibrary {
        ScalarEscaping.register()
        var library = MustacheLibrary()
        for file in try FileManager.default.subpathsOfDirectory(atPath: directory)
        where file.hasSuffix(".mustache") {
            let text = try String(contentsOfFile: "\(directory)/\(file)", encoding: .utf8)
            library.register(
                try MustacheTemplate(string: ScalarEscaping.pragma + text),
                named: String(file.dropLast(".mustache".count)))
        }
        return library
    }
}
