import HTTP

/// Where the server is, whom it believes and how much it takes: read before anything is made, so
/// that a wrong setting leaves nothing behind.
struct Reach {
    let isDemo: Bool
    /// Nil without a mock gateway.
    let mockPort: Int?
    let address: Server.Address
    let publicURL: String
    /// Nil when `/metrics` answers this machine only.
    let metricsToken: String?
    let proxies: [AddressBlock]
    let forwarding: ForwardingFields
    let limits: Limits
    /// Of finished exports, for each person.
    let exportBytesMax: Int
}
