/// SQL with its values: what is interpolated is bound, never pasted into the text.
///
/// ```swift
/// "SELECT * FROM qr_codes WHERE workspace_id = \(workspace) AND id IN \(list: ids)"
/// ```
///
/// Each interpolation is a parameter of its own, so the text of a statement depends only on the
/// place in the source where it is written, and the engine can keep it prepared.
public struct Statement: Sendable, Equatable {
    /// What the engines spell apart inside a statement.
    public enum Token: Sendable, Hashable {
        /// Ends a `SELECT` that claims rows: those another transaction holds are passed over.
        case skipLocked
    }

    private var parts: [Part] = []
    private var spellingHash = 0

    /// A statement of nothing, to append to.
    public init() {}

    /// Takes `text` as it stands. Only for SQL that the program itself made, such as a migration's.
    public init(verbatim text: String) {
        append(.verbatim(text))
    }

    public var isEmpty: Bool { parts.isEmpty || text(for: .sqlite).isEmpty }

    /// The statement without its values, for an engine to keep it prepared by.
    public var text: StatementText { StatementText(parts, hash: spellingHash) }

    /// The values in the order of their parameters.
    public var values: [Value] {
        parts.compactMap { if case .value(let value) = $0 { value } else { nil } }
    }

    /// Hands over the values in the order of their parameters, without an array of their own.
    public func eachValue<Failure>(_ body: (Value) throws(Failure) -> Void) throws(Failure) {
        for part in parts {
            if case .value(let value) = part { try body(value) }
        }
    }

    /// The text in the words of `dialect`.
    public func text(for dialect: Dialect) -> String { text.spelled(for: dialect) }

    public static func == (left: Statement, right: Statement) -> Bool {
        left.values == right.values && left.description == right.description
    }
}

/// How a statement is put together.
extension Statement {
    mutating func reserve(parts count: Int) {
        parts.reserveCapacity(count)
    }

    mutating func append(_ part: Part) {
        parts.append(part)
        spellingHash = spellingHash &* 31 &+ part.spellingHash
    }

    mutating func append(_ other: Statement) {
        for part in other.parts { append(part) }
    }

    public static func + (left: Statement, right: Statement) -> Statement {
        var sum = left
        sum.append(right)
        return sum
    }

    public static func += (left: inout Statement, right: Statement) {
        left.append(right)
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
