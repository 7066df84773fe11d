import HTTP
import Synchronization

/// The server's figures for `/metrics`, which is declared before the server that it is a route of.
final class StatisticsSource: Sendable {
    private let server = Mutex<Server?>(nil)

    var now: Statistics { server.withLock { $0 }?.statistics ?? Statistics() }

    func follow(_ server: Server) { self.server.withLock { $0 = server } }
}
