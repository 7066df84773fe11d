extension OfficialAccountAPI {
    static let codes: [Endpoint] = [
        .post("/cgi-bin/qrcode/create", .verified, dailyLimit: 100_000) {
            world, call throws(Errcode) in
            try world.createCode(call)
        },
        .get("/cgi-bin/showqrcode", .open) { world, call throws(Errcode) in
            guard let code = world.codes[call.query("ticket")], !code.isExpired(at: call.now) else {
                return .notFound
            }
            return .code(code.url)
        },
    ]
}

extension World {
    static let codesMax = 500_000

    fileprivate mutating func createCode(_ call: APICall) throws(Errcode) -> APIAnswer {
        guard let action = CodeAction(rawValue: call.text("action_name")) else {
            throw .invalidActionName
        }
        let scene = try action.scene(in: call.json["action_info"]?["scene"])
        if !action.isTemporary, let ticket = index.permanent[call.appid]?[scene],
            let code = codes[ticket]
        {
            return answer(for: code)
        }
        let life = action.isTemporary ? try expireSeconds(call.json["expire_seconds"]) : nil
        if life == nil { try checkPermanentQuota(of: call.appid) }
        try makeRoomForCode(at: call.now)

        let code = newCode(scene, lifeSeconds: life, of: call.appid, at: call.now)
        codes[code.ticket] = code
        add(toIndex: code)
        return answer(for: code)
    }

    private func answer(for code: ParametricCode) -> APIAnswer {
        let life = code.expires.map { JSON.integer(($0 - code.created).components.seconds) }
        return .json(
            JSON.object([.init("ticket", .string(code.ticket))])
                .adding("expire_seconds", life)
                .adding("url", .string(code.url)))
    }

    private mutating func newCode(
        _ scene: Scene, lifeSeconds: Int64?, of appid: String, at now: Moment
    ) -> ParametricCode {
        let number = String(serial("code"))
        let url = "http://weixin.qq.com/q/02" + seed.text(19, "code", appid, number)
        let ticket = ParametricCode.ticket(
            url: url, created: now, lifeSeconds: lifeSeconds ?? 0,
            salt: seed.bytes(1, "ticket", appid, number))
        return ParametricCode(
            appid: appid, ticket: ticket, url: url, scene: scene, created: now,
            expires: lifeSeconds.map { now + .seconds($0) })
    }

    private func expireSeconds(_ value: JSON?) throws(Errcode) -> Int64 {
        guard let value else { return ParametricCode.expireSecondsDefault }
        guard let seconds = value.integer,
            (1...ParametricCode.expireSecondsMax).contains(seconds)
        else { throw .invalidActionInfo }
        return seconds
    }

    private func checkPermanentQuota(of appid: String) throws(Errcode) {
        let limit = accounts[appid]?.permanentCodesMax ?? OfficialAccount.permanentCodesLimit
        guard index.permanent[appid]?.count ?? 0 < limit else { throw .tooManyCodes }
    }

    /// Forgets codes whose time is over when there are very many.
    private mutating func makeRoomForCode(at now: Moment) throws(Errcode) {
        guard codes.count >= Self.codesMax else { return }
        for code in codes.records.values where code.isExpired(at: now) {
            index.tickets[code.url] = nil
            codes[code.ticket] = nil
        }
        guard codes.count < Self.codesMax else { throw .dailyQuotaReached }
    }
}

/// `action_name` of `qrcode/create`.
private enum CodeAction: String {
    case temporaryNumber = "QR_SCENE"
    case temporaryText = "QR_STR_SCENE"
    case permanentNumber = "QR_LIMIT_SCENE"
    case permanentText = "QR_LIMIT_STR_SCENE"

    var isTemporary: Bool { self == .temporaryNumber || self == .temporaryText }

    func scene(in value: JSON?) throws(Errcode) -> Scene {
        switch self {
        case .temporaryNumber, .permanentNumber:
            let allowed = isTemporary ? Scene.temporaryNumbers : Scene.permanentNumbers
            guard let number = value?["scene_id"]?.integer, allowed.contains(number) else {
                throw .invalidActionInfo
            }
            return .number(number)
        case .temporaryText, .permanentText:
            guard let text = value?["scene_str"]?.string,
                Scene.textLengths.contains(text.unicodeScalars.count)
            else { throw .invalidActionInfo }
            return .text(text)
        }
    }
}
