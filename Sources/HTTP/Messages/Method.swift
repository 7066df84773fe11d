/// A request method (RFC 9110 §9), compared byte for byte: methods are case-sensitive.
public struct Method: Sendable, Hashable, CustomStringConvertible {
    /// The method as it is written on the wire, such as `GET`.
    public let name: String

    /// - Parameter name: a token of RFC 9110 §5.6.2; it is not looked at.
    public init(_ name: String) {
        self.name = name
    }

    public static var get: Method { Method("GET") }
    public static var head: Method { Method("HEAD") }
    public static var post: Method { Method("POST") }
    public static var put: Method { Method("PUT") }
    public static var patch: Method { Method("PATCH") }
    public static var delete: Method { Method("DELETE") }
    public static var options: Method { Method("OPTIONS") }

    public var description: String { name }
}
