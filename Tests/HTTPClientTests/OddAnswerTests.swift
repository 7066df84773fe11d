import Glibc
import HTTPClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct OddAnswerTests {
    let fetcher = CurlFetcher()

    @Test(arguments: OddAnswer.all, [HTTPRequest.Method.get, .post])
    func `no answer, however odd, brings the program down`(
        _ answer: OddAnswer, _ method: HTTPRequest.Method
    ) async throws {
        let server = try SocketServer { _, peer in
            peer.write(answer.text)
            return false
        }
        defer { server.stop() }
        var request = HTTPRequest(method, server.url, timeout: .seconds(3))
        if method == .post { request.body = [1, 2, 3] }
        switch (await fetcher.outcome(of: request), answer.status) {
        case (.success(let response), let status?): #expect(response.status == status)
        case (.failure(let failure), nil): #expect(failure.delivery == .unknown)
        case (let outcome, _): Issue.record("\(outcome)")
        }
    }

    @Test func `an answer that breaks anywhere is a failure, and the next request is well`()
        async throws
    {
        let answer = Array(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}".utf8)
        let server = try SocketServer { number, peer in
            peer.write(String(decoding: answer.prefix(number), as: UTF8.self))
            return number >= answer.count
        }
        defer { server.stop() }
        for _ in answer {
            let failure = await fetcher.failure(of: server.post())
            #expect(failure == TransportFailure(.connectionLost, .unknown))
        }
        #expect(try await fetcher.fetch(server.post()).body == Array("{}".utf8))
    }

    @Test func `the fields of chunked trailers are passed over`() async throws {
        let server = try SocketServer { _, peer in
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: A\r\n\r\n")
            peer.write("2\r\n{}\r\n0\r\nA: b\r\nContent-Type: c\r\n\r\n")
            return true
        }
        defer { server.stop() }
        for _ in 1...2 {
            #expect(try await fetcher.fetch(server.post()).body == Array("{}".utf8))
        }
        #expect(server.arrivals.map(\.connection) == [0, 0])
    }

    @Test(arguments: [
        "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n", "A: b\r\n",
        String(repeating: "a", count: 4096),
    ])
    func `a head without an end is cut off`(_ piece: String) async throws {
        let server = try SocketServer { _, peer in
            peer.write(
                "HTTP/1.1 103 Early Hints\r\nA: b\r\n" + (piece.hasPrefix("H") ? "\r\n" : ""))
            while peer.write(piece) {}
            return false
        }
        defer { server.stop() }
        #expect(await fetcher.failure(of: server.post())?.delivery == .unknown)
        #expect(server.arrivals.count == 1)
    }

    @Test func `trailers without an end are cut off`() async throws {
        let server = try SocketServer { _, peer in
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
            while peer.write("A: \(String(repeating: "b", count: 1000))\r\n") {}
            return false
        }
        defer { server.stop() }
        #expect(
            await fetcher.failure(of: server.post()) == TransportFailure(.answerTooLarge, .unknown))
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"])
    func `an answer that drips ends in time`(_ start: String) async throws {
        let server = try SocketServer { _, peer in
            peer.write(start)
            while peer.write("a") { usleep(50_000) }
            return false
        }
        defer { server.stop() }
        var request = server.post()
        request.timeout = .milliseconds(600)
        let start = ContinuousClock.now
        #expect(await fetcher.failure(of: request) == TransportFailure(.timedOut, .unknown))
        #expect(ContinuousClock.now - start < .seconds(10))
    }
}

/// What a broken server, or something between it and us, may send.
struct OddAnswer: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    /// Nil when it must not be taken for an answer.
    let status: Int?

    private init(_ testDescription: String, _ text: String, _ status: Int?) {
        self.testDescription = testDescription
        self.text = text
        self.status = status
    }

    private init(_ testDescription: String, fields: String, _ status: Int?) {
        self.init(testDescription, "HTTP/1.1 200 OK\r\n\(fields)\r\n\r\n{}", status)
    }

    static let all = [
        OddAnswer("nothing", "", nil),
        OddAnswer("garbage", "\u{0}\u{1}\u{2}garbage", nil),
        OddAnswer("much garbage", String(repeating: "\u{0}\u{1}garbage\r\n", count: 50_000), nil),
        OddAnswer("empty lines", String(repeating: "\r\n", count: 50_000), nil),
        OddAnswer("a body without a head", "{\"errcode\":0}", nil),
        OddAnswer("a status line and no more", "HTTP/1.1 200 OK\r\n", nil),
        OddAnswer("a broken status line", "HTTP/1.1 2", nil),
        OddAnswer("a status that is no number", "HTTP/1.1 two OK\r\n\r\n", nil),
        OddAnswer("a status of too many digits", "HTTP/1.1 20000000000000 OK\r\n\r\n", nil),
        OddAnswer("half a field", "HTTP/1.1 200 OK\r\nContent-Type: applic", nil),
        OddAnswer("a head without its end", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", nil),
        OddAnswer("half a body", fields: "Content-Length: 10", nil),
        OddAnswer("a negative length", fields: "Content-Length: -2", nil),
        OddAnswer("a length that is no number", fields: "Content-Length: two", nil),
        OddAnswer(
            "a length beyond all numbers", fields: "Content-Length: 99999999999999999999", nil),
        OddAnswer("a broken chunk", fields: "Transfer-Encoding: chunked\r\n\r\nzz", nil),
        OddAnswer("half a chunk", fields: "Transfer-Encoding: chunked\r\n\r\n9", nil),
        OddAnswer(
            "a chunk beyond all numbers",
            fields: "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff", nil),
        OddAnswer("a field without a colon", fields: "nonsense", nil),
        OddAnswer("a zero in a field", fields: "A: \u{0}b", nil),
        OddAnswer("a huge field", fields: "A: \(String(repeating: "a", count: 400_000))", nil),
        OddAnswer("many fields", fields: String(repeating: "A: b\r\n", count: 50_000), nil),
        OddAnswer(
            "broken compression", fields: "Content-Encoding: gzip\r\nContent-Length: 2", nil),
        OddAnswer("a change of protocol", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", nil),
        OddAnswer("a change of protocol, with more", "HTTP/1.1 101 Switching\r\n\r\n{}", nil),
        OddAnswer("an interim answer alone", "HTTP/1.1 103 Early\r\nLink: a\r\n\r\n", nil),
        OddAnswer("a field without a space", fields: "Content-Length:2", 200),
        OddAnswer(
            "lines that end without a return", "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", 200),
        OddAnswer("no length", "HTTP/1.1 200 OK\r\n\r\n{}", 200),
        OddAnswer("more than its length", fields: "Content-Length: 1", 200),
        OddAnswer("no content", "HTTP/1.1 204 No Content\r\n\r\n", 204),
        OddAnswer(
            "an interim answer first",
            "HTTP/1.1 103 Early\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            200),
        OddAnswer(
            "a redirect to nowhere",
            "HTTP/1.1 301 Moved\r\nLocation: :::\r\nContent-Length: 0\r\n\r\n", 301),
        OddAnswer("a redirect without an aim", "HTTP/1.1 307 Go\r\nContent-Length: 0\r\n\r\n", 307),
        OddAnswer(
            "a demand for a password",
            "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"a\"\r\nContent-Length: 0\r\n\r\n",
            401),
        OddAnswer("a refusal of itself", "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", 407),
        OddAnswer("a refusal of expectations", "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n", 417),
    ]
}
