extension Server {
    /// Where a server listens.
    public enum Address: Sendable, Hashable {
        /// A numeric IPv4 or IPv6 address, or `localhost`; port 0 lets the system choose.
        case ip(host: String, port: Int)
        /// A socket file, for a proxy on the same machine, open to the process's user and group. A
        /// stale one of that name is replaced; a file of another kind is not.
        case unix(path: String)
    }

    public struct Configuration: Sendable {
        public var address: Address
        /// 1 through 64; by default as many as the process may use processors, but not more than 8.
        public var eventLoops: Int
        public var limits = Limits()
        /// Proxies that are believed about where a request came from.
        public var trustedProxies: [AddressBlock] = []
        /// Where they say so. The other fields are a client's own word.
        public var forwardingFields: ForwardingFields = .xForwarded
        /// Addresses that `connectionsPerAddressMax` does not bind, besides trusted proxies: by
        /// default those of this machine.
        public var uncountedAddresses: [AddressBlock] = AddressBlock.loopback + [.unixSocket]
        /// Whether text from handlers off the loops goes out as gzip to clients that take it.
        ///
        /// An attacker who can make a victim's browser ask for pages, choose a part of them and see
        /// their length, can guess secrets that stand in the same page (BREACH): give CSRF tokens a
        /// fresh mask in each page.
        public var compressesText = true
        /// The `Server` field; nil sends none.
        public var serverName: String?
        /// The answer when a handler threw, or when the file of an answer cannot be opened. The
        /// default says nothing of the error. For want of descriptors the answer is 503.
        public var onError: @Sendable (any Error, Request) -> Response = { _, _ in
            .refusal(.internalServerError)
        }
        /// The body and fields of an answer that the server itself gives: 404, 405, 413 and so on.
        /// It runs on an event loop, so it works in memory. There is no request when its head could
        /// not be read.
        public var onRefusal: (@Sendable (Status, Request?) -> Response)?
        public var accessLog: AccessLog?

        public init(_ address: Address) {
            self.address = address
            eventLoops = Server.processorCount
        }
    }

    /// Where a server was bound.
    public struct BoundAddress: Sendable, Hashable, CustomStringConvertible {
        public let address: Address

        public init(address: Address) {
            self.address = address
        }

        /// 0 for a Unix socket.
        public var port: Int {
            if case .ip(_, let port) = address { port } else { 0 }
        }

        public var description: String {
            switch address {
            case .ip(let host, let port):
                host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            case .unix(let path): "unix:\(path)"
            }
        }
    }
}
