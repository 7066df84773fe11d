/// A method, a path pattern and a handler. The declaration says where the handler runs.
///
/// A pattern is made of literal segments and parameters: `/api/v1/qr-codes/{id}/image`; a last
/// `{path...}` takes the rest of the path, slashes included. A literal wins over a parameter. The
/// handler takes the parameters behind the request, by the types that it gives them. A route for GET
/// answers HEAD too.
public struct Route: Sendable {
    enum Handler: Sendable {
        case inline(@Sendable (Request) throws(UnknownPath) -> Response)
        case offloaded(@Sendable (Request) async throws -> Response)
        case deferred(@Sendable (Request, PendingResponse) throws(UnknownPath) -> Void)
    }

    public let method: Method
    public let pattern: String
    /// How many of the pattern's parameters the handler takes.
    public let parameterCount: Int
    /// The longest body that the handler wants; nil for the server's `bodyBytesMax`.
    public let bodyBytesMax: Int?
    /// Whether the body is handed over while it arrives.
    public let streamsUpload: Bool
    let handler: Handler

    /// A handler that works in memory and takes microseconds: it runs on the event loop, and
    /// nothing else runs there meanwhile.
    public static func inline<each Value: ParameterValue>(
        _ method: Method, _ pattern: String,
        _ handler: @escaping @Sendable (Request, repeat each Value) -> Response
    ) -> Route {
        Route(
            method: method, pattern: pattern,
            parameterCount: RouteParameters.count(repeat (each Value).self),
            handler: .inline { request throws(UnknownPath) in
                let values = try request.parameters(as: repeat (each Value).self)
                return handler(request, repeat each values)
            })
    }

    /// A handler that may wait: it runs off the event loops, with the whole body in memory.
    public static func async<each Value: ParameterValue>(
        _ method: Method, _ pattern: String, bodyBytesMax: Int? = nil,
        _ handler: @escaping @Sendable (Request, repeat each Value) async throws -> Response
    ) -> Route {
        .async(method, pattern, bodyBytesMax: bodyBytesMax, of: RouteHandler(handler)) {
            try await $1($0, $0)
        }
    }

    /// A handler that works for microseconds on the event loop, and leaves the answer to whoever has it
    /// later: it costs no task. Its answers are sent as they are, never compressed.
    public static func deferred<each Value: ParameterValue>(
        _ method: Method, _ pattern: String, bodyBytesMax: Int? = nil,
        _ handler: @escaping @Sendable (Request, PendingResponse, repeat each Value) -> Void
    ) -> Route {
        Route(
            method: method, pattern: pattern,
            parameterCount: RouteParameters.count(repeat (each Value).self),
            bodyBytesMax: bodyBytesMax,
            handler: .deferred { request, pending throws(UnknownPath) in
                let values = try request.parameters(as: repeat (each Value).self)
                handler(request, pending, repeat each values)
            })
    }

    /// A handler that begins with the head and reads `request.upload` while it arrives.
    public static func upload<each Value: ParameterValue>(
        _ method: Method, _ pattern: String, bodyBytesMax: Int,
        _ handler: @escaping @Sendable (Request, repeat each Value) async throws -> Response
    ) -> Route {
        .upload(method, pattern, bodyBytesMax: bodyBytesMax, of: RouteHandler(handler)) {
            try await $1($0, $0)
        }
    }

    /// As `async`, for a handler of a product's own context.
    ///
    /// - Parameter admit: Makes the context of the request and calls the handler, or answers itself.
    public static func async<Context>(
        _ method: Method, _ pattern: String, bodyBytesMax: Int? = nil,
        of handler: RouteHandler<Context>,
        _ admit:
            @escaping @Sendable (Request, RouteHandler<Context>) async throws -> Response
    ) -> Route {
        Route(
            method: method, pattern: pattern, parameterCount: handler.parameterCount,
            bodyBytesMax: bodyBytesMax,
            handler: .offloaded { request in try await admit(request, handler) })
    }

    /// As `upload`, for a handler of a product's own context.
    ///
    /// - Parameter admit: Makes the context of the request and calls the handler, or answers itself.
    public static func upload<Context>(
        _ method: Method, _ pattern: String, bodyBytesMax: Int,
        of handler: RouteHandler<Context>,
        _ admit:
            @escaping @Sendable (Request, RouteHandler<Context>) async throws -> Response
    ) -> Route {
        Route(
            method: method, pattern: pattern, parameterCount: handler.parameterCount,
            bodyBytesMax: bodyBytesMax, streamsUpload: true,
            handler: .offloaded { request in try await admit(request, handler) })
    }

    /// The same route with something around its handler: a session check, a header on every answer.
    /// The result runs off the event loops.
    public func around(
        _ wrapper:
            @escaping @Sendable (
                Request, _ next: @Sendable (Request) async throws -> Response
            ) async throws -> Response
    ) -> Route {
        Route(
            method: method, pattern: pattern, parameterCount: parameterCount,
            bodyBytesMax: bodyBytesMax, streamsUpload: streamsUpload,
            handler: .offloaded { [handler] request in
                try await wrapper(request) { try await handler.run($0) }
            })
    }

    private init(
        method: Method, pattern: String, parameterCount: Int, bodyBytesMax: Int? = nil,
        streamsUpload: Bool = false, handler: Handler
    ) {
        self.method = method
        self.pattern = pattern
        self.parameterCount = parameterCount
        self.bodyBytesMax = bodyBytesMax
        self.streamsUpload = streamsUpload
        self.handler = handler
    }
}

extension Route.Handler {
    func run(_ request: Request) async throws -> Response {
        switch self {
        case .inline(let handler): try handler(request)
        case .offloaded(let handler): try await handler(request)
        case .deferred(let handler):
            try await withCheckedThrowingContinuation { continuation in
                let pending = PendingResponse { continuation.resume(with: $0) }
                do throws(UnknownPath) {
                    try handler(request, pending)
                } catch {
                    pending.complete(.failure(error))
                }
            }
        }
    }
}
