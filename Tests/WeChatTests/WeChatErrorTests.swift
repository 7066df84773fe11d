import HTTPClient
import Testing
import WeChat

struct WeChatErrorTests {
    @Test func `a server that is not on the whitelist is refused once`() async throws {
        let wire = WireStub(
            [.ok], tokens: [.success(try GoldenExchange("stable-token-refused").response)])
        let error = await failure { () async throws(WeChatError) in
            try await OfficialAccountClient(wire).tags()
        }
        guard case .refused(.addressNotInWhitelist, let words) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(words.contains("203.0.113.9"))
        #expect(wire.requests.count == 1)
    }

    @Test(arguments: [
        #"{"errcode":"40001"}"#, "[]", "{", "null", "", "{}", #"{"tags":5}"#,
        #"{"errcode":9223372036854775808}"#, "\u{FEFF}{}",
    ])
    func `an answer of another shape is an error, not a crash`(_ text: String) async {
        let error = await failure { () async throws(WeChatError) in
            try await OfficialAccountClient(WireStub([.json(text)])).tags()
        }
        guard case .invalidAnswer = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [#"{"errcode":"40001"}"#, #"{"errcode":0"#, "ok", ""])
    func `what cannot be understood is not taken for success`(_ text: String) async {
        let error = await failure { () async throws(WeChatError) in
            try await OfficialAccountClient(WireStub([.json(text)])).send(.text("a"), to: "o1")
        }
        #expect(error?.mayHaveArrived == true)
    }

    @Test(arguments: ["api.weixin.qq.com", "ftp://a", "http://", "http://a?b", "http://u:p@a", ""])
    func `a base URL that cannot be one is refused`(_ text: String) {
        #expect(throws: BaseURLError.self) {
            try BaseURLs(api: text, mp: "http://a", qyapi: "http://a")
        }
    }

    @Test func `calls go to the base URLs that were given`() async throws {
        let wire = WireStub([.json(#"{"total_count":1}"#)])
        let base = try BaseURLs(
            api: "http://127.0.0.1:8080/", mp: "http://127.0.0.1:8080/mp", qyapi: "http://a")
        let client = OfficialAccountClient(
            credential: AppCredential(appID: "wx1", secret: Secret("s")),
            store: InMemoryTokenStore(), gateway: Gateway(baseURLs: base, http: wire),
            leaseHolder: "p1")
        _ = try await client.draftCount()
        #expect(
            wire.requests.map(\.url) == [
                "http://127.0.0.1:8080/cgi-bin/stable_token",
                "http://127.0.0.1:8080/cgi-bin/draft/count?access_token=T1",
            ])
        #expect(
            client.showQRCodeURL(ticket: "a+/=")
                == "http://127.0.0.1:8080/mp/cgi-bin/showqrcode?ticket=a%2B%2F%3D")
    }
}
