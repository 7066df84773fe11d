/// A handler with what it takes: a context, which a product makes of the request, and the parameters
/// of its route's pattern as values, in their order.
///
///     func show(_ visit: Visit, _ id: QRCode.ID, _ metric: Metric) async throws -> Response
///
/// handles `/qr-codes/{id}/figures/{metric}`. A path whose segments are no such values has no page.
public struct RouteHandler<Context: Sendable>: Sendable {
    /// How many parameters it takes; a router wants as many in the pattern.
    public let parameterCount: Int
    private let body: @Sendable (Context, Request) async throws -> Response

    public init<each Value: ParameterValue>(
        _ handler: @escaping @Sendable (Context, repeat each Value) async throws -> Response
    ) {
        parameterCount = RouteParameters.count(repeat (each Value).self)
        body = { context, request in
            let values = try request.parameters(as: repeat (each Value).self)
            return try await handler(context, repeat each values)
        }
    }

    /// - Throws: `UnknownPath` when the path does not have what the handler takes; what it throws.
    public func callAsFunction(_ context: Context, _ request: Request) async throws -> Response {
        try await body(context, request)
    }
}

enum RouteParameters {
    static func count<each Value>(_ types: repeat (each Value).Type) -> Int {
        var count = 0
        for _ in repeat each types { count += 1 }
        return count
    }
}
