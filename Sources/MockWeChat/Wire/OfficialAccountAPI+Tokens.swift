import HTTP

extension OfficialAccountAPI {
    static let tokens: [Endpoint] = [
        .get("/cgi-bin/token", .open, dailyLimit: 2_000) { world, call throws(Errcode) in
            try world.issueToken(call)
        },
        .post("/cgi-bin/stable_token", .open, dailyLimit: 500_000, minuteLimit: 10_000) {
            world, call throws(Errcode) in
            try world.issueStableToken(call)
        },
    ]
}

extension World {
    fileprivate mutating func issueToken(_ call: APICall) throws(Errcode) -> APIAnswer {
        let account = try authenticate(
            grantType: call.query("grant_type"), appid: call.query("appid"),
            secret: call.query("secret"), call)
        var held = credentials[account.appid] ?? Credentials()
        let token = held.issueOrdinary(nextTokenValue(of: account), at: call.now)
        return keep(held, token, of: account, at: call.now)
    }

    fileprivate mutating func issueStableToken(_ call: APICall) throws(Errcode) -> APIAnswer {
        let account = try authenticate(
            grantType: call.text("grant_type"), appid: call.text("appid"),
            secret: call.text("secret"), call)
        var held = credentials[account.appid] ?? Credentials()
        let token = held.issueStable(
            nextTokenValue(of: account), isForced: call.json["force_refresh"]?.bool ?? false,
            at: call.now)
        return keep(held, token, of: account, at: call.now)
    }

    private mutating func authenticate(
        grantType: String, appid: String, secret: String, _ call: APICall
    ) throws(Errcode) -> OfficialAccount {
        guard grantType == "client_credential" else { throw .invalidGrantType }
        guard !appid.isEmpty else { throw .appidMissing }
        guard !secret.isEmpty else { throw .appsecretMissing }
        guard let account = accounts[appid] else { throw .invalidAppid }
        guard account.secret == secret else { throw .invalidAppsecret }
        let address = call.request.clientAddress
        guard account.ipWhitelist.isEmpty || account.ipWhitelist.contains(address) else {
            throw .addressNotInWhitelist(address)
        }
        try countCall(of: call.request.path, by: appid, at: call.now)
        return account
    }

    private mutating func nextTokenValue(of account: OfficialAccount) -> String {
        let number = serial("token")
        return "\(number)_" + seed.text(130, "token", account.appid, String(number))
    }

    private mutating func keep(
        _ held: Credentials, _ token: Credentials.AccessToken, of account: OfficialAccount,
        at now: Moment
    ) -> APIAnswer {
        let known = Set(held.tokens.map(\.value))
        for forgotten in credentials[account.appid]?.tokens ?? []
        where !known.contains(forgotten.value) {
            index.tokenOwners[forgotten.value] = nil
        }
        credentials[account.appid] = held
        index.tokenOwners[token.value] = account.appid
        let life = (token.expires - now).components.seconds
        return .json(["access_token": .string(token.value), "expires_in": .integer(life)])
    }
}

/// Who may call: token, permission, quota.
extension World {
    /// The account that a token opens now.
    func authorize(_ token: String?, at now: Moment) throws(Errcode) -> OfficialAccount {
        guard let token, !token.isEmpty else { throw .accessTokenMissing }
        guard let appid = index.tokenOwners[token], let account = accounts[appid] else {
            throw Self.hasTokenShape(token) ? .invalidCredential : .invalidAccessToken
        }
        try credentials[appid]?.check(token, at: now)
        return account
    }

    /// Counts a call against the account's quotas.
    mutating func countCall(of path: String, by appid: String, at now: Moment) throws(Errcode) {
        guard let endpoint = WireAPI.endpoint(at: path, of: .officialAccount) else { return }
        let key = "\(appid) \(path)"
        var usage = usages[key] ?? Usage()
        try usage.count(
            dailyLimit: dailyLimit(of: endpoint, for: appid),
            minuteLimit: accounts[appid]?.minuteLimits[path] ?? endpoint.minuteLimit, at: now)
        usages[key] = usage
    }

    func dailyLimit(of endpoint: Endpoint, for appid: String) -> Int {
        settings.faults.dailyLimit(of: endpoint.path, for: appid)
            ?? accounts[appid]?.dailyLimits[endpoint.path] ?? endpoint.dailyLimit
    }

    /// Tells a token that could have been ours once from one that never was a token.
    private static func hasTokenShape(_ token: String) -> Bool {
        token.utf8.count >= 64 && token.utf8.allSatisfy { Seed.letters.contains($0) }
    }
}
