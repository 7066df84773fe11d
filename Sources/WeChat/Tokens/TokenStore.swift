/// An access token and the end of its life.
public struct AccessToken: Sendable, Hashable, Codable {
    public var value: Secret
    /// Unix milliseconds.
    public var expiresAt: Int64

    public init(value: Secret, expiresAt: Int64) {
        self.value = value
        self.expiresAt = expiresAt
    }

    func isValid(at now: Int64) -> Bool { now < expiresAt }
}

/// What all processes that serve one account know about its token. Holds a secret: seal it before
/// it is stored.
public struct TokenRecord: Sendable, Equatable, Codable {
    /// `stable_token` forces at most this many times a day (`wechat-wire.md` §0.1).
    public static let forcedRefreshesPerDayMax = 20
    /// Forced refreshes stand at least this far apart, in milliseconds.
    public static let forcedRefreshDistance: Int64 = 30_000

    public var token: AccessToken?
    /// When refreshes were forced in the last 24 hours, in Unix milliseconds, ascending.
    public var forcedRefreshes: [Int64]

    public init(token: AccessToken? = nil, forcedRefreshes: [Int64] = []) {
        self.token = token
        self.forcedRefreshes = forcedRefreshes
    }

    /// Notes a forced refresh, unless WeChat's limits forbid one now.
    mutating func noteForcedRefresh(at now: Int64) -> Bool {
        let recent = forcedRefreshes.filter { $0 > now - 86_400_000 }
        guard recent.count < Self.forcedRefreshesPerDayMax,
            recent.allSatisfy({ abs(now - $0) >= Self.forcedRefreshDistance })
        else { return false }
        forcedRefreshes = recent + [now]
        return true
    }
}

/// Where the processes that serve one account share its token: one store is one account's row.
public protocol TokenStore: Sendable {
    /// The row as it is now; nil before the first save.
    func load() async throws -> TokenRecord?

    /// Writes the row if the holder still has the lease.
    ///
    /// - Returns: false, with nothing written, when the lease has gone to another.
    func save(_ record: TokenRecord, holder: String) async throws -> Bool

    /// Takes the lease if nobody has it, if its time is over, or if the holder has it already.
    ///
    /// - Parameters:
    ///   - now: Unix milliseconds. A lease that ends at `now` or before is over.
    ///   - end: when a lease that is not given back ends by itself.
    func acquireLease(holder: String, now: Int64, until end: Int64) async throws -> Bool

    /// Gives the lease back if the holder has it.
    func releaseLease(holder: String) async throws
}

/// A store for tests and tools of one process.
public actor InMemoryTokenStore: TokenStore {
    private var record: TokenRecord?
    private var lease: (holder: String, end: Int64)?

    public init(_ record: TokenRecord? = nil) {
        self.record = record
    }

    public func load() -> TokenRecord? { record }

    public func save(_ record: TokenRecord, holder: String) -> Bool {
        guard lease?.holder == holder else { return false }
        self.record = record
        return true
    }

    public func acquireLease(holder: String, now: Int64, until end: Int64) -> Bool {
        if let lease, lease.holder != holder, lease.end > now { return false }
        lease = (holder, end)
        return true
    }

    public func releaseLease(holder: String) {
        if lease?.holder == holder { lease = nil }
    }
}
