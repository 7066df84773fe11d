import MockWeChat
import Testing

@Suite struct UserTests {
    @Test func `a fan's record tells the scene with which they came and no name`() async throws {
        try await Street.with { street in
            let ming = try street.gateway.people.add("明")
            try await ming.scan(try await street.code("store-042"))
            try await ming.follow()
            let openid = ming.openid(at: Street.appid)
            #expect(openid.utf8.count == 28)

            let user = try await street.call("/cgi-bin/user/info?openid=\(openid)")
            #expect(user["subscribe"] == 1)
            #expect(user["subscribe_scene"] == "ADD_SCENE_QR_CODE")
            #expect(user["qr_scene"] == 0)
            #expect(user["qr_scene_str"] == "store-042")
            #expect(user["nickname"] == "")
            #expect(user["unionid"]?.string?.hasPrefix("o") == true)
            #expect(user["subscribe_time"]?.integer == street.gateway.now.seconds)
        }
    }

    @Test func `somebody who does not follow is only said not to`() async throws {
        try await Street.with { street in
            try street.limit { $0.openPlatform = nil }
            let openid = try street.gateway.people.add("舟").openid(at: Street.appid)
            let user = try await street.call("/cgi-bin/user/info?openid=\(openid)")
            #expect(user == ["subscribe": 0, "openid": .string(openid)])
            try await street.expect(40003, calling: "/cgi-bin/user/info?openid=oNobody")
        }
    }

    @Test func `a person has one unionid at all accounts of an Open Platform account`() async throws
    {
        try await Street.with { street in
            var other = OfficialAccount(appid: "wxother000000001", secret: "x", name: "Other")
            other.openPlatform = "platform"
            try street.gateway.put(other)
            let ming = try street.gateway.people.add("明")
            #expect(ming.openid(at: Street.appid) != ming.openid(at: other.appid))
            let person = try await street.get("/mock/people/\(ming.id)")
            let unionids = Set(
                person["accounts"]?.array?.compactMap { $0["unionid"]?.string } ?? [])
            #expect(unionids.count == 1)
        }
    }

    @Test func `followers come in pages and in the order in which they came`() async throws {
        try await Street.with { street in
            var openids: [String] = []
            for name in ["一", "二", "三"] {
                openids.append(try await street.fan(name).openid(at: Street.appid))
                try street.gateway.advanceClock(by: .seconds(1))
            }
            let all = try await street.call("/cgi-bin/user/get")
            #expect(all["total"] == 3)
            #expect(all["data"]?["openid"]?.strings == openids)
            #expect(all["next_openid"]?.string == openids[2])
            let rest = try await street.call("/cgi-bin/user/get?next_openid=\(openids[0])")
            #expect(rest["count"] == 2)
            let none = try await street.call("/cgi-bin/user/get?next_openid=\(openids[2])")
            #expect(none == ["total": 3, "count": 0, "next_openid": ""])
        }
    }

    @Test func `many users are described in one call`() async throws {
        try await Street.with { street in
            let openid = JSON.string(try await street.fan("明").openid(at: Street.appid))
            let answer = try await street.call(
                "/cgi-bin/user/info/batchget", ["user_list": [["openid": openid, "lang": "zh_CN"]]])
            #expect(answer["user_info_list"]?.array?.first?["openid"] == openid)
            try await street.expect(
                40032, calling: "/cgi-bin/user/info/batchget",
                ["user_list": .array(Array(repeating: ["openid": openid], count: 101))])
        }
    }

    @Test func `a remark is kept until the fan leaves`() async throws {
        try await Street.with { street in
            let ming = try await street.fan("明")
            let openid = ming.openid(at: Street.appid)
            try await street.expect(
                0, calling: "/cgi-bin/user/info/updateremark",
                ["openid": .string(openid), "remark": "常客"])
            #expect(try await street.call("/cgi-bin/user/info?openid=\(openid)")["remark"] == "常客")
            try await street.expect(
                40035, calling: "/cgi-bin/user/info/updateremark",
                ["openid": .string(openid), "remark": .string(String(repeating: "x", count: 30))])
            try await ming.unfollow()
            try await ming.follow()
            #expect(try await street.call("/cgi-bin/user/info?openid=\(openid)")["remark"] == "")
        }
    }
}
