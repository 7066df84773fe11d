/// A statement without its values: what an engine prepares, and keeps by.
///
/// Every callback runs some ten statements of up to half a kilobyte. So a text is not put together until an
/// engine has to read it, and texts are told apart without reading them: by where their literals lie in the
/// program. Two places in the source that say the same are two texts, each prepared for itself.
public struct StatementText: Sendable {
    enum Part: Sendable {
        /// As it stands in the source.
        case literal(StaticString)
        /// Made while the program runs.
        case verbatim(String)
        case parameter
        case token(Statement.Token)
    }

    let parts: [Part]

    public var isEmpty: Bool { spelled(for: .sqlite).isEmpty }

    /// The text in the words of `dialect`.
    public func spelled(for dialect: Dialect) -> String {
        var text = ""
        var number = 0
        for part in parts {
            switch part {
            case .literal(let literal): text += literal.description
            case .verbatim(let words): text += words
            case .token(let token): text += dialect.spelling(of: token)
            case .parameter:
                number += 1
                text += dialect.placeholder(number)
            }
        }
        return text
    }
}

extension StatementText: Hashable {
    public static func == (left: StatementText, right: StatementText) -> Bool {
        left.parts == right.parts
    }

    /// The first and the last part tell most statements apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(parts.count)
        hasher.combine(parts.first)
        hasher.combine(parts.last)
    }
}

extension StatementText.Part: Hashable {
    static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.literal(let left), .literal(let right)): left.place == right.place
        case (.verbatim(let left), .verbatim(let right)): left == right
        case (.token(let left), .token(let right)): left == right
        case (.parameter, .parameter): true
        default: false
        }
    }

    func hash(into hasher: inout Hasher) {
        switch self {
        case .literal(let literal): hasher.combine(literal.place)
        case .verbatim(let words): hasher.combine(words)
        case .token(let token): hasher.combine(token)
        case .parameter: break
        }
    }
}

extension StaticString {
    /// Where it lies in the program; for a single character, which lies nowhere, the character.
    fileprivate var place: Int {
        hasPointerRepresentation ? Int(bitPattern: utf8Start) : Int(unicodeScalar.value)
    }
}
