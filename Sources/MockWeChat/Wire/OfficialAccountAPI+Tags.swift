extension OfficialAccountAPI {
    static let tags: [Endpoint] = [
        .post("/cgi-bin/tags/create", .verified, dailyLimit: 1_000) {
            world, call throws(Errcode) in
            var tags = world.tags(of: call.appid)
            let tag = try tags.create(call.json["tag"]?["name"]?.string ?? "")
            world.tagSets[call.appid] = tags
            return .json(["tag": ["id": .integer(tag.id), "name": .string(tag.name)]])
        },
        .get("/cgi-bin/tags/get", .verified) { world, call throws(Errcode) in
            world.listTags(call)
        },
        .post("/cgi-bin/tags/update", .verified) { world, call throws(Errcode) in
            var tags = world.tags(of: call.appid)
            let tag = call.json["tag"]
            try tags.rename(tag?["id"]?.integer ?? -1, to: tag?["name"]?.string ?? "")
            world.tagSets[call.appid] = tags
            return .ok
        },
        .post("/cgi-bin/tags/delete", .verified) { world, call throws(Errcode) in
            try world.deleteTag(call)
        },
        .post("/cgi-bin/user/tag/get", .verified, verb: .either) { world, call throws(Errcode) in
            try world.listFansOfTag(call)
        },
        .post("/cgi-bin/tags/members/batchtagging", .verified, dailyLimit: 100_000) {
            world, call throws(Errcode) in
            try world.changeTags(call) { tags, id throws(Errcode) in
                guard !tags.contains(id) else { return }
                guard tags.count < TagSet.tagsPerFanMax else { throw .fanHasTooManyTags }
                tags.append(id)
            }
        },
        .post("/cgi-bin/tags/members/batchuntagging", .verified, dailyLimit: 100_000) {
            world, call throws(Errcode) in
            try world.changeTags(call) { tags, id throws(Errcode) in tags.removeAll { $0 == id } }
        },
        .post("/cgi-bin/tags/getidlist", .verified) { world, call throws(Errcode) in
            let fan = try world.fan(
                openid: call.text("openid"), at: call.appid, elseForeign: .foreignOpenid)
            return .json(["tagid_list": .array(fan.tags.map(JSON.integer))])
        },
    ]
}

extension World {
    static let openidsPerPage = 10_000

    func tags(of appid: String) -> TagSet {
        tagSets[appid] ?? TagSet()
    }

    fileprivate func listTags(_ call: APICall) -> APIAnswer {
        var counts: [Int64: Int] = [:]
        for fan in followers(of: call.appid) {
            for tag in fan.tags { counts[tag, default: 0] += 1 }
        }
        let tags = tags(of: call.appid).tags.map { tag -> JSON in
            [
                "id": .integer(tag.id), "name": .string(tag.name),
                "count": JSON(counts[tag.id, default: 0]),
            ]
        }
        return .json(["tags": .array(tags)])
    }

    fileprivate mutating func deleteTag(_ call: APICall) throws(Errcode) -> APIAnswer {
        let id = call.json["tag"]?["id"]?.integer ?? -1
        let carriers = followers(of: call.appid).filter { $0.tags.contains(id) }
        var tags = tags(of: call.appid)
        try tags.delete(id, fans: carriers.count)
        tagSets[call.appid] = tags
        for var fan in carriers {
            fan.tags.removeAll { $0 == id }
            fans[fan.openid] = fan
        }
        return .ok
    }

    fileprivate func listFansOfTag(_ call: APICall) throws(Errcode) -> APIAnswer {
        let id = call.json["tagid"]?.integer ?? -1
        guard tags(of: call.appid).contains(id) else { throw .invalidTagID }
        let carriers = followers(of: call.appid).filter { $0.tags.contains(id) }
        let page = try Self.page(of: carriers, after: call.text("next_openid"))
        guard let last = page.last else { return .json(["count": 0]) }
        return .json([
            "count": JSON(page.count), "data": ["openid": JSON(page.map(\.openid))],
            "next_openid": .string(last.openid),
        ])
    }

    /// The fans behind the one that the last page ended with; from the first when it is "".
    static func page(of fans: [Fan], after openid: String) throws(Errcode) -> ArraySlice<Fan> {
        guard !openid.isEmpty else { return fans.prefix(openidsPerPage) }
        guard let last = fans.firstIndex(where: { $0.openid == openid }) else {
            throw .invalidOpenid
        }
        return fans[(last + 1)...].prefix(openidsPerPage)
    }

    /// Changes the tags of every fan in the list, or of none when one of them is refused.
    fileprivate mutating func changeTags(
        _ call: APICall, _ change: (inout [Int64], Int64) throws(Errcode) -> Void
    ) throws(Errcode) -> APIAnswer {
        let id = call.json["tagid"]?.integer ?? -1
        guard tags(of: call.appid).contains(id) else { throw .invalidTagID }
        guard let openids = call.json["openid_list"]?.strings else { throw .invalidOpenidList }
        guard (1...TagSet.openidsPerCallMax).contains(openids.count) else {
            throw .invalidOpenidListSize
        }
        var changed: [Fan] = []
        for openid in openids {
            var fan = try fan(openid: openid, at: call.appid, elseForeign: .foreignOpenid)
            guard fan.isSubscribed else { throw .invalidOpenid }
            try change(&fan.tags, id)
            changed.append(fan)
        }
        for fan in changed { fans[fan.openid] = fan }
        return .ok
    }
}
