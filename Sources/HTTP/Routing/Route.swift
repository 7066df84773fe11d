/// A method, a path pattern and a handler. The declaration says where the handler runs.
///
/// A pattern is made of literal segments and parameters: `/api/v1/qr-codes/{id}/image`; a last
/// `{path...}` takes the rest of the path, slashes included. A literal wins over a parameter. A
/// route for GET answers HEAD too.
public struct Route: Sendable {
    enum Handler: Sendable {
        case inline(@Sendable (Request) -> Response)
        case offloaded(@Sendable (Request) async throws -> Response)
        case brief(@Sendable (Request) async throws -> Response)
    }

    public let method: Method
    public let pattern: String
    /// The longest body that the handler wants; nil for the server's `bodyBytesMax`.
    public let bodyBytesMax: Int?
    /// Whether the body is handed over while it arrives.
    public let streamsUpload: Bool
    let handler: Handler

    /// A handler that works in memory and takes microseconds: it runs on the event loop, and
    /// nothing else runs there meanwhile.
    public static func inline(
        _ method: Method, _ pattern: String, _ handler: @escaping @Sendable (Request) -> Response
    ) -> Route {
        Route(
            method: method, pattern: pattern, bodyBytesMax: nil, streamsUpload: false,
            handler: .inline(handler))
    }

    /// A handler that may wait: it runs off the event loops, with the whole body in memory.
    public static func async(
        _ method: Method, _ pattern: String, bodyBytesMax: Int? = nil,
        _ handler: @escaping @Sendable (Request) async throws -> Response
    ) -> Route {
        Route(
            method: method, pattern: pattern, bodyBytesMax: bodyBytesMax, streamsUpload: false,
            handler: .offloaded(handler))
    }

    /// A handler that may wait, and between its waits works for microseconds only: it stays on the
    /// event loop, and nothing else runs there meanwhile.
    public static func brief(
        _ method: Method, _ pattern: String, bodyBytesMax: Int = 1 << 20,
        _ handler: @escaping @Sendable (Request) async throws -> Response
    ) -> Route {
        Route(
            method: method, pattern: pattern, bodyBytesMax: bodyBytesMax, streamsUpload: false,
            handler: .brief(handler))
    }

    /// A handler that begins with the head and reads `request.upload` while it arrives.
    public static func upload(
        _ method: Method, _ pattern: String, bodyBytesMax: Int,
        _ handler: @escaping @Sendable (Request) async throws -> Response
    ) -> Route {
        Route(
            method: method, pattern: pattern, bodyBytesMax: bodyBytesMax, streamsUpload: true,
            handler: .offloaded(handler))
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
            method: method, pattern: pattern, bodyBytesMax: bodyBytesMax,
            streamsUpload: streamsUpload,
            handler: .offloaded { [handler] request in
                try await wrapper(request) { try await handler.run($0) }
            })
    }

    private init(
        method: Method, pattern: String, bodyBytesMax: Int?, streamsUpload: Bool, handler: Handler
    ) {
        self.method = method
        self.pattern = pattern
        self.bodyBytesMax = bodyBytesMax
        self.streamsUpload = streamsUpload
        self.handler = handler
    }
}

extension Route.Handler {
    func run(_ request: Request) async throws -> Response {
        switch self {
        case .inline(let handler): handler(request)
        case .offloaded(let handler), .brief(let handler): try await handler(request)
        }
    }
}
