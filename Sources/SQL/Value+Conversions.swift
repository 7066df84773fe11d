extension Value: ValueConvertible {
    public var sqlValue: Value { self }
    public static func from(_ value: Value) -> Value? { value }
}

extension String: ValueConvertible {
    public var sqlValue: Value { .text(self) }

    public static func from(_ value: Value) -> String? {
        guard case .text(let text) = value else { return nil }
        return text
    }
}

extension Int64: ValueConvertible {
    public var sqlValue: Value { .integer(self) }

    public static func from(_ value: Value) -> Int64? {
        guard case .integer(let integer) = value else { return nil }
        return integer
    }
}

extension Int: ValueConvertible {
    public var sqlValue: Value { .integer(Int64(self)) }

    public static func from(_ value: Value) -> Int? {
        guard case .integer(let integer) = value else { return nil }
        return Int(exactly: integer)
    }
}

extension Bool: ValueConvertible {
    public var sqlValue: Value { .integer(self ? 1 : 0) }

    public static func from(_ value: Value) -> Bool? {
        switch value {
        case .integer(0): false
        case .integer(1): true
        default: nil
        }
    }
}

extension Double: ValueConvertible {
    public var sqlValue: Value { .real(self) }

    public static func from(_ value: Value) -> Double? {
        switch value {
        case .real(let real): real
        case .integer(let integer): Double(integer)
        default: nil
        }
    }
}

extension [UInt8]: ValueConvertible {
    public var sqlValue: Value { .blob(self) }

    public static func from(_ value: Value) -> [UInt8]? {
        guard case .blob(let bytes) = value else { return nil }
        return bytes
    }
}

extension Optional: ValueConvertible where Wrapped: ValueConvertible {
    public var sqlValue: Value { self?.sqlValue ?? .null }

    public static func from(_ value: Value) -> Wrapped?? {
        if case .null = value { return .some(nil) }
        guard let wrapped = Wrapped.from(value) else { return nil }
        return .some(wrapped)
    }
}

extension ValueConvertible where Self: RawRepresentable, RawValue: ValueConvertible {
    public var sqlValue: Value { rawValue.sqlValue }

    public static func from(_ value: Value) -> Self? {
        RawValue.from(value).flatMap(Self.init(rawValue:))
    }
}
