import HTTP

/// A port that nobody has, for `--port 0`: the pages name their port, so it is known before the
/// server that draws them is bound.
enum FreePort {
    /// - Throws: `CommandFailure` for an address that cannot be listened on.
    static func find(on host: String) async throws(CommandFailure) -> Int {
        do {
            let server = Server(
                configuration: .init(.ip(host: host, port: 0)), router: try Router([]))
            let port = try server.start().port
            await server.stop(drainingFor: .zero)
            return port
        } catch {
            throw .configuration("\(error) Give another --host.")
        }
    }
}
