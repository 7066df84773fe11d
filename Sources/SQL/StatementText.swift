/// A statement without its values: what an engine prepares, and keeps by.
///
/// Every callback runs some ten statements of up to half a kilobyte. So a text is not put together until an
/// engine has to read it, and texts are told apart without reading them: by where their literals lie in the
/// program. Two places in the source that say the same are two texts, each prepared for itself.
public struct StatementText: Sendable {
    /// The statement, whose values do not matter here.
    private let parts: [Statement.Part]
    /// Of all parts but the values, taken while they were put together.
    private let hash: Int

    init(_ parts: [Statement.Part], hash: Int) {
        self.parts = parts
        self.hash = hash
    }

    /// The same without the values that it came with: those may be personal, and are not kept.
    public var withoutValues: StatementText {
        StatementText(
            parts.map { if case .value = $0 { .value(.null) } else { $0 } }, hash: hash)
    }

    /// The text in the words of `dialect`.
    public func spelled(for dialect: Dialect) -> String {
        var text = ""
        var number = 0
        for part in parts {
            switch part {
            case .literal(let literal): text += literal.description
            case .verbatim(let verbatim): text += verbatim
            case .token(let token): text += dialect.spelling(of: token)
            case .value:
                number += 1
                text += dialect.placeholder(number)
            }
        }
        return text
    }
}

extension StatementText: Hashable {
    public static func == (left: StatementText, right: StatementText) -> Bool {
        left.hash == right.hash && left.parts.elementsEqual(right.parts) { $0.isSpelled(as: $1) }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(hash)
    }
}

extension Statement {
    /// What a statement is made of, in its order: one array, as a callback makes some ten statements.
    enum Part: Sendable {
        /// As it stands in the source.
        case literal(StaticString)
        /// A text that was made while the program runs.
        case verbatim(String)
        case token(Token)
        /// A parameter and what is bound to it.
        case value(Value)
    }
}

extension Statement.Part {
    fileprivate func isSpelled(as other: Self) -> Bool {
        switch (self, other) {
        case (.literal(let one), .literal(let other)): one.place == other.place
        case (.value, .value): true
        case (.verbatim(let one), .verbatim(let other)): one == other
        case (.token(let one), .token(let other)): one == other
        default: false
        }
    }

    /// Alike for parts that are spelled alike.
    var spellingHash: Int {
        switch self {
        case .literal(let literal): literal.place
        case .verbatim(let text): text.hashValue
        case .token, .value: 0
        }
    }
}

extension StaticString {
    /// Where it lies in the program; for a single character, which lies nowhere, the character.
    fileprivate var place: Int {
        hasPointerRepresentation ? Int(bitPattern: utf8Start) : Int(unicodeScalar.value)
    }
}
