import HTTP
import Matou

/// One line of a feature's table of pages. Who may see it stands in the line; what the handler takes
/// behind the visit are the path's parameters.
struct PageRoute: Sendable {
    enum Handler: Sendable {
        case member(Role, RouteHandler<Visit>)
        case anyone(RouteHandler<PublicVisit>)
    }

    let method: Method
    let path: String
    let handler: Handler
    /// What is kept of a body.
    let bodyBytesMax: Int
    /// The longest file that the page takes; nil for a page without files. More is read past, so
    /// that the page can say so beside the field, with everything typed.
    var fileBytesMax: Int?

    /// What is read of a form with files.
    static let uploadBytesMax = 64 << 20

    /// What is taken of anyone, before it is known who they are: a form of a few fields.
    static let openBytesMax = 64 << 10

    /// A page for members whose role reaches `role`.
    init<each Value: ParameterValue>(
        _ method: Method, _ path: String,
        _ handler: @escaping @Sendable (Visit, repeat each Value) async throws -> Response,
        for role: Role = .viewer, bodyBytesMax: Int = 1 << 20, fileBytesMax: Int? = nil
    ) {
        self.method = method
        self.path = path
        self.handler = .member(role, RouteHandler(handler))
        self.bodyBytesMax = bodyBytesMax
        self.fileBytesMax = fileBytesMax
    }

    private init(_ method: Method, _ path: String, _ handler: Handler, bodyBytesMax: Int) {
        self.method = method
        self.path = path
        self.handler = handler
        self.bodyBytesMax = bodyBytesMax
    }

    /// A page for anyone, signed in or not.
    static func open<each Value: ParameterValue>(
        _ method: Method, _ path: String,
        _ handler: @escaping @Sendable (PublicVisit, repeat each Value) async throws -> Response,
        bodyBytesMax: Int = openBytesMax
    ) -> PageRoute {
        PageRoute(method, path, .anyone(RouteHandler(handler)), bodyBytesMax: bodyBytesMax)
    }
}

/// What a feature shows in the browser.
protocol Pages: Sendable {
    var routes: [PageRoute] { get }
}
