extension Value: ValueConvertible {
    @inlinable public var sqlValue: Value { self }
    @inlinable public static func from(_ value: Value) -> Value? { value }
}

extension String: ValueConvertible {
    @inlinable public var sqlValue: Value { .text(self) }

    @inlinable public static func from(_ value: Value) -> String? {
        guard case .text(let text) = value else { return nil }
        return text
    }
}

extension Int64: ValueConvertible {
    @inlinable public var sqlValue: Value { .integer(self) }

    @inlinable public static func from(_ value: Value) -> Int64? {
        guard case .integer(let integer) = value else { return nil }
        return integer
    }
}

extension Int: ValueConvertible {
    @inlinable public var sqlValue: Value { .integer(Int64(self)) }

    @inlinable public static func from(_ value: Value) -> Int? {
        guard case .integer(let integer) = value else { return nil }
        return Int(exactly: integer)
    }
}

extension Bool: ValueConvertible {
    @inlinable public var sqlValue: Value { .integer(self ? 1 : 0) }

    @inlinable public static func from(_ value: Value) -> Bool? {
        switch value {
        case .integer(0): false
        case .integer(1): true
        default: nil
        }
    }
}

extension Double: ValueConvertible {
    @inlinable public var sqlValue: Value { .real(self) }

    @inlinable public static func from(_ value: Value) -> Double? {
        switch value {
        case .real(let real): real
        case .integer(let integer): Double(integer)
        default: nil
        }
    }
}

extension [UInt8]: ValueConvertible {
    @inlinable public var sqlValue: Value { .blob(self) }

    @inlinable public static func from(_ value: Value) -> [UInt8]? {
        guard case .blob(let bytes) = value else { return nil }
        return bytes
    }
}

extension Optional: ValueConvertible where Wrapped: ValueConvertible {
    @inlinable public var sqlValue: Value { self?.sqlValue ?? .null }

    @inlinable public static func from(_ value: Value) -> Wrapped?? {
        if case .null = value { return .some(nil) }
        guard let wrapped = Wrapped.from(value) else { return nil }
        return .some(wrapped)
    }
}

extension ValueConvertible where Self: RawRepresentable, RawValue: ValueConvertible {
    @inlinable public var sqlValue: Value { rawValue.sqlValue }

    @inlinable public static func from(_ value: Value) -> Self? {
        RawValue.from(value).flatMap(Self.init(rawValue:))
    }
}
