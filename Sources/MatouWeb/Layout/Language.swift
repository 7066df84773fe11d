import HTTP

/// A language that the pages are written in.
enum Language: String, Sendable, CaseIterable {
    case chinese = "zh-CN"
    case english = "en"

    static let cookie = "matou_language"

    /// What was chosen; else what the browser prefers; else Chinese.
    init(_ request: Request) {
        if let chosen = request.cookie(Self.cookie).flatMap(Language.init(rawValue:)) {
            self = chosen
        } else {
            self = Self.preferred(by: request.fields["accept-language"] ?? "")
        }
    }

    /// What a program prefers; else English.
    init(ofProgram request: Request) {
        self = Self.preferred(by: request.fields["accept-language"] ?? "", otherwise: .english)
    }

    /// The language of the highest weight (RFC 9110 §12.5.4), the first one on a tie.
    static func preferred(by header: String, otherwise: Language = .chinese) -> Language {
        var best: (language: Language, weight: Double)?
        for part in header.prefix(500).split(separator: ",") {
            let pieces = part.split(separator: ";").map {
                $0.trimmingPrefix(while: \.isWhitespace).lowercased()
            }
            let language: Language? =
                switch pieces.first?.prefix(2) {
                case "zh": .chinese
                case "en": .english
                default: nil
                }
            let weight =
                pieces.dropFirst().first { $0.hasPrefix("q=") }
                .flatMap { Double($0.dropFirst(2)) } ?? 1
            if let language, weight > 0, weight > best?.weight ?? 0 { best = (language, weight) }
        }
        return best?.language ?? otherwise
    }
}
