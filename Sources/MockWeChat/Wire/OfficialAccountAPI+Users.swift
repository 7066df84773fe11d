extension OfficialAccountAPI {
    static let users: [Endpoint] = [
        .get("/cgi-bin/user/info", .verified, dailyLimit: 5_000_000) {
            world, call throws(Errcode) in
            .json(try world.describe(call.query("openid"), call))
        },
        .post("/cgi-bin/user/info/batchget", .verified) { world, call throws(Errcode) in
            try world.describeMany(call)
        },
        .get("/cgi-bin/user/get", .verified, dailyLimit: 500) { world, call throws(Errcode) in
            try world.listFollowers(call)
        },
        .post("/cgi-bin/user/info/updateremark", .verified, dailyLimit: 10_000) {
            world, call throws(Errcode) in
            try world.updateRemark(call)
        },
    ]
}

extension World {
    static let usersPerCallMax = 100

    fileprivate func describe(_ openid: String, _ call: APICall) throws(Errcode) -> JSON {
        let fan = try fan(openid: openid, at: call.appid)
        let unionid = accounts[call.appid].flatMap { self.unionid(of: fan.person, at: $0) }
        guard fan.isSubscribed else {
            let stranger: JSON = ["subscribe": 0, "openid": .string(openid)]
            return stranger.adding("unionid", unionid.map(JSON.string))
        }
        var (number, text): (Int64, String) = (0, "")
        switch fan.scene {
        case .number(let scene): number = scene
        case .text(let scene): text = scene
        case nil: break
        }
        let head: JSON = [
            "subscribe": 1, "openid": .string(openid), "nickname": "", "sex": 0,
            "language": "zh_CN",
            "city": "", "province": "", "country": "", "headimgurl": "",
            "subscribe_time": .integer(fan.subscribed?.seconds ?? 0),
        ]
        return
            head
            .adding("unionid", unionid.map(JSON.string))
            .adding("remark", .string(fan.remark))
            .adding("groupid", .integer(fan.tags.first ?? 0))
            .adding("tagid_list", .array(fan.tags.map(JSON.integer)))
            .adding("subscribe_scene", .string(fan.subscribeScene))
            .adding("qr_scene", .integer(number))
            .adding("qr_scene_str", .string(text))
    }

    fileprivate func describeMany(_ call: APICall) throws(Errcode) -> APIAnswer {
        guard let list = call.json["user_list"]?.array else { throw .invalidOpenidList }
        guard (1...Self.usersPerCallMax).contains(list.count) else { throw .invalidOpenidListSize }
        var users: [JSON] = []
        for user in list { users.append(try describe(user["openid"]?.string ?? "", call)) }
        return .json(["user_info_list": .array(users)])
    }

    fileprivate func listFollowers(_ call: APICall) throws(Errcode) -> APIAnswer {
        let followers = followers(of: call.appid)
        let page = try Self.page(of: followers, after: call.query("next_openid"))
        let head: JSON = ["total": JSON(followers.count), "count": JSON(page.count)]
        let openids: JSON? = page.isEmpty ? nil : ["openid": JSON(page.map(\.openid))]
        return .json(
            head.adding("data", openids).adding("next_openid", .string(page.last?.openid ?? "")))
    }

    fileprivate mutating func updateRemark(_ call: APICall) throws(Errcode) -> APIAnswer {
        var fan = try fan(openid: call.text("openid"), at: call.appid)
        guard fan.isSubscribed else { throw .requiresSubscription }
        guard let remark = call.json["remark"]?.string, remark.count < Fan.remarkLengthMax else {
            throw .invalidArgsSize
        }
        fan.remark = remark
        fans[fan.openid] = fan
        return .ok
    }
}
