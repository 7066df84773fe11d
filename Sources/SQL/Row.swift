/// One row of a result: columns by name, values typed on the way out.
public struct Row: Sendable, Hashable {
    /// The names of the columns in the order of the result; shared by all rows of one.
    public let columns: [String]
    public let values: [Value]

    /// - Precondition: as many values as columns.
    public init(columns: [String], values: [Value]) {
        precondition(columns.count == values.count, "a row has one value for each column")
        self.columns = columns
        self.values = values
    }

    /// The column's value as a `T`; an optional `T` takes null.
    ///
    /// - Throws: `DecodingError` when the column is missing or its value is no `T`.
    @inlinable
    public func get<T: ValueConvertible>(
        _ column: String, as type: T.Type = T.self
    ) throws(DecodingError) -> T {
        let stored = try value(of: column)
        guard let value = T.from(stored) else {
            throw .wrongType(column: column, found: stored.kind, wanted: "\(T.self)")
        }
        return value
    }

    @usableFromInline
    func value(of column: String) throws(DecodingError) -> Value {
        guard let index = columns.firstIndex(of: column) else {
            throw .missingColumn(column, of: columns)
        }
        return values[index]
    }

    /// The column's value as a `T`, or `nil` when it is null.
    ///
    /// - Throws: `DecodingError` when the column is missing or its value is neither null nor a `T`.
    @inlinable
    public func optional<T: ValueConvertible>(
        _ column: String, as type: T.Type = T.self
    ) throws(DecodingError) -> T? {
        try get(column, as: T?.self)
    }

    /// `try row["name"]` is `try row.get("name")`.
    @inlinable
    public subscript<T: ValueConvertible>(_ column: String) -> T {
        get throws(DecodingError) { try get(column) }
    }
}

extension Row {
    /// The statement and the Swift type that reads its rows do not agree: a bug of the program, or
    /// a database that something else has written to.
    public enum DecodingError: Error, Hashable, CustomStringConvertible {
        case missingColumn(String, of: [String])
        case wrongType(column: String, found: String, wanted: String)

        public var description: String {
            switch self {
            case .missingColumn(let column, let columns):
                "the result has no column \(column), only \(columns.joined(separator: ", "))"
            case .wrongType(let column, let found, let wanted):
                "column \(column) holds \(found) where \(wanted) is wanted"
            }
        }
    }
}
