import HTTPClient
import Synchronization
import Testing
import WeChat

struct RetryTests {
    let clock = TestClock()

    @Test(arguments: [WireStub.Reply.timedOut, .hungUp, .page(status: 502), .refusal(-1)])
    func `a message that may have arrived is never sent again`(
        _ reply: WireStub.Reply
    ) async throws {
        let wire = WireStub([reply, .ok])
        let error = await failure { () async throws(WeChatError) in
            try await client(wire).send(.text("hello"), to: "o1")
        }
        #expect(error != nil)
        #expect(wire.requests(of: "/cgi-bin/message/custom/send").count == 1)
    }

    @Test(arguments: [WireStub.Reply.timedOut, .hungUp, .page(status: 502), .page(status: 302)])
    func `after no proper answer a message may have arrived`(_ reply: WireStub.Reply) async {
        let wire = WireStub([reply])
        let error = await failure { () async throws(WeChatError) in
            try await client(wire).send(.text("hello"), to: "o1")
        }
        #expect(error?.mayHaveArrived == true)
    }

    @Test func `a message that certainly did not go out is sent again`() async throws {
        let wire = WireStub([.unreachable, .unreachable, .ok])
        try await client(wire).send(.text("hello"), to: "o1")
        #expect(clock.sleeps == [.milliseconds(200), .milliseconds(800)])
    }

    @Test func `a code is not asked for again once it may have been made`() async {
        let wire = WireStub([.timedOut])
        let error = await failure { () async throws(WeChatError) in
            try await client(wire).createQRCode(.text("a"), .temporary(seconds: 60))
        }
        #expect(error == .transport(TransportFailure(.timedOut, .unknown)))
        #expect(wire.requests(of: "/cgi-bin/qrcode/create").count == 1)
    }

    @Test(arguments: [WireStub.Reply.timedOut, .hungUp, .page(status: 502), .refusal(-1)])
    func `tagging and reading are repeated, up to three times`(
        _ reply: WireStub.Reply
    ) async throws {
        let patient = WireStub([reply, reply, .ok])
        try await client(patient).tag(["o1"], with: 100)
        let hopeless = WireStub([reply])
        let error = await failure { () async throws(WeChatError) in
            try await client(hopeless).tags()
        }
        #expect(error?.isRetryable == true)
        #expect(hopeless.requests(of: "/cgi-bin/tags/get").count == 3)
    }

    @Test func `a refusal that waiting does not mend is not repeated`() async {
        let wire = WireStub([.refusal(45009)])
        let error = await failure { () async throws(WeChatError) in
            try await client(wire).tags()
        }
        #expect(error?.isRetryable == false)
        #expect(wire.requests(of: "/cgi-bin/tags/get").count == 1)
    }

    @Test func `each exchange is reported by its path, and no report holds a secret`() async throws
    {
        let reports = Mutex<[CallReport]>([])
        let echo = WireStub { request in
            request.path == "/cgi-bin/stable_token"
                ? .token("T1") : .refusal(-1, "busy with access_token=T1")
        }
        let client = OfficialAccountClient(echo, clock: clock) { report in
            reports.withLock { $0.append(report) }
        }
        _ = await failure { () async throws(WeChatError) in try await client.tags() }
        let seen = reports.withLock { $0 }
        try #require(
            seen.map { "\($0.path) \($0.attempt)" } == [
                "/cgi-bin/stable_token 1", "/cgi-bin/tags/get 1", "/cgi-bin/tags/get 2",
                "/cgi-bin/tags/get 3",
            ])
        #expect(seen[0].error == nil)
        #expect(seen[1].error == .refused(.systemBusy, words: "busy with access_token=[secret]"))
        #expect(!"\(seen)".contains("T1") && !"\(seen)".contains("APPSECRET"))
    }

    private func client(_ wire: WireStub) -> OfficialAccountClient {
        OfficialAccountClient(wire, clock: clock)
    }
}
