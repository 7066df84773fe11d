import HTTP

/// A server of one loop on a free port, with clients that speak raw bytes to it.
struct RunningServer {
    let server: Server
    let address: Server.BoundAddress

    func connect() throws -> Client {
        try Client(address)
    }

    /// Sends bytes on a connection of their own and reads one answer.
    func reply(to request: String, method: String = "GET") async throws -> Reply {
        let client = try connect()
        try await client.send(request)
        return try await client.reply(to: method)
    }

    func get(_ target: String, _ fields: String = "") async throws -> Reply {
        try await reply(to: "GET \(target) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n")
    }
}

/// Runs a server while `body` talks to it.
func withServer(
    _ routes: [Route], configure: (inout Server.Configuration) -> Void = { _ in },
    _ body: (RunningServer) async throws -> Void
) async throws {
    var configuration = Server.Configuration(.ip(host: "127.0.0.1", port: 0))
    configuration.eventLoops = 1
    // A busy machine is no fault: only tests about time have short limits.
    configuration.limits.headTimeout = .seconds(300)
    configuration.limits.bodyTimeout = .seconds(300)
    configuration.limits.idleTimeout = .seconds(300)
    configuration.limits.writeTimeout = .seconds(300)
    configure(&configuration)
    let server = Server(configuration: configuration, router: try Router(routes))
    let address = try server.start()
    do {
        try await body(RunningServer(server: server, address: address))
    } catch {
        await server.stop(drainingFor: .zero)
        throw error
    }
    await server.stop(drainingFor: .zero)
}

/// Pages that most tests ask for.
let pages: [Route] = [
    .inline(.get, "/") { _ in .text("home") },
    .inline(.post, "/echo") { .bytes($0.body, type: "text/plain") },
    .async(.post, "/async/echo", bodyBytesMax: 1000) { .bytes($0.body, type: "text/plain") },
    .inline(.get, "/items/{id}") { (_, id: String) in .text(id) },
]
