/// A text message as the phone shows it: plain runs, and links that its author wrote as `<a
/// href="…">` or bare.
struct RichText {
    struct Run: Equatable {
        var text: String
        /// Only `http` and `https`; absent for plain words.
        var href: String?
        /// "appid path" of a mini program that the link opens instead.
        var miniProgram: String?
    }

    let runs: [Run]

    init(_ text: String) {
        var runs: [Run] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "<a ") {
            guard let tagEnd = rest[start.upperBound...].firstIndex(of: ">"),
                let close = rest[tagEnd...].firstRange(of: "</a>")
            else { break }
            runs += Self.linked(rest[..<start.lowerBound])
            let attributes = Self.attributes(rest[start.upperBound..<tagEnd])
            let words = String(rest[rest.index(after: tagEnd)..<close.lowerBound])
            runs.append(Self.run(words, attributes))
            rest = rest[close.upperBound...]
        }
        self.runs = runs + Self.linked(rest)
    }

    private static func run(_ words: String, _ attributes: [String: String]) -> Run {
        var run = Run(text: words, href: attributes["href"].flatMap(safe))
        if let appid = attributes["data-miniprogram-appid"] {
            run.miniProgram = "\(appid) \(attributes["data-miniprogram-path"] ?? "")"
        }
        return run
    }

    private static func safe(_ link: String) -> String? {
        let lower = link.lowercased()
        return lower.hasPrefix("http://") || lower.hasPrefix("https://") ? link : nil
    }

    /// `name="value"` pairs, with either quote.
    private static func attributes(_ text: Substring) -> [String: String] {
        var attributes: [String: String] = [:]
        var rest = text
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].split(whereSeparator: \.isWhitespace).last ?? ""
            let value = rest[rest.index(after: equals)...].drop(while: \.isWhitespace)
            guard let quote = value.first, quote == "\"" || quote == "'",
                let end = value.dropFirst().firstIndex(of: quote)
            else { break }
            attributes[name.lowercased()] = String(value.dropFirst()[..<end])
            rest = value[value.index(after: end)...]
        }
        return attributes
    }

    /// Bare addresses become links; they end at the first character that is no ASCII letter, digit
    /// or URL mark.
    private static func linked(_ text: Substring) -> [Run] {
        var runs: [Run] = []
        var plain = text
        var rest = text
        while let scheme = rest.firstRange(of: "http") {
            let end = text[scheme.lowerBound...].firstIndex { !isURLCharacter($0) } ?? text.endIndex
            let link = text[scheme.lowerBound..<end]
            guard link.hasPrefix("http://") || link.hasPrefix("https://"), link.count > 8 else {
                rest = rest[scheme.upperBound...]
                continue
            }
            let before = plain[..<scheme.lowerBound]
            if !before.isEmpty { runs.append(Run(text: String(before))) }
            runs.append(Run(text: String(link), href: String(link)))
            plain = text[end...]
            rest = plain
        }
        if !plain.isEmpty { runs.append(Run(text: String(plain))) }
        return runs
    }

    private static func isURLCharacter(_ character: Character) -> Bool {
        character.isASCII
            && (character.isLetter || character.isNumber
                || "-._~:/?#[]@!$&'()*+,;=%".contains(character))
    }
}
