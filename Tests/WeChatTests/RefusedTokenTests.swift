import HTTPClient
import Testing
import WeChat

struct RefusedTokenTests {
    let clock = TestClock()

    @Test(arguments: [40001, 40014, 42001])
    func `a refused token is fetched anew and the call made again`(_ code: Int) async throws {
        let wire = WireStub([.refusal(code), .ok])
        try await OfficialAccountClient(wire, clock: clock).send(.text("hello"), to: "o1")
        #expect(wire.tokenRequests.map(\.isForced) == [false, false])
        #expect(wire.requests(of: send).map(\.query) == ["access_token=T1", "access_token=T2"])
    }

    @Test func `after a second refusal the token is forced, once`() async throws {
        let wire = WireStub([.refusal(40001), .refusal(40001), .ok])
        try await OfficialAccountClient(wire, clock: clock).send(.text("hello"), to: "o1")
        #expect(wire.tokenRequests.map(\.isForced) == [false, false, true])
        #expect(wire.requests(of: send).count == 3)
    }

    @Test func `a token that stays refused is told as such`() async throws {
        let wire = WireStub([.refusal(40001, "invalid credential")])
        let error = await failure { () async throws(WeChatError) in
            try await OfficialAccountClient(wire, clock: clock).send(.text("hello"), to: "o1")
        }
        #expect(error == .refused(.invalidCredential, words: "invalid credential"))
        #expect(error?.mayHaveArrived == false)
        #expect(wire.requests(of: send).count == 3)
        #expect(wire.tokenRequests.count == 3)
    }

    @Test func `forced refreshes stand thirty seconds apart`() async throws {
        let wire = WireStub([.refusal(40001)])
        let client = OfficialAccountClient(wire, clock: clock)
        for _ in 1...3 {
            _ = await failure { () async throws(WeChatError) in try await client.tags() }
        }
        #expect(wire.tokenRequests.filter(\.isForced).count == 1)
        clock.advance(seconds: 31)
        _ = await failure { () async throws(WeChatError) in try await client.tags() }
        #expect(wire.tokenRequests.filter(\.isForced).count == 2)
    }

    @Test func `at most twenty refreshes are forced a day, in all processes together`() async throws
    {
        let wire = WireStub([.refusal(40001)])
        let store = InMemoryTokenStore()
        let clients = ["p1", "p2"].map {
            OfficialAccountClient(wire, clock: clock, store: store, process: $0)
        }
        for round in 0..<30 {
            clock.advance(seconds: 60)
            _ = await failure { () async throws(WeChatError) in
                try await clients[round % 2].tags()
            }
        }
        #expect(wire.tokenRequests.filter(\.isForced).count == 20)
        clock.advance(seconds: 86_400)
        _ = await failure { () async throws(WeChatError) in try await clients[0].tags() }
        #expect(wire.tokenRequests.filter(\.isForced).count == 21)
    }

    @Test func `a token that another process has brought is tried before asking WeChat`()
        async throws
    {
        let store = InMemoryTokenStore()
        let wire = WireStub([.refusal(42001), .ok])
        let client = OfficialAccountClient(wire, clock: clock, store: store)
        _ = try await client.tokens.token()
        _ = await store.acquireLease(holder: "p2", now: clock.now, until: clock.now + 1)
        let other = AccessToken(value: Secret("OTHER"), expiresAt: clock.now + 7_200_000)
        _ = await store.save(TokenRecord(token: other), holder: "p2")
        _ = try? await client.showTyping(true, to: "o1")
        #expect(wire.tokenRequests.count == 1)
        #expect(wire.requests.last?.query == "access_token=OTHER")
    }

    @Test func `a hundred refused callers cost one forced refresh`() async throws {
        let wire = WireStub { request in
            await Task.yield()
            if request.path == "/cgi-bin/stable_token" {
                return .token(request.isForced ? "NEW" : "OLD")
            }
            return request.query.contains("OLD") ? .refusal(40001) : .ok
        }
        let client = OfficialAccountClient(wire, clock: clock)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for person in 1...100 {
                group.addTask { try await client.send(.text("hello"), to: "o\(person)") }
            }
            try await group.waitForAll()
        }
        #expect(wire.tokenRequests.filter(\.isForced).count == 1)
    }

    @Test func `a message that never went out for want of a token has certainly not arrived`() async
    {
        let wire = WireStub([.ok], tokens: [.timedOut])
        let error = await failure { () async throws(WeChatError) in
            try await OfficialAccountClient(wire, clock: clock).send(.text("hello"), to: "o1")
        }
        #expect(error == .transport(TransportFailure(.timedOut, .notSent)))
        #expect(wire.tokenRequests.count == 3)
    }

    private let send = "/cgi-bin/message/custom/send"
}

extension HTTPRequest {
    fileprivate var isForced: Bool { bodyText.contains(#""force_refresh":true"#) }
}
