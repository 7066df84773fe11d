import TestSupport
import Testing

@testable import HTTP

/// Whom a request comes from, by its connection and by what proxies say.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ClientAddressTests {
    static let who: [Route] = [
        .inline(.get, "/") { .text("\($0.clientAddress) \($0.isSecure)") }
    ]

    @Test(arguments: [
        ("", "127.0.0.1 false"), ("X-Forwarded-For: 203.0.113.9\r\n", "203.0.113.9 false"),
        (
            "X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.1.2.3\r\nX-Forwarded-Proto: https\r\n",
            "203.0.113.9 true"
        ),
        ("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 203.0.113.9:4711\r\n", "203.0.113.9 false"),
        ("X-Forwarded-For: rubbish\r\n", "127.0.0.1 false"),
        // What a client left open swallows nothing of what a proxy has appended.
        ("X-Forwarded-For: \", 203.0.113.9\r\n", "203.0.113.9 false"),
        ("X-Forwarded-For: 2001:db8::1\r\n", "2001:db8::1 false"),
        ("X-Forwarded-For: ::ffff:203.0.113.9\r\n", "203.0.113.9 false"),
        ("X-Forwarded-For: 203.0.113.9\r\nForwarded: for=6.6.6.6\r\n", "203.0.113.9 false"),
        ("Forwarded: for=6.6.6.6;proto=https\r\n", "127.0.0.1 false"),
    ])
    func `a trusted proxy is believed from the right`(_ fields: String, _ body: String) async throws
    {
        try await expectClient(fields, body, told: .xForwarded)
    }

    @Test(arguments: [
        (
            "Forwarded: for=6.6.6.6, for=\"[2001:db8::1]:80\";proto=HTTPS;by=x\r\n",
            "2001:db8::1 true"
        ),
        (
            "Forwarded: for=203.0.113.9;proto=https, for=10.0.0.1\r\nX-Forwarded-For: 6.6.6.6\r\n",
            "203.0.113.9 true"
        ),
        ("Forwarded: for=_hidden;proto=https\r\n", "127.0.0.1 true"),
        ("Forwarded: for=\", for=203.0.113.9\r\n", "203.0.113.9 false"),
        ("Forwarded: for=\", for=\"[2001:db8::1]:80\"\r\n", "2001:db8::1 false"),
        ("Forwarded: for=6.6.6.6\\, for=\"203.0.113.9\"\r\n", "203.0.113.9 false"),
        ("Forwarded: for=6.6.6.6, for=203.0.113.9;by=\"a,\\\",b\"\r\n", "203.0.113.9 false"),
        ("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n", "127.0.0.1 false"),
    ])
    func `a proxy that writes Forwarded is believed by that field alone`(
        _ fields: String, _ body: String
    ) async throws {
        try await expectClient(fields, body, told: .forwarded)
    }

    private func expectClient(
        _ fields: String, _ body: String, told: ForwardingFields
    ) async throws {
        let ten = try #require(AddressBlock("10.0.0.0/8"))
        try await withServer(Self.who) {
            $0.trustedProxies = AddressBlock.loopback + [ten]
            $0.forwardingFields = told
        } _: { server in
            let reply = try await server.get("/", fields)
            #expect(reply.body == body)
        }
    }

    @Test func `the addresses of one IPv6 network count as one`() throws {
        let first = try #require(PeerAddress("2001:db8:1:2::1"))
        let second = try #require(PeerAddress("2001:db8:1:2:ffff::9"))
        let other = try #require(PeerAddress("2001:db8:1:3::1"))
        #expect(first.network == second.network && first.network != other.network)
        let four = try #require(PeerAddress("203.0.113.9"))
        #expect(four.network == four)
    }

    @Test func `a stranger is not believed`() async throws {
        try await withServer(Self.who) { server in
            let reply = try await server.get(
                "/", "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n")
            #expect(reply.body == "127.0.0.1 false")
        }
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0/8", "x", "::/129", "10.0.0.0/", "10.0.0.0/-1"])
    func `what is no block of addresses is none`(_ text: String) {
        #expect(AddressBlock(text) == nil)
    }
}
