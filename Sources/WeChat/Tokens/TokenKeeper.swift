/// Keeps one account's access token: cached, shared with other processes, and never fetched twice
/// at once.
///
/// It uses `stable_token` (`wechat-wire.md` §0.1), whose normal mode gives every caller the same
/// token until its last five minutes; then a new one is issued while the old still works. A keeper
/// asks in these minutes, in the background.
public actor TokenKeeper {
    /// Less than WeChat's overlap of 300 s, so that asking gives a new token; in milliseconds.
    static let renewalMargin: Int64 = 240_000
    /// Between two attempts to renew a token that still works, in milliseconds.
    static let earlyRenewalDistance: Int64 = 20_000
    /// Longer than a fetch with its repetitions takes, in milliseconds.
    static let leaseLength: Int64 = 45_000
    private static let leasePoll = Duration.milliseconds(100)

    public nonisolated let credential: AppCredential
    nonisolated let gateway: Gateway
    private let store: any TokenStore
    private let holder: String

    private var cached: AccessToken?
    private var earlyRenewalAt: Int64 = .min
    private var running: (reason: Reason, task: Task<Outcome, Never>)?

    /// - Parameter leaseHolder: names this keeper among all processes that share the store; any
    ///   unique text.
    public init(
        credential: AppCredential, store: any TokenStore, gateway: Gateway, leaseHolder: String
    ) {
        self.credential = credential
        self.store = store
        self.gateway = gateway
        self.holder = leaseHolder
    }

    /// A token that has not expired.
    public func token() async throws(WeChatError) -> AccessToken {
        let now = gateway.clock.now()
        guard let cached, cached.isValid(at: now) else { return try await renewed(.missing) }
        if cached.expiresAt - now < Self.renewalMargin, now >= earlyRenewalAt, running == nil {
            earlyRenewalAt = now + Self.earlyRenewalDistance
            _ = start(.ageing(cached))
        }
        return cached
    }

    /// A token to try in place of one that WeChat refused.
    ///
    /// The normal way may return the same token again, if WeChat still calls it good. A forced one
    /// kills the old token at once, and is done at most as often as WeChat allows.
    ///
    /// - Parameter refusal: thrown when no forced refresh is allowed now.
    func replacement(
        for token: AccessToken, forced: Bool, after refusal: WeChatError
    ) async throws(WeChatError) -> AccessToken {
        if let cached, cached.value != token.value, cached.isValid(at: gateway.clock.now()) {
            return cached
        }
        return try await renewed(forced ? .refusedTwice(token, refusal) : .refused(token))
    }
}

/// One renewal at a time.
extension TokenKeeper {
    private typealias Outcome = Result<AccessToken, WeChatError>

    /// Why a token is wanted, which decides when a token in the store will do.
    private enum Reason: Sendable {
        case missing
        case ageing(AccessToken)
        case refused(AccessToken)
        case refusedTwice(AccessToken, WeChatError)

        var forces: Bool { if case .refusedTwice = self { true } else { false } }

        func accepts(_ token: AccessToken, at now: Int64) -> Bool {
            switch self {
            case .missing: token.isValid(at: now)
            case .ageing(let old): token.value != old.value && token.expiresAt > old.expiresAt
            case .refused(let old), .refusedTwice(let old, _):
                token.value != old.value && token.isValid(at: now)
            }
        }
    }

    private func renewed(_ reason: Reason) async throws(WeChatError) -> AccessToken {
        while let running {
            let outcome = await running.task.value
            guard reason.forces else { return try outcome.get() }
            if running.reason.forces { return try outcome.get() }
            if let token = try? outcome.get(), reason.accepts(token, at: gateway.clock.now()) {
                return token
            }
        }
        return try await start(reason).value.get()
    }

    private func start(_ reason: Reason) -> Task<Outcome, Never> {
        let task = Task {
            let outcome: Outcome
            do throws(WeChatError) {
                outcome = .success(try await renewal(reason))
            } catch {
                outcome = .failure(error.beforeTheCall)
            }
            // Here and not in the waiters: one that came after this task ended must not find it
            // again.
            running = nil
            return outcome
        }
        running = (reason, task)
        return task
    }

    private func renewal(_ reason: Reason) async throws(WeChatError) -> AccessToken {
        if let token = try await tokenOfOthersOrLease(for: reason) { return token }
        do {
            let token = try await renewalUnderLease(reason)
            await giveLeaseBack()
            return token
        } catch {
            await giveLeaseBack()
            throw error
        }
    }

    /// A token in the store that will do, or nil once this keeper has the lease.
    private func tokenOfOthersOrLease(
        for reason: Reason
    ) async throws(WeChatError) -> AccessToken? {
        let deadline = gateway.clock.now() + 2 * Self.leaseLength
        while true {
            if let token = try await sharedToken(for: reason) { return token }
            let now = gateway.clock.now()
            let hasLease = try await inStore { [holder] store in
                try await store.acquireLease(
                    holder: holder, now: now, until: now + Self.leaseLength)
            }
            if hasLease { return nil }
            guard now < deadline, await gateway.clock.hasSlept(Self.leasePoll) else {
                throw .tokenStore("another process holds the lease of the token for too long")
            }
        }
    }

    private func renewalUnderLease(_ reason: Reason) async throws(WeChatError) -> AccessToken {
        // Looked at again: another process may have brought one just before it gave the lease back.
        if let token = try await sharedToken(for: reason) { return token }
        return try await fetched(reason)
    }

    private func sharedToken(for reason: Reason) async throws(WeChatError) -> AccessToken? {
        guard let token = try await record().token,
            reason.accepts(token, at: gateway.clock.now())
        else { return nil }
        cached = token
        return token
    }

    /// A lease that cannot be given back ends by itself.
    private func giveLeaseBack() async {
        try? await store.releaseLease(holder: holder)
    }

    private func fetched(_ reason: Reason) async throws(WeChatError) -> AccessToken {
        var record = try await record()
        let now = gateway.clock.now()
        if case .refusedTwice(_, let refusal) = reason {
            // Written before the call: a crash between the two must not make room for one more.
            guard record.noteForcedRefresh(at: now), try await save(record) else { throw refusal }
        }
        let call = try APICall.stableToken(credential, forced: reason.forces)
        let grant: TokenGrant = try await gateway.answer(to: call).decoded()
        let token = AccessToken(
            value: grant.access_token, expiresAt: now + Int64(grant.expires_in) * 1000)
        record.token = token
        cached = token
        _ = try await save(record)
        return token
    }

    private func record() async throws(WeChatError) -> TokenRecord {
        try await inStore { store in try await store.load() } ?? TokenRecord()
    }

    private func save(_ record: TokenRecord) async throws(WeChatError) -> Bool {
        try await inStore { [holder] store in try await store.save(record, holder: holder) }
    }

    private func inStore<Value: Sendable>(
        _ body: @Sendable (any TokenStore) async throws -> Value
    ) async throws(WeChatError) -> Value {
        do {
            return try await body(store)
        } catch {
            throw .tokenStore(String(describing: error))
        }
    }
}

private struct TokenGrant: Decodable {
    var access_token: Secret
    var expires_in: Int32
}

extension APICall {
    fileprivate static func stableToken(
        _ credential: AppCredential, forced: Bool
    ) throws(WeChatError) -> APICall {
        struct Body: Encodable {
            var grant_type = "client_credential"
            var appid: String
            var secret: Secret
            var force_refresh: Bool
        }
        return try .post(
            "/cgi-bin/stable_token",
            Body(appid: credential.appID, secret: credential.secret, force_refresh: forced),
            repeating: forced ? .onlyIfNotSent : .idempotent)
    }
}
