/// What a parameter of a path or an item of a query can be read as.
public protocol ParameterValue: Sendable {
    /// nil for a text that is no such value.
    static func parameter(_ text: String) -> Self?
}

extension ParameterValue where Self: LosslessStringConvertible {
    public static func parameter(_ text: String) -> Self? { Self(text) }
}

extension ParameterValue where Self: RawRepresentable<String> {
    public static func parameter(_ text: String) -> Self? { Self(rawValue: text) }
}

extension String: ParameterValue {}

/// Digits, with a minus before a negative number.
extension Int: ParameterValue {
    public static func parameter(_ text: String) -> Int? {
        text.first == "+" ? nil : Int(text)
    }
}

/// The path has the shape of a route's pattern, but what stands in it is not what the handler takes.
public struct UnknownPath: RequestFault {
    public var status: Status { .notFound }
}

/// An item of the query is not what the handler takes.
public struct MalformedQueryItem: RequestFault, Hashable {
    public let name: String

    public var status: Status { .badRequest }
}

extension Request {
    /// The first value of that name in the query, as a value of that type; nil when there is none.
    ///
    /// - Throws: `MalformedQueryItem` when there is one that is no such value.
    public func query<Value: ParameterValue>(
        _ name: String, as _: Value.Type
    ) throws(MalformedQueryItem) -> Value? {
        guard let text = query(name) else { return nil }
        guard let value = Value.parameter(text) else { throw MalformedQueryItem(name: name) }
        return value
    }

    /// What stood at the parameters of the matched pattern, in their order.
    ///
    /// - Throws: `UnknownPath` when one is no value of its type, or there are fewer.
    func parameters<each Value: ParameterValue>(
        as _: repeat (each Value).Type
    ) throws(UnknownPath) -> (repeat each Value) {
        var index = 0
        return (repeat try parameter(&index, as: (each Value).self))
    }

    private func parameter<Value: ParameterValue>(
        _ index: inout Int, as _: Value.Type
    ) throws(UnknownPath) -> Value {
        guard index < match.ranges.count,
            let value = Value.parameter(requestTarget.decodedPath[match.ranges[index]].text)
        else { throw UnknownPath() }
        index += 1
        return value
    }
}
