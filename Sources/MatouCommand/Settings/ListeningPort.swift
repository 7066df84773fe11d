import HTTP

/// The port that a server is about to have, tried before anything is made: an address that cannot be
/// had leaves nothing behind, and the pages name a port that was found.
enum ListeningPort {
    /// - Parameters:
    ///   - port: 0 for one that nobody has.
    ///   - advice: what to do about an address that another has, or that is not this machine's.
    /// - Throws: `CommandFailure`.
    static func find(
        on host: String, _ port: Int, otherwise advice: String
    ) async throws(CommandFailure) -> Int {
        do {
            let server = Server(
                configuration: .init(.ip(host: host, port: port)), router: try Router([]))
            let port = try server.start().port
            await server.stop(drainingFor: .zero)
            return port
        } catch {
            throw .configuration("\(error) \(advice)")
        }
    }
}
