import HTTP
import TestSupport
import Testing

/// What the server does not take: each request is answered with its status, the connection ends,
/// and what follows is not run.
@Suite(.serialized, .timeLimit(.minutes(2))) struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let request: String
        let status: Int

        init(_ description: String, _ request: String, _ status: Int = 400) {
            testDescription = description
            self.request = request
            self.status = status
        }
    }

    static let lines: [Case] = [
        Case("two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("a tab for a space", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("a space at the end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        Case("a space at the beginning", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("no version", "GET /\r\n"),
        Case("no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("version in lower case", "GET / http/1.1\r\nHost: a\r\n\r\n"),
        Case("version with two digits", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
        Case("version 2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        Case("version 0.9", "GET / HTTP/0.9\r\n", 505),
        Case("HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        Case("a method that is no token", "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501),
        Case(
            "an endless method",
            String(repeating: "A", count: 40) + " / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        Case("NUL in the target", "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("DEL in the target", "GET /a\u{7f}b HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("raw UTF-8 in the target", "GET /码头 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("a fragment", "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("a bare CR", "GET /\rHTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("bare LF", "GET / HTTP/1.1\nHost: a\n\n"),
        Case("an authority as target", "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("an asterisk without OPTIONS", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("userinfo in an absolute target", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case(
            "a long target",
            "GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        Case("an endless target", "GET /" + String(repeating: "a", count: 200_000), 414),
        Case("a TLS greeting", "\u{16}\u{3}\u{1}\u{2}"),
        Case("broken escape", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("escaped NUL", "GET /items/%00 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("dot segments", "GET /items/../x HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("escaped dot segments", "GET /items/%2e%2e%2fx HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("escaped backslash", "GET /items/..%5cx HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("overlong UTF-8", "GET /items/%c0%ae HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("five empty lines", "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ]

    static let fields: [Case] = [
        Case("no Host", "GET / HTTP/1.1\r\n\r\n"),
        Case("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        Case("an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        Case("Host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        Case("Host with userinfo", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        Case("Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        Case("Host with letters for a port", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
        Case("Host with a port too large", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"),
        Case("Host with a broken IPv6 address", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
        Case("Host with a wrong IPv6 address", "GET / HTTP/1.1\r\nHost: [1:2]\r\n\r\n"),
        Case("space before the colon", "GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n"),
        Case("no name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
        Case("no colon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"),
        Case("a folded line", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"),
        Case("a folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        Case("NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n"),
        Case("BEL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\u{7}c\r\n\r\n"),
        Case("CR in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n"),
        Case("CR CR LF", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\r\n\r\n"),
        Case("a head ended by CR LF CR CR LF", "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n"),
        Case("one line with a bare LF", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
        Case(
            "101 fields",
            "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: b\r\n", count: 100) + "\r\n",
            431),
        Case(
            "a long field",
            "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "b", count: 20_000) + "\r\n\r\n",
            431),
        Case(
            "an endless field",
            "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "b", count: 100_000), 431),
        Case("an unknown expectation", "GET / HTTP/1.1\r\nHost: a\r\nExpect: cake\r\n\r\n", 417),
        Case(
            "an unknown expectation before one that can be met",
            "GET / HTTP/1.1\r\nHost: a\r\nExpect: cake\r\nExpect: 100-continue\r\n\r\n", 417),
    ]

    static let framing: [Case] =
        [
            ("empty", ""), ("plus sign", "+5"), ("minus sign", "-5"), ("hexadecimal", "0x5"),
            ("list", "5, 5"),
            ("inner space", "5 5"), ("letter", "5a"), ("point", "5.0"), ("vertical tab", "\u{b}5"),
        ].map {
            Case(
                "length: " + $0.0,
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \($0.1)\r\n\r\nhello")
        } + [
            Case(
                "two lengths",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"
            ),
            Case(
                "a length beyond 64 bits",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551621\r\n\r\nhello",
                413),
            Case(
                "a length beyond the limit",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\nhello", 413),
            Case(
                "length and chunks",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
            Case(
                "chunks twice",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
            Case(
                "chunks in HTTP/1.0",
                "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            Case(
                "an unknown coding",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                501),
            Case(
                "a quoted coding",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
            Case(
                "no coding", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n0\r\n\r\n"
            ),
        ]

    static let chunks: [Case] =
        [
            ("no hexadecimal digit", "g\r\n"), ("0x", "0x5\r\nhello\r\n0\r\n\r\n"),
            ("plus", "+5\r\nhello\r\n0\r\n\r\n"),
            ("leading space", " 5\r\nhello\r\n0\r\n\r\n"),
            ("trailing space", "5 \r\nhello\r\n0\r\n\r\n"), ("empty", "\r\nhello\r\n0\r\n\r\n"),
            ("underscore", "5_0\r\nhello"), ("bare LF", "5\nhello\r\n0\r\n\r\n"),
            ("CR and no LF", "5\rXhello\r\n0\r\n\r\n"),
            ("no line end after content", "5\r\nhello0\r\n\r\n"),
            ("LF after content", "5\r\nhello\n0\r\n\r\n"),
            ("size beyond 64 bits", "FFFFFFFFFFFFFFFFF\r\n"),
            ("size of 16 digits", "7FFFFFFFFFFFFFFF\r\n"),
            ("LF in an extension", "5;a\nb\r\nhello\r\n0\r\n\r\n"),
            ("NUL in an extension", "5;a\0b\r\nhello\r\n0\r\n\r\n"),
            ("an endless extension", "5;" + String(repeating: "a", count: 20_000)),
            ("endless zeros", String(repeating: "0", count: 20_000)),
            ("a trailer without a colon", "0\r\nX\r\n\r\n"),
            ("a folded trailer", "0\r\nX: a\r\n b\r\n\r\n"),
            ("endless trailers", "0\r\n" + String(repeating: "X: a\r\n", count: 5000)),
        ].map {
            Case(
                "chunk: " + $0.0,
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + $0.1)
        } + [
            Case(
                "a chunk beyond the limit",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFF\r\n",
                413)
        ]

    @Test(arguments: lines + fields + framing + chunks)
    func `a request that could be read in two ways is refused and nothing after it is run`(
        _ sample: Case
    ) async throws {
        try await withServer(pages) { server in
            let client = try server.connect()
            try await client.send(
                sample.request + "GET /items/smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            let reply = try await client.reply()
            #expect(reply.status == sample.status)
            #expect(reply["Connection"] == "close")
            client.halfClose()
            #expect(try await client.rest() == "")
        }
    }

    @Test(arguments: [
        ("/%zz HTTP/1.1\r\nHost: a\r\n", 400), ("/a/../b HTTP/1.1\r\nHost: a\r\n", 400),
        ("/ HTTP/1.1\r\n", 400), ("/ HTTP/1.1\r\nHost: a\r\nX : b\r\n", 400),
        ("/ HTTP/3.0\r\nHost: a\r\n", 505),
        ("/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n", 501),
        ("/ HTTP/1.1\r\nHost: a\r\nExpect: cake\r\n", 417),
        ("/nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n", 404),
    ])
    func `a HEAD that is refused has no body`(_ rest: String, _ status: Int) async throws {
        try await withServer(pages) { server in
            let client = try server.connect()
            try await client.send("HEAD \(rest)\r\n")
            client.halfClose()
            let answer = try await client.rest()
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `refusals are counted by their status`() async throws {
        try await withServer(pages) { server in
            _ = try await server.reply(to: "GET / HTTP/1.1\r\n\r\n")
            _ = try await server.reply(to: "GET / HTTP/3.0\r\n\r\n")
            #expect(
                await eventually {
                    server.server.statistics.refusals == [400: 1, 505: 1]
                })
        }
    }

    @Test func `the answers that the server gives itself can be styled`() async throws {
        try await withServer(pages) {
            $0.onRefusal = { status, request in
                .html("<h1>\(status.code) \(request?.path ?? "-")</h1>")
            }
        } _: { server in
            let missing = try await server.get("/nowhere")
            #expect(missing.status == 404)
            #expect(missing.body == "<h1>404 /nowhere</h1>")
            let wrong = try await server.reply(to: "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(wrong.status == 405)
            #expect(wrong["Allow"] == "GET, HEAD, OPTIONS")
            #expect(wrong.body == "<h1>405 /</h1>")
            #expect(try await server.reply(to: "GET / HTTP/1.1\r\n\r\n").body == "<h1>400 -</h1>")
        }
    }
}
