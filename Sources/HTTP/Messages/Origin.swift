/// Where a request came from, and whom to believe about that.
enum Origin: Sendable {
    case connection(PeerAddress, trustedProxies: TrustedProxies)
    /// What a test says instead of a socket.
    case told(address: String, isSecure: Bool)

    /// The client as the nearest trusted proxies tell it; the peer itself when it is no trusted
    /// proxy.
    func client(_ fields: Fields) -> (address: String, isSecure: Bool) {
        switch self {
        case .told(let address, let isSecure):
            return (address, isSecure)
        case .connection(let peer, let trustedProxies):
            guard trustedProxies.blocks.contains(where: { $0.contains(peer) }) else {
                return (peer.description, false)
            }
            return ForwardedPath(fields, in: trustedProxies.fields)
                .client(behind: peer, trustedProxies.blocks)
        }
    }
}
