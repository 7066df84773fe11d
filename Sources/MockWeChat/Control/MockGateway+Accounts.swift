import HTTP

extension MockGateway {
    var accountRoutes: [Route] {
        [
            control(.get, "/mock/accounts") { _, _ in
                ControlAnswer(["data": .array(self.accounts.map(\.json))])
            },
            control(.get, "/mock/accounts/{appid}") { _, _, appid throws(Refusal) in
                let account = try self.read { world, _ throws(Refusal) in try world.account(appid) }
                return ControlAnswer(account.json)
            },
            control(.put, "/mock/accounts/{appid}") { _, json, appid throws(Refusal) in
                ControlAnswer(try self.put(appid, json).json)
            },
            control(.post, "/mock/accounts/{appid}/verify") { _, _, appid throws(Refusal) in
                let (isVerified, words) = try await self.verifyCallbackURL(of: appid)
                return ControlAnswer(["verified": .bool(isVerified), "words": .string(words)])
            },
        ]
    }

    /// All accounts, by appid.
    package var accounts: [OfficialAccount] {
        read { world, _ in world.accounts.records.values.sorted { $0.appid < $1.appid } }
    }

    /// Sets an account up, or changes it.
    package func put(_ account: OfficialAccount) throws(Refusal) {
        try change { world, _ throws(Refusal) in try world.put(account) }
    }

    private func put(_ appid: String, _ json: JSON) throws(Refusal) -> OfficialAccount {
        try change { world, _ throws(Refusal) in
            let account: OfficialAccount
            if let old = world.accounts[appid] {
                account = try old.changed(by: json)
            } else {
                let new = OfficialAccount(
                    appid: appid, secret: try json.text("secret"),
                    name: try json.optionalText("name") ?? appid)
                account = try new.changed(by: json)
            }
            try world.put(account)
            return account
        }
    }
}

extension OfficialAccount {
    var json: JSON {
        let head: JSON = [
            "appid": .string(appid), "secret": .string(secret), "name": .string(name),
            "original_id": .string(originalID), "callback_url": Self.orNull(callbackURL),
            "token": .string(token), "encoding_aes_key": Self.orNull(encodingAESKey),
            "mode": .string(mode.rawValue), "verified": .bool(isVerified),
        ]
        return
            head
            .adding("ip_whitelist", JSON(ipWhitelist))
            .adding("open_platform", Self.orNull(openPlatform))
            .adding("linked_mini_programs", linkedMiniPrograms.map { JSON($0) } ?? .null)
            .adding("daily_limits", Self.limits(dailyLimits))
            .adding("minute_limits", Self.limits(minuteLimits))
            .adding("permanent_codes_max", JSON(permanentCodesMax))
    }

    /// The account with the settings that the object names; `null` takes a setting away.
    func changed(by json: JSON) throws(Refusal) -> OfficialAccount {
        var account = self
        account.secret = try json.optionalText("secret") ?? secret
        account.name = try json.optionalText("name") ?? name
        account.originalID = try json.optionalText("original_id") ?? originalID
        account.token = try json.optionalText("token") ?? token
        account.isVerified = try json.optionalBool("verified") ?? isVerified
        if json["callback_url"] != nil {
            account.callbackURL = try json.optionalText("callback_url")
        }
        if json["encoding_aes_key"] != nil {
            account.encodingAESKey = try json.optionalText("encoding_aes_key")
        }
        if json["open_platform"] != nil {
            account.openPlatform = try json.optionalText("open_platform")
        }
        if let word = try json.optionalText("mode") {
            guard let mode = Mode(rawValue: word) else {
                throw .invalid("mode", "The mode is plain, compatible or safe.")
            }
            account.mode = mode
        }
        account.ipWhitelist = try json.texts("ip_whitelist") ?? ipWhitelist
        if json["linked_mini_programs"] != nil {
            account.linkedMiniPrograms = try json.texts("linked_mini_programs")
        }
        account.dailyLimits = try json.limits("daily_limits") ?? dailyLimits
        account.minuteLimits = try json.limits("minute_limits") ?? minuteLimits
        let codes = 0...Int64(Self.permanentCodesLimit)
        account.permanentCodesMax =
            try json.optionalInteger("permanent_codes_max", in: codes).map(Int.init)
            ?? permanentCodesMax
        return account
    }

    private static func orNull(_ text: String?) -> JSON {
        text.map(JSON.string) ?? .null
    }

    private static func limits(_ limits: [String: Int]) -> JSON {
        .object(limits.sorted { $0.key < $1.key }.map { .init($0.key, JSON($0.value)) })
    }
}

extension JSON {
    fileprivate func texts(_ name: String) throws(Refusal) -> [String]? {
        guard let value = self[name], value != .null else { return nil }
        guard let texts = value.strings, texts.count <= 1000 else {
            throw .invalid(name, "\(name) must be a list of at most 1,000 texts.")
        }
        return texts
    }

    fileprivate func limits(_ name: String) throws(Refusal) -> [String: Int]? {
        guard let value = self[name], value != .null else { return nil }
        guard case .object(let members) = value, members.count <= 100 else {
            throw .invalid(name, "\(name) must be an object of paths and numbers.")
        }
        var limits: [String: Int] = [:]
        for member in members {
            guard let limit = member.value.integer, limit >= 0 else {
                throw .invalid(name, "The limit of \(member.name) must be a number from 0.")
            }
            limits[member.name] = Int(limit)
        }
        return limits
    }
}
