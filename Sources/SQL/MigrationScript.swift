/// A file of SQL taken apart into its statements, in the words of one dialect.
///
/// Semicolons and tokens count only outside of strings, quoted names and comments; a semicolon
/// inside the body of a trigger does not end it.
struct MigrationScript {
    enum Failure: Error, Hashable {
        case unknownToken(String)
        /// A string, quoted name or comment that is never closed; the text from its start.
        case unclosed(String)
    }

    private(set) var statements: [String] = []

    private let dialect: Dialect
    private var rest: Substring
    private var statement = ""
    /// The words and semicolons of the statement so far, upper case.
    private var words: [String] = []

    init(_ text: String, dialect: Dialect) throws(Failure) {
        self.dialect = dialect
        rest = text[...]
        while let next = rest.first {
            try scan(next)
        }
        endStatement()
    }

    private mutating func scan(_ next: Character) throws(Failure) {
        if rest.hasPrefix("--") {
            dropLine()
        } else if rest.hasPrefix("/*") {
            try dropComment()
        } else if next == "'" || next == "\"" {
            try copyQuoted(by: next)
        } else if next == "{" {
            try replaceToken()
        } else if next == ";" {
            rest.removeFirst()
            semicolon()
        } else if next.isLetter || next == "_" {
            copyWord()
        } else {
            statement.append(rest.removeFirst())
        }
    }

    /// A doubled quote inside is a quote closed and opened again, which comes to the same.
    private mutating func copyQuoted(by quote: Character) throws(Failure) {
        guard let end = rest.dropFirst().firstIndex(of: quote) else {
            throw .unclosed(String(rest.prefix(40)))
        }
        statement += rest[...end]
        rest = rest[rest.index(after: end)...]
        words.append("")
    }

    private mutating func copyWord() {
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        statement += word
        words.append(word.uppercased())
        rest = rest[word.endIndex...]
    }

    private mutating func replaceToken() throws(Failure) {
        let token = rest.dropFirst().prefix { $0.isLetter }
        guard rest[token.endIndex...].first == "}",
            let spelling = dialect.spelling(ofMigrationToken: String(token))
        else { throw .unknownToken(String(rest.prefix(token.count + 2))) }
        statement += spelling
        rest = rest[rest.index(after: token.endIndex)...]
        words.append("")
    }

    private mutating func semicolon() {
        let isTrigger = words.first == "CREATE" && words.prefix(3).contains("TRIGGER")
        if isTrigger, words.suffix(2) != [";", "END"] {
            statement += ";"
            words.append(";")
        } else {
            endStatement()
        }
    }

    private mutating func endStatement() {
        if !words.isEmpty { statements.append(Self.trimmed(statement)) }
        statement = ""
        words = []
    }

    /// The line break stays: it separates words.
    private mutating func dropLine() {
        rest = rest.drop { !$0.isNewline }
    }

    private mutating func dropComment() throws(Failure) {
        guard let end = rest.dropFirst(2).firstRange(of: "*/") else {
            throw .unclosed(String(rest.prefix(40)))
        }
        rest = rest[end.upperBound...]
        statement += " "
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
