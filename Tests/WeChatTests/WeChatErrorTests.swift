import HTTPClient
import Testing
import WeChat

struct WeChatErrorTests {
    @Test func `a server that is not on the whitelist is told its address`() async throws {
        let wire = WireStub(
            [.ok], tokens: [.success(try GoldenExchange("stable-token-refused").response)])
        let error = await failure { () async throws(WeChatError) in
            try await OfficialAccountClient(wire).tags()
        }
        let explanation = try #require(error).explanation
        #expect(explanation.key == "wechat.error.40164")
        #expect(explanation.parameters == ["ip": "203.0.113.9"])
        #expect(explanation.chinese.contains("203.0.113.9"))
        #expect(explanation.english.contains("203.0.113.9"))
        #expect(wire.requests.count == 1)
    }

    @Test(arguments: ["", "ip", "invalid ip", "invalid ip <script>, not in whitelist"])
    func `odd words of a refusal are shown as they are`(_ words: String) {
        let explanation = WeChatError.refused(.addressNotInWhitelist, words: words).explanation
        #expect(explanation.parameters == ["ip": words])
    }

    @Test(arguments: [
        -1, 40001, 40002, 40003, 40004, 40005, 40006, 40007, 40008, 40009, 40010, 40011, 40012,
        40013, 40014, 40031, 40032, 40033, 40035, 40052, 40053, 40113, 40125, 40137, 40164, 40165,
        40166, 41001, 41002, 41004, 41005, 41006, 42001, 43001, 43002, 43003, 43004, 43019, 44001,
        44002, 44003, 44004, 45001, 45002, 45003, 45004, 45005, 45006, 45007, 45008, 45009, 45011,
        45015, 45029, 45047, 45056, 45057, 45058, 45059, 45072, 45080, 45081, 45157, 45158, 45159,
        46001, 46004, 47001, 48001, 48002, 48004, 48006, 48008, 49003, 50001, 50002, 50005, 61450,
        76021, 76022,
    ])
    func `every code of WeChat's that can come has a sentence`(_ code: Int) {
        let explanation = WeChatError.refused(ErrorCode(code), words: "").explanation
        #expect(explanation.key == "wechat.error.\(code)")
        #expect(!explanation.chinese.isEmpty && !explanation.english.isEmpty)
    }

    @Test func `a code that nobody knows is told with WeChat's own words`() {
        let explanation = WeChatError.refused(ErrorCode(99999), words: "what?").explanation
        #expect(explanation.english == "WeChat refused (error 99999: what?).")
        #expect(explanation.chinese.contains("99999") && explanation.chinese.contains("what?"))
    }

    @Test(arguments: [
        (WeChatError.transport(TransportFailure(.timedOut, .unknown)), "wechat.timedOut"),
        (.transport(TransportFailure(.unreachable, .notSent)), "wechat.unreachable"),
        (.invalidAnswer(InvalidAnswer(status: 502, .unexpectedStatus)), "wechat.invalidAnswer"),
        (.tokenStore("disk full"), "wechat.tokenStore"),
    ])
    func `what went wrong on the way is told too`(_ error: WeChatError, _ key: String) {
        #expect(error.explanation.key == key)
        #expect(!error.explanation.english.contains("{"))
    }

    @Test func `all sentences have keys of their own, for locale files`() {
        let all = Explanation.all
        #expect(Set(all.map(\.key)).count == all.count)
        #expect(all.contains { $0.key == "wechat.error.40164" && $0.english.contains("{ip}") })
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
