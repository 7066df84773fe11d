import HTTP
import Testing

@Suite(.timeLimit(.minutes(2))) struct RouterTests {
    /// Says which route was found, and with what.
    static func echo(_ method: Method, _ pattern: String) -> Route {
        if pattern.contains("{") {
            .inline(method, pattern) { (_, parameter: String) in .text("\(pattern) \(parameter)") }
        } else {
            .inline(method, pattern) { _ in .text(pattern) }
        }
    }

    static func answer(_ routes: [Route], _ method: Method, _ target: String) async throws -> (
        Int, String
    ) {
        let response = await (try Router(routes)).respond(to: Request(method, target))
        return (
            response.status.code, String(decoding: try await response.bodyBytes(), as: UTF8.self)
        )
    }

    static let table = [
        echo(.get, "/"), echo(.get, "/codes"), echo(.get, "/codes/{id}"), echo(.get, "/codes/new"),
        echo(.post, "/codes/{id}"),
        echo(.get, "/codes/{id}/image"), echo(.get, "/files/{rest...}"), echo(.get, "/files/index"),
        echo(.put, "/codes/new"),
    ]

    @Test(arguments: [
        ("/", "/"), ("/codes", "/codes"), ("/codes/7", "/codes/{id} 7"),
        ("/codes/new", "/codes/new"),
        ("/codes/new/image", "/codes/{id}/image new"), ("/codes/a%20b", "/codes/{id} a b"),
        ("/files/index", "/files/index"),
        ("/files/a/b.txt", "/files/{rest...} a/b.txt"), ("/files/", "/files/{rest...} "),
        ("/codes?x=1", "/codes"),
    ])
    func `a literal wins over a parameter, and a parameter over the rest`(
        _ target: String, _ body: String
    ) async throws {
        #expect(try await Self.answer(Self.table, .get, target) == (200, body))
    }

    @Test(arguments: [
        "/code", "/codes/", "/codes//image", "/codes/7/", "/codes/7/image/x", "//", "/files",
    ])
    func `what matches no pattern is not found`(_ target: String) async throws {
        #expect(try await Self.answer(Self.table, .get, target).0 == 404)
    }

    @Test func `a route of another shape still answers the method that the best one lacks`()
        async throws
    {
        #expect(try await Self.answer(Self.table, .post, "/codes/new") == (200, "/codes/{id} new"))
    }

    @Test func `a wrong method is told the right ones`() async throws {
        let response = await (try Router(Self.table)).respond(to: Request(.delete, "/codes/new"))
        #expect(response.status == .methodNotAllowed)
        #expect(response.fields["Allow"] == "GET, PUT, POST, HEAD, OPTIONS")
        #expect(try await Self.answer(Self.table, Method("BREW"), "/codes").0 == 501)
    }

    @Test func `two routes for the same requests are an error`() {
        #expect(throws: RoutingError.duplicate(.get, "/codes/{name}")) {
            try Router(Self.table + [Self.echo(.get, "/codes/{name}")])
        }
    }

    @Test(arguments: ["codes", "/a{id}", "/{id", "/{a}/{a}", "/{rest...}/x", "/{}"])
    func `a pattern that is none is an error`(_ pattern: String) {
        #expect(throws: RoutingError.self) { try Router([Self.echo(.get, pattern)]) }
    }

    enum Side: String, ParameterValue {
        case front, back
    }

    static let typed: [Route] = [
        .inline(.get, "/cards/{number}/{side}") { (_, number: Int, side: Side) in
            .text("\(number + 1) \(side)")
        },
        .async(.get, "/later/{number}") { (request, number: Int) in
            .text("\(number + (try request.query("plus", as: Int.self) ?? 1))")
        },
    ]

    @Test func `a handler takes the path's parameters as the types that it names`() async throws {
        #expect(try await Self.answer(Self.typed, .get, "/cards/41/back") == (200, "42 back"))
        #expect(try await Self.answer(Self.typed, .get, "/later/41") == (200, "42"))
    }

    @Test(arguments: [
        "/cards/x/back", "/cards/41/left", "/cards/4%201/back", "/later/-", "/later/+5",
    ])
    func `a path with what the handler does not take is not found`(_ target: String) async throws {
        #expect(try await Self.answer(Self.typed, .get, target).0 == 404)
    }

    @Test func `an item of the query that is no such value is the client's fault`() async throws {
        #expect(try await Self.answer(Self.typed, .get, "/later/41?plus=9") == (200, "50"))
        #expect(try await Self.answer(Self.typed, .get, "/later/41?plus=nine").0 == 400)
        #expect(try await Self.answer(Self.typed, .get, "/later/41?plus=%2B9").0 == 400)
    }

    @Test(arguments: ["/cards", "/cards/{number}/{side}"])
    func `a handler that takes other than the pattern has is found when the router is made`(
        _ pattern: String
    ) {
        #expect(throws: RoutingError.otherParameters(.get, pattern, taken: 1)) {
            try Router([.inline(.get, pattern) { (_, number: Int) in .text("\(number)") }])
        }
    }

    @Test func `something can be put around a handler`() async throws {
        let route = Self.echo(.get, "/codes/{id}").around { request, next in
            guard request.cookie("session") != nil else { return .redirect(to: "/login") }
            var response = try await next(request)
            response.fields["X-Frame-Options"] = "DENY"
            return response
        }
        let router = try Router([route])
        #expect(await router.respond(to: Request(.get, "/codes/1")).status == .seeOther)
        let inside = await router.respond(
            to: Request(.get, "/codes/1", fields: ["Cookie": "session=1"]))
        #expect(inside.fields["X-Frame-Options"] == "DENY")
        #expect(try await inside.bodyBytes() == Array("/codes/{id} 1".utf8))
    }
}
