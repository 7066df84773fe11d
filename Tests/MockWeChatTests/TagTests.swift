import MockWeChat
import Testing

@Suite struct TagTests {
    @Test func `a tag is made, listed with its fans, renamed and deleted`() async throws {
        try await Street.with { street in
            let openid = try await street.fan("明").openid(at: Street.appid)
            let made = try await street.call("/cgi-bin/tags/create", Self.named("expo-2024"))
            #expect(made == ["tag": ["id": 100, "name": "expo-2024"]])
            try await street.expect(
                0, calling: "/cgi-bin/tags/members/batchtagging",
                ["openid_list": [.string(openid)], "tagid": 100])

            let list = try await street.call("/cgi-bin/tags/get")
            #expect(
                list["tags"] == [
                    ["id": 2, "name": "星标组", "count": 0],
                    ["id": 100, "name": "expo-2024", "count": 1],
                ])
            let fans = try await street.call("/cgi-bin/user/tag/get", ["tagid": 100])
            #expect(
                fans == [
                    "count": 1, "data": ["openid": [.string(openid)]],
                    "next_openid": .string(openid),
                ])
            let ids = try await street.call("/cgi-bin/tags/getidlist", ["openid": .string(openid)])
            #expect(ids["tagid_list"] == [100])

            try await street.expect(
                0, calling: "/cgi-bin/tags/update", ["tag": ["id": 100, "name": "expo"]])
            try await street.expect(0, calling: "/cgi-bin/tags/delete", ["tag": ["id": 100]])
            let left = try await street.call("/cgi-bin/tags/getidlist", ["openid": .string(openid)])
            #expect(left["tagid_list"] == [])
        }
    }

    @Test func `names are unique, not empty and at most thirty bytes long`() async throws {
        try await Street.with { street in
            try await street.expect(0, calling: "/cgi-bin/tags/create", Self.named("静安静安静安静安静安"))
            try await street.expect(
                45157, calling: "/cgi-bin/tags/create", Self.named("静安静安静安静安静安"))
            try await street.expect(45157, calling: "/cgi-bin/tags/create", Self.named(""))
            try await street.expect(
                45158, calling: "/cgi-bin/tags/create", Self.named("静安静安静安静安静安x"))
        }
    }

    @Test func `an account has at most a hundred tags`() async throws {
        try await Street.with { street in
            let create = "/cgi-bin/tags/create?access_token=\(try await street.token())"
            for number in 0..<100 {
                try await street.expect(0, from: create, Self.named("t\(number)"))
            }
            try await street.expect(45056, from: create, Self.named("one more"))
        }
    }

    @Test func `the system's tags and unknown ones cannot be changed`() async throws {
        try await Street.with { street in
            try await street.expect(
                45058, calling: "/cgi-bin/tags/update", ["tag": ["id": 2, "name": "x"]])
            try await street.expect(45058, calling: "/cgi-bin/tags/delete", ["tag": ["id": 0]])
            try await street.expect(45159, calling: "/cgi-bin/tags/delete", ["tag": ["id": 999]])
            try await street.expect(45159, calling: "/cgi-bin/user/tag/get", ["tagid": 999])
        }
    }

    @Test func `a fan carries at most twenty tags and a call at most fifty fans`() async throws {
        try await Street.with { street in
            let openid = JSON.string(try await street.fan("明").openid(at: Street.appid))
            for number in 0...20 {
                try await street.expect(
                    0, calling: "/cgi-bin/tags/create", Self.named("t\(number)"))
                try await street.expect(
                    number < 20 ? 0 : 45059, calling: "/cgi-bin/tags/members/batchtagging",
                    ["openid_list": [openid], "tagid": JSON(100 + number)])
            }
            try await street.expect(
                40032, calling: "/cgi-bin/tags/members/batchuntagging",
                ["openid_list": .array(Array(repeating: openid, count: 51)), "tagid": 100])
            try await street.expect(
                0, calling: "/cgi-bin/tags/members/batchuntagging",
                ["openid_list": [openid], "tagid": 100])
        }
    }

    @Test func `openids of nobody and of another account are refused, and then nobody is tagged`()
        async throws
    {
        try await Street.with { street in
            try street.gateway.put(
                OfficialAccount(appid: "wxother000000001", secret: "x", name: "Other"))
            let ming = try await street.fan("明")
            let openid = JSON.string(ming.openid(at: Street.appid))
            try await street.expect(0, calling: "/cgi-bin/tags/create", Self.named("a"))
            for (stranger, errcode) in [
                ("oNobody0000000000000000000001", 40003),
                (ming.openid(at: "wxother000000001"), 49003),
            ] as [(String, Int64)] {
                try await street.expect(
                    errcode, calling: "/cgi-bin/tags/members/batchtagging",
                    ["openid_list": [openid, .string(stranger)], "tagid": 100])
            }
            let ids = try await street.call("/cgi-bin/tags/getidlist", ["openid": openid])
            #expect(ids["tagid_list"] == [])
        }
    }

    private static func named(_ name: String) -> JSON {
        ["tag": ["name": .string(name)]]
    }
}

extension Street {
    /// Somebody who follows the account.
    func fan(_ name: String) async throws -> MockPerson {
        let person = try gateway.people.add(name)
        try await person.follow(Self.appid)
        return person
    }
}
