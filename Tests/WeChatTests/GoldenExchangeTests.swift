import HTTPClient
import Testing
import WeChat

struct GoldenExchangeTests {
    typealias Call = @Sendable (OfficialAccountClient) async throws -> Void

    static let calls = qrCodeCalls.merging(messageCalls) { one, _ in one }
        .merging(followerCalls) { one, _ in one }.merging(libraryCalls) { one, _ in one }

    @Test(arguments: calls.keys.sorted())
    func `a call goes out as WeChat's manual has it, and its answer is understood`(
        _ name: String
    ) async throws {
        let golden = try GoldenExchange(name)
        let wire = WireStub { request in
            request.path == "/cgi-bin/stable_token"
                ? .token("TOKEN") : .success(golden.response)
        }
        let call = try #require(Self.calls[name])
        try await call(OfficialAccountClient(wire))

        let request = try #require(wire.requests.last)
        let host = request.path == "/cgi-bin/showqrcode" ? "mp" : "api"
        let query = request.query.isEmpty ? "" : "?" + request.query
        #expect(request.url.hasPrefix("https://\(host).weixin.qq.com/"))
        #expect("\(request.method.rawValue) \(request.path)\(query)" == golden.request.start)
        #expect(request.contentType == golden.request.fields["Content-Type"])
        #expect(golden.request.matches(request.body), "sent: \(request.bodyText)")
    }

    @Test(arguments: ["stable-token", "stable-token-forced", "stable-token-refused"])
    func `a token is asked for as WeChat's manual has it`(_ name: String) async throws {
        let golden = try GoldenExchange(name)
        let isForced = name == "stable-token-forced"
        let wire = WireStub { request in
            if request.path != "/cgi-bin/stable_token" { return .refusal(40001) }
            if isForced, request.bodyText.contains(#""force_refresh":false"#) {
                return .token("T1")
            }
            return .success(golden.response)
        }
        _ = await failure { () async throws(WeChatError) in
            try await OfficialAccountClient(wire).tags()
        }
        let request = try #require(
            isForced ? wire.tokenRequests.last : wire.tokenRequests.first)
        #expect("\(request.method.rawValue) \(request.path)" == golden.request.start)
        #expect(golden.request.matches(request.body), "sent: \(request.bodyText)")
    }

    @Test func `every golden exchange is held against the client`() throws {
        let tokens = try GoldenExchange.names.filter { $0.hasPrefix("stable-token") }
        #expect(Set(try GoldenExchange.names).subtracting(tokens) == Set(Self.calls.keys))
    }

    @Test func `text that is not ASCII goes out raw`() async throws {
        let wire = WireStub([.ok])
        try await OfficialAccountClient(wire).send(.text("码头 😀 </a>"), to: "o1")
        #expect(try #require(wire.requests.last).bodyText.contains("码头 😀 </a>"))
    }

    @Test(arguments: messages)
    func `a message is stored and read back as it was`(_ message: CustomMessage) throws {
        #expect(try roundTrip(message) == message)
    }
}
