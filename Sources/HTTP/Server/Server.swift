import Glibc

/// An HTTP/1.1 server.
public final class Server: Sendable {
    private let configuration: Configuration
    private let router: Router

    public init(configuration: Configuration, router: Router) {
        self.configuration = configuration
        self.router = router
    }

    /// - Throws: `BindError` when the address cannot be listened on.
    public func start() throws(BindError) -> BoundAddress {
        throw BindError(address: configuration.address, code: ENOSYS)
    }

    /// Finishes what is under way and closes.
    public func stop(drainingFor deadline: Duration) async {}

    public var statistics: Statistics { Statistics() }

    static var processorCount: Int {
        min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), 8)
    }
}

/// A server could not listen on its address.
public struct BindError: Error, Sendable, CustomStringConvertible {
    public let address: Server.Address
    public let reason: String

    init(address: Server.Address, code: Int32) {
        self.address = address
        reason = String(cString: strerror(code))
    }

    public var description: String {
        "Cannot listen on \(Server.BoundAddress(address: address)): \(reason)."
    }
}
