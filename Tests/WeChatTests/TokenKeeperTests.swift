import HTTPClient
import Synchronization
import TestSupport
import Testing
import WeChat

struct TokenKeeperTests {
    let clock = TestClock()

    @Test func `a hundred callers at once share one fetch`() async throws {
        let gate = Gate()
        let wire = WireStub { _ in
            await gate.wait()
            return .token("T1")
        }
        let client = OfficialAccountClient(wire)
        let values = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 1...100 {
                group.addTask { try await client.tokens.token().value.revealed }
            }
            for _ in 1...200 { await Task.yield() }
            gate.open()
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(values == ["T1"])
        #expect(wire.requests.count == 1)
    }

    @Test func `processes that share a store share one fetch`() async throws {
        let clock = TestClock(sleepingTakesTime: false)
        let gate = Gate()
        let wire = WireStub { _ in
            await gate.wait()
            return .token("T1")
        }
        let store = InMemoryTokenStore()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for process in ["p1", "p2", "p3"] {
                let client = OfficialAccountClient(
                    wire, clock: clock, store: store, process: process)
                group.addTask {
                    let token = try await client.tokens.token()
                    #expect(token.value == Secret("T1"))
                }
            }
            for _ in 1...200 { await Task.yield() }
            gate.open()
            try await group.waitForAll()
        }
        #expect(wire.requests.count == 1)
    }

    @Test func `a process that died with the lease holds nobody up for long`() async throws {
        let store = InMemoryTokenStore()
        _ = await store.acquireLease(
            holder: "dead", now: clock.now, until: clock.now + 45_000)
        let wire = WireStub([.ok])
        let client = OfficialAccountClient(wire, clock: clock, store: store)
        let start = clock.now
        #expect(try await client.tokens.token().value == Secret("T1"))
        #expect(clock.now - start <= 46_000)
    }

    @Test func `a token is asked for again only when it has expired`() async throws {
        let wire = WireStub([.ok])
        let client = OfficialAccountClient(wire, clock: clock)
        _ = try await client.tokens.token()
        clock.advance(seconds: 6900)
        #expect(try await client.tokens.token().value == Secret("T1"))
        #expect(wire.requests.count == 1)
        clock.advance(seconds: 300)
        #expect(try await client.tokens.token().value == Secret("T2"))
    }

    @Test func `a token is renewed before it expires, and nobody waits for it`() async throws {
        let wire = WireStub([.ok])
        let client = OfficialAccountClient(wire, clock: clock)
        _ = try await client.tokens.token()
        clock.advance(seconds: 7000)
        #expect(try await client.tokens.token().value == Secret("T1"))
        #expect(try await eventually { try await client.tokens.token().value == Secret("T2") })
        #expect(wire.requests.count == 2)
    }

    @Test func `while WeChat is away an old token serves until it expires`() async throws {
        let wire = WireStub([.ok], tokens: [.token("T1"), .timedOut])
        let client = OfficialAccountClient(wire, clock: clock)
        _ = try await client.tokens.token()
        clock.advance(seconds: 7000)
        for _ in 1...20 {
            #expect(try await client.tokens.token().value == Secret("T1"))
            await Task.yield()
        }
        clock.advance(seconds: 200)
        let error = await failure { () async throws(WeChatError) in
            try await client.tokens.token()
        }
        #expect(error == .transport(TransportFailure(.timedOut, .notSent)))
    }

    @Test func `a token of the store is used without asking WeChat`() async throws {
        let token = AccessToken(value: Secret("STORED"), expiresAt: clock.now + 600_000)
        let store = InMemoryTokenStore(TokenRecord(token: token))
        let wire = WireStub([.ok])
        let client = OfficialAccountClient(wire, clock: clock, store: store)
        #expect(try await client.tokens.token() == token)
        #expect(wire.requests.isEmpty)
    }

    @Test func `a store that fails is told, and nothing was sent`() async {
        let wire = WireStub([.ok])
        let client = OfficialAccountClient(wire, clock: clock, store: BrokenStore())
        let error = await failure { () async throws(WeChatError) in
            try await client.send(.text("hello"), to: "o1")
        }
        guard case .tokenStore = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.mayHaveArrived == false && error?.isRetryable == true)
        #expect(wire.requests.isEmpty)
    }

    @Test func `secrets do not print`() {
        let credential = AppCredential(appID: "wx1", secret: Secret("HUSH"))
        let record = TokenRecord(token: AccessToken(value: Secret("HUSH"), expiresAt: 1))
        let request = HTTPRequest(.get, "https://host/path?access_token=HUSH", body: [72])
        var dumped = ""
        dump(credential, to: &dumped)
        dump(record, to: &dumped)
        dump(request, to: &dumped)
        let printed = "\(credential) \(record) \(request) \(Secret("HUSH"))"
        #expect(!(dumped + printed + String(reflecting: record)).contains("HUSH"))
    }
}

private struct BrokenStore: TokenStore {
    struct Broken: Error {}

    func load() async throws -> TokenRecord? { throw Broken() }
    func save(_ record: TokenRecord, holder: String) async throws -> Bool { throw Broken() }
    func acquireLease(holder: String, now: Int64, until end: Int64) async throws -> Bool { true }
    func releaseLease(holder: String) async throws {}
}
