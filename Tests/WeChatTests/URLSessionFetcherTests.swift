import Foundation
import Glibc
import Testing
import WeChat

@Suite(.timeLimit(.minutes(2)))
struct URLSessionFetcherTests {
    let fetcher = URLSessionFetcher()

    @Test func `a request arrives whole, and its answer comes back`() async throws {
        let server = try SocketServer { _, peer in
            peer.respond("{\"ok\":1}", "Content-Type: application/json; encoding=utf-8\r\n")
            return true
        }
        defer { server.stop() }
        let answer = try await fetcher.fetch(post(server, "码头"))
        #expect(answer.status == 200)
        #expect(answer.contentType == "application/json; encoding=utf-8")
        #expect(answer.body == Array("{\"ok\":1}".utf8))
        let request = try #require(server.arrivals.first).text
        #expect(request.hasPrefix("POST /path?access_token=HUSH HTTP/1.1\r\n"))
        #expect(request.contains("Content-Type: application/json\r\n"))
        #expect(request.hasSuffix("\r\n\r\n码头"))
    }

    @Test(arguments: ["404 Not Found", "500 Internal Server Error", "302 Found"])
    func `any status is an answer, and nobody is sent elsewhere`(_ status: String) async throws {
        let server = try SocketServer { _, peer in
            peer.respond("words", status: status, "Location: /elsewhere\r\n")
            return true
        }
        defer { server.stop() }
        let answer = try await fetcher.fetch(HTTPRequest(.get, server.url))
        #expect("\(answer.status)" == status.prefix(3))
        #expect(server.arrivals.count == 1)
    }

    @Test func `cookies are not kept`() async throws {
        let server = try SocketServer { _, peer in
            peer.respond("", "Set-Cookie: a=b; Path=/\r\n")
            return true
        }
        defer { server.stop() }
        _ = try await fetcher.fetch(HTTPRequest(.get, server.url))
        _ = try await fetcher.fetch(HTTPRequest(.get, server.url))
        #expect(server.arrivals.count == 2)
        #expect(!server.arrivals.contains { $0.text.lowercased().contains("cookie") })
    }

    @Test func `an answer longer than its bound is dropped`() async throws {
        let server = try SocketServer { _, peer in
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
            while peer.write(String(repeating: "a", count: 65_536)) {}
            return false
        }
        defer { server.stop() }
        var request = post(server)
        request.answerBytesMax = 100_000
        #expect(await failure(of: request) == TransportFailure(.answerTooLarge, .unknown))
    }

    @Test func `silence ends in time, and the request may have arrived`() async throws {
        let server = try SocketServer { _, _ in true }
        defer { server.stop() }
        var request = post(server)
        request.timeout = .seconds(2)
        #expect(await failure(of: request) == TransportFailure(.timedOut, .unknown))
    }

    @Test func `an answer that drips ends in time too`() async throws {
        let server = try SocketServer { _, peer in
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while peer.write("a") { usleep(50_000) }
            return false
        }
        defer { server.stop() }
        var request = post(server)
        request.timeout = .milliseconds(600)
        let start = ContinuousClock.now
        #expect(await failure(of: request) == TransportFailure(.timedOut, .unknown))
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func `where nobody listens nothing was sent`() async throws {
        let server = try SocketServer { _, _ in true }
        let request = post(server)
        server.stop()
        #expect(await failure(of: request) == TransportFailure(.unreachable, .notSent))
    }

    @Test func `a host that does not exist was not sent anything`() async {
        let request = HTTPRequest(
            .post, "http://nowhere.invalid/", body: [1], timeout: .seconds(20))
        #expect(await failure(of: request)?.delivery == .notSent)
    }

    @Test func `a connection that is not made in time has sent nothing`() async throws {
        let (listener, port) = try SocketServer.listening(backlog: 0)
        defer { close(listener) }
        // The kernel holds a connection or two for a listener that accepts none, then drops all
        // further attempts.
        let fillers = (1...4).map { _ in connecting(to: port) }
        defer { fillers.forEach { close($0) } }
        let request = HTTPRequest(
            .post, "http://127.0.0.1:\(port)/", body: [1], timeout: .milliseconds(500))
        #expect(await failure(of: request) == TransportFailure(.timedOut, .notSent))
    }

    @Test func `without a secure connection nothing was sent`() async throws {
        let server = try SocketServer { _, peer in
            peer.respond("not TLS")
            return false
        }
        defer { server.stop() }
        var request = post(server)
        request.url = request.url.replacing("http:", with: "https:")
        request.timeout = .seconds(2)
        #expect(await failure(of: request)?.delivery == .notSent)
    }

    @Test func `a server that hangs up may have heard`() async throws {
        let server = try SocketServer { _, _ in false }
        defer { server.stop() }
        #expect(await failure(of: post(server)) == TransportFailure(.connectionLost, .unknown))
        #expect(server.arrivals.count == 1)
    }

    @Test func `a read is made again by itself when a kept connection dies`() async throws {
        let server = try SocketServer { number, peer in
            if number == 1 { return false }
            peer.respond("{}")
            return true
        }
        defer { server.stop() }
        for _ in 1...2 {
            let answer = try await fetcher.fetch(HTTPRequest(.get, server.url))
            #expect(answer.status == 200)
        }
        #expect(server.arrivals.map(\.connection) == [0, 0, 1])
    }

    @Test func `what must not go out twice does not, when a kept connection dies`() async throws {
        let server = try SocketServer { number, peer in
            if number % 2 == 1 { return false }
            peer.respond("{}")
            return true
        }
        defer { server.stop() }
        for _ in 1...5 {
            let before = server.arrivals.count
            _ = try await fetcher.fetch(post(server))
            #expect(await failure(of: post(server))?.delivery == .unknown)
            #expect(server.arrivals.count == before + 2)
        }
    }

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
        switch (await outcome(of: request), answer.status) {
        case (.success(let response), let status?): #expect(response.status == status)
        case (.failure(let failure), nil): #expect(failure.delivery == .unknown)
        case (let outcome, _): Issue.record("\(outcome)")
        }
    }

    @Test func `a cancelled request ends at once`() async throws {
        let server = try SocketServer { _, _ in true }
        defer { server.stop() }
        let request = post(server)
        let task = Task { await failure(of: request) }
        try await eventually { server.arrivals.count == 1 }
        task.cancel()
        #expect(await task.value == TransportFailure(.cancelled, .unknown))
    }

    @Test func `a request of a cancelled task does not go out`() async throws {
        let server = try SocketServer { _, _ in true }
        defer { server.stop() }
        let request = post(server)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await failure(of: request)
        }
        task.cancel()
        #expect(await task.value == TransportFailure(.cancelled, .notSent))
        #expect(server.arrivals.isEmpty)
    }

    @Test func `many requests go at once`() async throws {
        let server = try SocketServer { _, peer in
            peer.respond("{}")
            return true
        }
        defer { server.stop() }
        let url = server.url
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let method = number % 2 == 0 ? HTTPRequest.Method.get : .post
                    return try await fetcher.fetch(HTTPRequest(method, url)).status
                }
            }
            for try await status in group { #expect(status == 200) }
        }
        #expect(server.arrivals.count == 200)
    }

    private func post(_ server: SocketServer, _ body: String = "{}") -> HTTPRequest {
        HTTPRequest(
            .post, server.url, contentType: "application/json", body: Array(body.utf8))
    }

    private func failure(of request: HTTPRequest) async -> TransportFailure? {
        if case .failure(let failure) = await outcome(of: request) { failure } else { nil }
    }

    private func outcome(
        of request: HTTPRequest
    ) async -> Result<HTTPResponse, TransportFailure> {
        do throws(TransportFailure) {
            return .success(try await fetcher.fetch(request))
        } catch {
            return .failure(error)
        }
    }

    /// A connection that is being made, in the background.
    private func connecting(to port: UInt16) -> Int32 {
        let descriptor = socket(
            AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return descriptor
    }
}

/// What a broken server, or something between it and us, may send.
struct OddAnswer: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    /// Nil when it must not be taken for an answer.
    let status: Int?

    static let all = [
        OddAnswer("nothing", "", nil),
        OddAnswer("garbage", "\u{0}\u{1}\u{2}garbage", nil),
        OddAnswer("a body without a head", "{\"errcode\":0}", nil),
        OddAnswer("half a body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", nil),
        OddAnswer(
            "a broken chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", nil),
        OddAnswer("a field without a space", "HTTP/1.1 200 OK\r\nContent-Length:0\r\n\r\n", nil),
        OddAnswer("a field without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", nil),
        OddAnswer(
            "a huge field",
            "HTTP/1.1 200 OK\r\nA: \(String(repeating: "a", count: 400_000))\r\n\r\n",
            nil),
        OddAnswer(
            "broken compression",
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhalf", nil),
        OddAnswer("no length", "HTTP/1.1 200 OK\r\n\r\n{}", 200),
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
            nil),
        OddAnswer("a refusal of itself", "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", 407),
        OddAnswer("a change of protocol", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", nil),
    ]

    private init(_ testDescription: String, _ text: String, _ status: Int?) {
        self.testDescription = testDescription
        self.text = text
        self.status = status
    }
}
