/// Where a request came from, and whom to believe about that.
struct Origin: Sendable {
    let peer: PeerAddress
    let trustedProxies: [AddressBlock]
    /// What a test says instead of a socket.
    private let told: (address: String, isSecure: Bool)?

    init(peer: PeerAddress, trustedProxies: [AddressBlock]) {
        self.peer = peer
        self.trustedProxies = trustedProxies
        told = nil
    }

    init(told address: String, isSecure: Bool) {
        peer = PeerAddress(address) ?? .unix
        trustedProxies = []
        told = (address, isSecure)
    }

    /// The client as the nearest trusted proxies tell it; the peer itself when it is no trusted proxy.
    func client(_ fields: Fields) -> (address: String, isSecure: Bool) {
        if let told { return told }
        guard trustedProxies.contains(where: { $0.contains(peer) }) else {
            return (peer.description, false)
        }
        return ForwardedPath(fields).client(behind: peer, trustedProxies)
    }
}
