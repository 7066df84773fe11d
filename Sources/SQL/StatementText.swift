/// A statement without its values: what an engine prepares, and keeps by.
///
/// Every callback runs some ten statements of up to half a kilobyte. So a text is not put together until an
/// engine has to read it, and texts are told apart without reading them: by where their literals lie in the
/// program. Two places in the source that say the same are two texts, each prepared for itself.
public struct StatementText: Sendable {
    /// It counts no references, so that many are put together and forgotten cheaply.
    enum Part: Sendable {
        /// As it stands in the source.
        case literal(StaticString)
        /// One of `verbatims`.
        case verbatim(Int)
        case parameter
        case token(Statement.Token)
    }

    private(set) var parts: [Part] = []
    /// Texts that were made while the program runs.
    private(set) var verbatims: [String] = []
    /// A hash of all parts, taken while they are put together.
    private var hash = 0

    public var isEmpty: Bool { spelled(for: .sqlite).isEmpty }

    /// The text in the words of `dialect`.
    public func spelled(for dialect: Dialect) -> String {
        var text = ""
        var number = 0
        for part in parts {
            switch part {
            case .literal(let literal): text += literal.description
            case .verbatim(let index): text += verbatims[index]
            case .token(let token): text += dialect.spelling(of: token)
            case .parameter:
                number += 1
                text += dialect.placeholder(number)
            }
        }
        return text
    }
}

extension StatementText {
    mutating func reserve(_ partCount: Int) {
        parts.reserveCapacity(partCount)
    }

    mutating func append(_ part: Part) {
        parts.append(part)
        hash = hash &* 31 &+ part.place
    }

    mutating func append(verbatim text: String) {
        append(.verbatim(verbatims.count))
        hash = hash &+ text.hashValue
        verbatims.append(text)
    }

    mutating func append(_ other: StatementText) {
        for part in other.parts {
            if case .verbatim(let index) = part {
                append(verbatim: other.verbatims[index])
            } else {
                append(part)
            }
        }
    }
}

extension StatementText: Hashable {
    public static func == (left: StatementText, right: StatementText) -> Bool {
        left.hash == right.hash && left.parts == right.parts && left.verbatims == right.verbatims
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(hash)
    }
}

extension StatementText.Part: Equatable {
    static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.literal(let left), .literal(let right)): left.place == right.place
        case (.verbatim, .verbatim), (.parameter, .parameter): true
        case (.token(let left), .token(let right)): left == right
        default: false
        }
    }

    /// Tells parts apart as `==` does, but for tokens.
    fileprivate var place: Int {
        if case .literal(let literal) = self { literal.place } else { 0 }
    }
}

extension StaticString {
    /// Where it lies in the program; for a single character, which lies nowhere, the character.
    fileprivate var place: Int {
        hasPointerRepresentation ? Int(bitPattern: utf8Start) : Int(unicodeScalar.value)
    }
}
