/// The access tokens of one account: two families that live beside each other (`wechat-wire.md`
/// §0.1).
struct Credentials: Sendable, Codable {
    struct AccessToken: Sendable, Codable {
        let value: String
        var expires: Moment
        /// A newer token of its family took its place.
        var isSuperseded = false
    }

    private(set) var tokens: [AccessToken] = []
    private var ordinary: AccessToken?
    private var stable: AccessToken?
    private var forcedRefreshes: [Moment] = []

    static let lifetime = Duration.seconds(7200)
    /// While both the old and the new token work.
    static let overlap = Duration.seconds(300)
    static let forcedRefreshesPerDay = 20
    static let forcedRefreshGap = Duration.seconds(30)
    /// Dead tokens are remembered, so that "expired" and "not the latest" can be told apart; this
    /// many.
    static let rememberedMax = 50

    /// A new token for each call; the one before it works for the overlap.
    mutating func issueOrdinary(_ value: String, at now: Moment) -> AccessToken {
        if let ordinary { supersede(ordinary, at: now + Self.overlap) }
        let token = AccessToken(value: value, expires: now + Self.lifetime)
        ordinary = token
        remember(token)
        return token
    }

    /// The current stable token, or `value` as a new one in the last five minutes of its life or
    /// when forced.
    mutating func issueStable(_ value: String, isForced: Bool, at now: Moment) -> AccessToken {
        guard let stable, now < stable.expires else { return replaceStable(value, at: now) }
        if isForced, mayForce(at: now) {
            forcedRefreshes.append(now)
            supersede(stable, at: now)
            return replaceStable(value, at: now)
        }
        guard now + Self.overlap >= stable.expires else { return stable }
        return replaceStable(value, at: now)
    }

    /// Ends the life of every token, as if their time had run out.
    mutating func expireAll(at now: Moment) {
        for index in tokens.indices where tokens[index].expires > now {
            tokens[index].expires = now
        }
        ordinary = nil
        stable = nil
    }

    /// Whether the token opens the interface now.
    func check(_ value: String, at now: Moment) throws(Errcode) {
        guard let token = tokens.last(where: { $0.value == value }) else {
            throw .invalidCredential
        }
        guard now < token.expires else {
            throw token.isSuperseded ? .invalidCredential : .accessTokenExpired
        }
    }

    private mutating func replaceStable(_ value: String, at now: Moment) -> AccessToken {
        let token = AccessToken(value: value, expires: now + Self.lifetime)
        stable = token
        remember(token)
        return token
    }

    private mutating func mayForce(at now: Moment) -> Bool {
        forcedRefreshes.removeAll { $0.dayInChina != now.dayInChina }
        guard forcedRefreshes.count < Self.forcedRefreshesPerDay else { return false }
        return forcedRefreshes.last.map { now - $0 >= Self.forcedRefreshGap } ?? true
    }

    private mutating func supersede(_ token: AccessToken, at end: Moment) {
        guard let index = tokens.lastIndex(where: { $0.value == token.value }) else { return }
        tokens[index].expires = min(tokens[index].expires, end)
        tokens[index].isSuperseded = true
    }

    private mutating func remember(_ token: AccessToken) {
        tokens.append(token)
        tokens.removeFirst(max(0, tokens.count - Self.rememberedMax))
    }
}
