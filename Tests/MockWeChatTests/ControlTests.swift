import HTTP
import MockWeChat
import TestSupport
import Testing

@Suite struct ControlTests {
    @Test func `people are made, listed in pages, and do things over HTTP`() async throws {
        try await Street.with { street in
            let url = try await street.code("a")
            let ming = try await street.fetch("POST", "/mock/people", Array(#"{"name":"明"}"#.utf8))
            #expect(ming.status == 201)
            let id = try #require(try ming.json["id"]?.string)
            let nameless = try await street.post("/mock/people", [:])
            #expect(nameless["name"]?.string?.isEmpty == false)

            let first = try await street.get("/mock/people?limit=1")
            #expect(first["data"]?.array?.count == 1)
            let cursor = try #require(first["next_cursor"]?.string)
            let second = try await street.get("/mock/people?limit=1&cursor=\(cursor)")
            #expect(second["next_cursor"] == .null)

            let scan = try await street.post("/mock/people/\(id)/scan", ["content": .string(url)])
            #expect(scan["outcome"] == "card")
            let follow = try await street.post("/mock/people/\(id)/follow", [:])
            #expect(follow["delivery"]?["outcome"] == "accepted")
            let again = try await street.post("/mock/people/\(id)/scan", ["content": .string(url)])
            #expect(again["outcome"] == "event")
            let sent = try await street.post("/mock/people/\(id)/send", ["text": "在吗"])
            #expect(sent["delivery"]?["name"] == "text")
            let callbacks = try await street.get("/mock/callbacks?person=\(id)")
            #expect(
                callbacks["data"]?.array?.compactMap { $0["name"]?.string } == [
                    "text", "SCAN", "subscribe",
                ])
        }
    }

    @Test func `what a GET carries means nothing`() async throws {
        try await Street.with { street in
            let answer = try await Router(street.gateway.routes).respond(
                to: Request(.get, "/mock/clock", body: Array("not JSON".utf8)))
            #expect(answer.status == .ok)
        }
    }

    @Test func `a deed need not wait for its delivery`() async throws {
        try await Street.with { street in
            let ming = try street.gateway.people.add("明")
            let answer = try await street.fetch(
                "POST", "/mock/people/\(ming.id)/follow", Array(#"{"wait":false}"#.utf8))
            #expect(answer.status == 202)
            #expect(await eventually { street.server.calls.count == 1 })
        }
    }

    @Test func `what cannot be is refused in words`() async throws {
        try await Street.with { street in
            let cases: [(String, String, String, Int)] = [
                ("POST", "/mock/people/p9/follow", "{}", 404),
                ("POST", "/mock/people", "[1]", 400),
                ("POST", "/mock/people", "{\"name\":1}", 422),
                ("POST", "/mock/people", "{", 400),
                ("PUT", "/mock/accounts/wx0000000000000001", "{}", 422),
                ("PUT", "/mock/accounts/\(Street.appid)", #"{"callback_url":"ftp://x"}"#, 422),
                ("PUT", "/mock/accounts/\(Street.appid)", #"{"encoding_aes_key":"short"}"#, 422),
                ("PUT", "/mock/accounts/\(Street.appid)", #"{"mode":"secret"}"#, 422),
                ("GET", "/mock/people/p9/inbox", "", 404),
                ("GET", "/mock/media/none", "", 404),
            ]
            for (method, path, body, status) in cases {
                let answer = try await street.fetch(
                    method, path, body.isEmpty ? nil : Array(body.utf8))
                #expect(answer.status == status, "\(method) \(path) \(body): \(answer.text)")
            }
            let ming = try street.gateway.people.add("明")
            let unfollow = try await street.fetch(
                "POST", "/mock/people/\(ming.id)/unfollow", Array("{}".utf8))
            #expect(unfollow.status == 409)
        }
    }

    @Test func `an account is set up and changed in part`() async throws {
        try await Street.with { street in
            let new = try await street.fetch(
                "PUT", "/mock/accounts/wx0000000000000001",
                Array(#"{"secret":"s","name":"茶馆","mode":"plain"}"#.utf8))
            #expect(new.status == 200)
            let changed = try await street.fetch(
                "PUT", "/mock/accounts/wx0000000000000001",
                Array(
                    #"{"callback_url":"http://127.0.0.1:8080/callbacks","daily_limits":{"/cgi-bin/token":5}}"#
                        .utf8))
            #expect(try changed.json["name"] == "茶馆")
            #expect(try changed.json["original_id"] == "gh_000000000001")
            let all = try await street.get("/mock/accounts")
            #expect(all["data"]?.array?.count == 2)
            let duplicate = try await street.fetch(
                "PUT", "/mock/accounts/wx0000000000000002",
                Array(#"{"secret":"s","original_id":"gh_000000000001"}"#.utf8))
            #expect(duplicate.status == 409)
        }
    }

    @Test func `two gateways with the same seed give the same ids`() async throws {
        var stories: [[String]] = []
        for _ in 0..<2 {
            try await Street.with { street in
                let code = try await street.code("a")
                let ming = try street.gateway.people.add()
                try await ming.scan(code)
                try await ming.follow()
                let call = try #require(street.server.calls.first)
                stories.append([
                    code, ming.name, ming.openid(at: Street.appid), try await street.token(),
                    call.body, call.query["nonce"] ?? "", call.query["signature"] ?? "",
                ])
            }
        }
        #expect(stories[0] == stories[1])
        try await Street.with(configure: { $0.seed = 8 }) { street in
            let code = try await street.code("a")
            #expect(code != stories[0][0])
        }
    }

    @Test func `a page of another site moves nobody`() async throws {
        try await Street.with { street in
            for (site, status) in [("cross-site", 403), ("same-site", 403), ("same-origin", 201)] {
                let answer = try await street.fetch(
                    "POST", "/mock/people", Array(#"{"name":"明"}"#.utf8),
                    fields: ["Sec-Fetch-Site": site])
                #expect(answer.status == status, "\(site)")
            }
        }
    }
}
