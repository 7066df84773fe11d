import HTTP
import Matou

/// The language of a visitor.
extension Language {
    static let cookie = "matou_language"

    /// What was chosen; else what the browser prefers; else Chinese.
    init(_ request: Request) {
        self =
            request.cookie(Self.cookie).flatMap(Language.init(rawValue:))
            ?? Self.preferred(by: request) ?? .chinese
    }

    /// What a program prefers; else English.
    init(ofProgram request: Request) {
        self = Self.preferred(by: request) ?? .english
    }

    private static func preferred(by request: Request) -> Language? {
        switch request.preferredLanguage(of: ["zh", "en"]) {
        case "zh": .chinese
        case "en": .english
        default: nil
        }
    }
}
