/// SQL with its values: what is interpolated is bound, never pasted into the text.
///
/// ```swift
/// "SELECT * FROM live_codes WHERE workspace_id = \(workspace) AND id IN \(list: ids)"
/// ```
///
/// Each interpolation is a parameter of its own, so the text of a statement depends only on the
/// place in the source where it is written, and the engine can keep it prepared.
public struct Statement: Sendable, Hashable {
    enum Piece: Sendable, Hashable {
        case text(String)
        case value(Value)
        case token(Token)
    }

    /// What the engines spell apart inside a statement.
    public enum Token: Sendable, Hashable {
        /// Ends a `SELECT` that claims rows: those another transaction holds are passed over.
        case skipLocked
        /// Ends a `SELECT` whose rows the same transaction goes on to change.
        case forUpdate
    }

    private(set) var pieces: [Piece]

    init(pieces: [Piece]) {
        self.pieces = pieces
    }

    /// A statement of nothing, to append to.
    public init() {
        pieces = []
    }

    /// Takes `text` as it stands. Only for SQL that the program itself made, such as a migration's.
    public init(verbatim text: String) {
        pieces = [.text(text)]
    }

    public var isEmpty: Bool { pieces.isEmpty }

    /// The values in the order of their parameters.
    public var values: [Value] {
        pieces.compactMap { piece in
            if case .value(let value) = piece { value } else { nil }
        }
    }

    /// The text in the words of `dialect`, its parameters numbered from 1.
    public func text(for dialect: Dialect) -> String {
        var text = ""
        var number = 0
        for piece in pieces {
            switch piece {
            case .text(let part): text += part
            case .token(let token): text += dialect.spelling(of: token)
            case .value:
                number += 1
                text += dialect.placeholder(number)
            }
        }
        return text
    }
}

extension Statement {
    public static func + (left: Statement, right: Statement) -> Statement {
        Statement(pieces: left.pieces + right.pieces)
    }

    public static func += (left: inout Statement, right: Statement) {
        left.pieces += right.pieces
    }
}

extension Sequence<Statement> {
    /// The statements one after the other with `separator` in between, such as conditions by " AND ".
    public func joined(separator: Statement) -> Statement {
        var joined = Statement()
        var isFirst = true
        for statement in self {
            if !isFirst { joined += separator }
            joined += statement
            isFirst = false
        }
        return joined
    }
}

/// The text with its placeholders, without the values: those may be personal or secret.
extension Statement: CustomStringConvertible {
    public var description: String { text(for: .postgres) }
}
