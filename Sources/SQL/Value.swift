/// One value as both engines can store it.
///
/// Booleans are integers 0 and 1, times are integer milliseconds since 1970 in UTC, JSON is text.
public enum Value: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

extension Value {
    /// The name of the storage class, for messages. It never shows the value, which may be personal.
    public var kind: String {
        switch self {
        case .null: "null"
        case .integer: "integer"
        case .real: "real"
        case .text: "text"
        case .blob: "blob"
        }
    }
}

/// A Swift type that a statement can bind and a row can give back.
///
/// An enum with a raw value conforms in one line: `extension Job.State: ValueConvertible {}`.
public protocol ValueConvertible: Sendable {
    /// The value to store.
    var sqlValue: Value { get }

    /// The value read back, or `nil` when `value` is of another kind or out of range.
    static func from(_ value: Value) -> Self?
}
