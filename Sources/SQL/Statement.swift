/// SQL with its values: what is interpolated is bound, never pasted into the text.
///
/// ```swift
/// "SELECT * FROM live_codes WHERE workspace_id = \(workspace) AND id IN \(list: ids)"
/// ```
///
/// Each interpolation is a parameter of its own, so the text of a statement depends only on the
/// place in the source where it is written, and the engine can keep it prepared.
public struct Statement: Sendable, Hashable {
    /// What the engines spell apart inside a statement.
    public enum Token: Sendable, Hashable {
        /// Ends a `SELECT` that claims rows: those another transaction holds are passed over.
        case skipLocked
        /// Ends a `SELECT` whose rows the same transaction goes on to change.
        case forUpdate
    }

    /// A place in the text that another dialect spells in its own way.
    private struct Gap: Hashable {
        /// Its start and length in bytes of UTF-8.
        var start: Int
        let length: Int
        /// `nil` for a parameter.
        let token: Token?
    }

    /// The values in the order of their parameters.
    public private(set) var values: [Value] = []
    /// The text for SQLite, which most statements never leave.
    private var text: String
    private var gaps: [Gap] = []

    /// A statement of nothing, to append to.
    public init() {
        text = ""
    }

    /// Takes `text` as it stands. Only for SQL that the program itself made, such as a migration's.
    public init(verbatim text: String) {
        self.text = text
    }

    public var isEmpty: Bool { text.isEmpty }

    /// The text in the words of `dialect`.
    public func text(for dialect: Dialect) -> String {
        if dialect == .sqlite { return text }
        var spelled = ""
        var number = 0
        var rest = text.utf8[...]
        for gap in gaps {
            let end = text.utf8.index(text.startIndex, offsetBy: gap.start)
            spelled += Substring(rest[..<end])
            rest = rest[end...].dropFirst(gap.length)
            if let token = gap.token {
                spelled += dialect.spelling(of: token)
            } else {
                number += 1
                spelled += dialect.placeholder(number)
            }
        }
        return spelled + Substring(rest)
    }
}

/// How a statement is put together.
extension Statement {
    mutating func reserve(text: Int, values count: Int) {
        self.text.reserveCapacity(text)
        values.reserveCapacity(count)
        gaps.reserveCapacity(count)
    }

    mutating func append(verbatim part: String) {
        text += part
    }

    mutating func append(_ value: Value) {
        gaps.append(Gap(start: text.utf8.count, length: 1, token: nil))
        text += "?"
        values.append(value)
    }

    mutating func append(_ token: Token) {
        let spelling = Dialect.sqlite.spelling(of: token)
        gaps.append(Gap(start: text.utf8.count, length: spelling.utf8.count, token: token))
        text += spelling
    }

    mutating func append(_ other: Statement) {
        let shift = text.utf8.count
        text += other.text
        values += other.values
        for var gap in other.gaps {
            gap.start += shift
            gaps.append(gap)
        }
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
