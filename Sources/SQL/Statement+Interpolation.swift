extension Statement: ExpressibleByStringInterpolation {
    public init(stringLiteral text: StaticString) {
        self.init()
        append(.literal(text))
    }

    public init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.statement
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var statement = Statement()

        public init(literalCapacity: Int, interpolationCount: Int) {
            statement.reserve(parts: 2 * interpolationCount + 1)
        }

        public mutating func appendLiteral(_ literal: StaticString) {
            statement.append(.literal(literal))
        }

        /// `\(value)` binds the value.
        @inlinable
        public mutating func appendInterpolation(_ value: some ValueConvertible) {
            bind(value.sqlValue)
        }

        /// `\(value)` binds the value, or null.
        @inlinable
        public mutating func appendInterpolation<T: ValueConvertible>(_ value: T?) {
            bind(value.sqlValue)
        }

        @usableFromInline
        mutating func bind(_ value: Value) {
            statement.append(.value(value))
        }

        /// `\(.skipLocked)` is spelled by the dialect.
        public mutating func appendInterpolation(_ token: Token) {
            statement.append(.token(token))
        }

        /// `\(fragment: condition)` splices another statement with its values.
        public mutating func appendInterpolation(fragment: Statement) {
            statement.append(fragment)
        }

        /// `id IN \(list: ids)` binds each element; the parentheses are part of it.
        ///
        /// The last element is repeated up to the next power of two, so that lists of many lengths
        /// make few texts for the engine to prepare. An empty list contains nothing, and `NOT IN`
        /// an empty list holds for every row.
        ///
        /// - Parameter list: at most 32,768 elements, the smaller engine's limit of parameters.
        public mutating func appendInterpolation(list: some Collection<some ValueConvertible>) {
            guard !list.isEmpty else {
                statement.append(.literal("(SELECT NULL WHERE 1 = 0)"))
                return
            }
            var values = list.map(\.sqlValue)
            let padded = 1 << (Int.bitWidth - (values.count - 1).leadingZeroBitCount)
            while values.count < padded { values.append(values[values.count - 1]) }
            for (index, value) in values.enumerated() {
                statement.append(.literal(index == 0 ? "(" : ", "))
                statement.append(.value(value))
            }
            statement.append(.literal(")"))
        }
    }
}
