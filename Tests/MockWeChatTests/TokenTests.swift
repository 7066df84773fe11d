import MockWeChat
import Testing

@Suite struct TokenTests {
    @Test func `each call gives a new token and the old one works for five more minutes`()
        async throws
    {
        try await Street.with { street in
            let first = try await street.token()
            let second = try await street.token()
            #expect(first != second)
            try await street.expect(0, from: "/cgi-bin/tags/get?access_token=\(first)")

            try street.gateway.advanceClock(by: .seconds(299))
            try await street.expect(0, from: "/cgi-bin/tags/get?access_token=\(first)")
            try street.gateway.advanceClock(by: .seconds(1))
            try await street.expect(40001, from: "/cgi-bin/tags/get?access_token=\(first)")
            try await street.expect(0, from: "/cgi-bin/tags/get?access_token=\(second)")
        }
    }

    @Test func `a token expires after two hours`() async throws {
        try await Street.with { street in
            let token = try await street.token()
            try street.gateway.advanceClock(by: .seconds(7200))
            let answer = try await street.get("/cgi-bin/tags/get?access_token=\(token)")
            #expect(answer.errcode == 42001)
        }
    }

    @Test func `the stable token stays the same until its last five minutes`() async throws {
        try await Street.with { street in
            let first = try await stable(street)
            #expect(first["expires_in"] == 7200)
            try street.gateway.advanceClock(by: .seconds(6800))
            let same = try await stable(street)
            #expect(same["access_token"] == first["access_token"])
            #expect(same["expires_in"]?.integer ?? 0 >= 300)

            try street.gateway.advanceClock(by: .seconds(200))
            let next = try await stable(street)
            #expect(next["access_token"] != first["access_token"])
            let old = first["access_token"]?.string ?? ""
            try await street.expect(0, from: "/cgi-bin/tags/get?access_token=\(old)")
        }
    }

    @Test func `a forced refresh kills the stable token at once and leaves the other family alone`()
        async throws
    {
        try await Street.with { street in
            let ordinary = try await street.token()
            let old = try await stable(street)["access_token"]?.string ?? ""
            let new = try await stable(street, isForced: true)["access_token"]?.string ?? ""
            #expect(old != new)
            try await street.expect(40001, from: "/cgi-bin/tags/get?access_token=\(old)")
            try await street.expect(0, from: "/cgi-bin/tags/get?access_token=\(new)")
            try await street.expect(0, from: "/cgi-bin/tags/get?access_token=\(ordinary)")
        }
    }

    @Test func `refreshes are forced at most every thirty seconds and twenty times a day`()
        async throws
    {
        try await Street.with { street in
            // Noon in China, so that the day does not end meanwhile.
            try street.gateway.setClock(to: Moment(seconds: 1_716_177_600))
            var token = try await stable(street)["access_token"]
            for _ in 0..<20 {
                let forced = try await stable(street, isForced: true)["access_token"]
                #expect(forced != token)
                #expect(try await stable(street, isForced: true)["access_token"] == forced)
                token = forced
                try street.gateway.advanceClock(by: .seconds(30))
            }
            #expect(try await stable(street, isForced: true)["access_token"] == token)
        }
    }

    @Test(
        arguments: [
            ("grant_type=password&appid=\(Street.appid)&secret=\(Street.secret)", 40002),
            ("grant_type=client_credential&secret=\(Street.secret)", 41002),
            ("grant_type=client_credential&appid=\(Street.appid)", 41004),
            ("grant_type=client_credential&appid=wxnobody&secret=\(Street.secret)", 40013),
            ("grant_type=client_credential&appid=\(Street.appid)&secret=wrong", 40125),
        ] as [(String, Int64)])
    func `wrong credentials are refused`(query: String, errcode: Int64) async throws {
        try await Street.with { street in
            try await street.expect(errcode, from: "/cgi-bin/token?\(query)")
        }
    }

    @Test func `an address outside of the whitelist gets no token`() async throws {
        try await Street.with { street in
            var account = try #require(street.gateway.accounts.first)
            account.ipWhitelist = ["203.0.113.9"]
            try street.gateway.put(account)
            let answer = try await street.get(
                "/cgi-bin/token?grant_type=client_credential&appid=\(Street.appid)&secret=\(Street.secret)"
            )
            #expect(answer.errcode == 40164)
            #expect(answer["errmsg"]?.string?.contains("127.0.0.1") == true)
        }
    }

    @Test func `a call without a token or with an invented one is refused`() async throws {
        try await Street.with { street in
            try await street.expect(41001, from: "/cgi-bin/tags/get")
            try await street.expect(40014, from: "/cgi-bin/tags/get?access_token=abc")
            let invented = String(repeating: "a", count: 130)
            try await street.expect(40001, from: "/cgi-bin/tags/get?access_token=\(invented)")
        }
    }

    @Test func `the wrong verb and a body that is no JSON are refused`() async throws {
        try await Street.with { street in
            let token = try await street.token()
            try await street.expect(43001, from: "/cgi-bin/tags/get?access_token=\(token)", [:])
            try await street.expect(43002, from: "/cgi-bin/tags/create?access_token=\(token)")
            let broken = try await street.fetch(
                "POST", "/cgi-bin/tags/create?access_token=\(token)", Array("{\"tag\":".utf8))
            #expect(broken.status == 200)
            #expect(try broken.json.errcode == 47001)
            let empty = try await street.fetch(
                "POST", "/cgi-bin/tags/create?access_token=\(token)", [])
            #expect(try empty.json.errcode == 44002)
        }
    }

    @Test func `a path that WeChat does not have is not found`() async throws {
        try await Street.with { street in
            let answer = try await street.fetch("GET", "/cgi-bin/nothing/here")
            #expect(answer.status == 404)
        }
    }

    @Test func `a refusal is JSON with a request id and comes with status 200`() async throws {
        try await Street.with { street in
            let answer = try await street.fetch("GET", "/cgi-bin/tags/get")
            #expect(answer.status == 200)
            #expect(answer.type == "application/json; encoding=utf-8")
            let errmsg = try answer.json["errmsg"]?.string ?? ""
            #expect(
                errmsg.contains(/^access_token missing rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/))
        }
    }

    @Test func `the original host decides which product a path belongs to`() async throws {
        try await Street.with { street in
            let path =
                "/cgi-bin/token?grant_type=client_credential&appid=\(Street.appid)&secret=\(Street.secret)"
            for (host, status) in [
                ("api.weixin.qq.com", 200), ("qyapi.weixin.qq.com", 404), ("mp.weixin.qq.com", 404),
            ] {
                let answer = try await street.fetch(
                    "GET", path, fields: ["X-Original-Host": host])
                #expect(answer.status == status)
            }
        }
    }

    private func stable(_ street: Street, isForced: Bool = false) async throws -> JSON {
        try await street.post(
            "/cgi-bin/stable_token",
            [
                "grant_type": "client_credential", "appid": .string(Street.appid),
                "secret": .string(Street.secret), "force_refresh": .bool(isForced),
            ])
    }
}
