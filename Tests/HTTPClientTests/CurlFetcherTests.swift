import Foundation
import Glibc
import HTTPClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct CurlFetcherTests {
    let fetcher = CurlFetcher()

    @Test func `a request arrives whole, and its answer comes back`() async throws {
        let server = try SocketServer { _, peer in
            peer.respond("{\"ok\":1}", "Content-Type: application/json; encoding=utf-8\r\n")
            return true
        }
        defer { server.stop() }
        let answer = try await fetcher.fetch(server.post("码头"))
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
        let answer = try await fetcher.fetch(server.get())
        #expect("\(answer.status)" == status.prefix(3))
        #expect(server.arrivals.count == 1)
    }

    @Test func `cookies are not kept`() async throws {
        let server = try SocketServer { _, peer in
            peer.respond("", "Set-Cookie: a=b; Path=/\r\n")
            return true
        }
        defer { server.stop() }
        _ = try await fetcher.fetch(server.get())
        _ = try await fetcher.fetch(server.get())
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
        var request = server.post()
        request.answerBytesMax = 100_000
        #expect(await fetcher.failure(of: request) == TransportFailure(.answerTooLarge, .unknown))
    }

    @Test func `silence ends in time, and the request may have arrived`() async throws {
        let server = try SocketServer.silent()
        defer { server.stop() }
        var request = server.post()
        request.timeout = .seconds(2)
        #expect(await fetcher.failure(of: request) == TransportFailure(.timedOut, .unknown))
    }

    @Test func `where nobody listens nothing was sent`() async throws {
        let server = try SocketServer.silent()
        let request = server.post()
        server.stop()
        #expect(await fetcher.failure(of: request) == TransportFailure(.unreachable, .notSent))
    }

    @Test func `a host that does not exist was not sent anything`() async {
        let request = HTTPRequest(
            .post, "http://nowhere.invalid/", body: [1], timeout: .seconds(20))
        #expect(await fetcher.failure(of: request)?.delivery == .notSent)
    }

    @Test func `a connection that is not made in time has sent nothing`() async throws {
        let (listener, port) = try SocketServer.listening(backlog: 0)
        defer { close(listener) }
        // The kernel holds a connection or two for a listener that accepts none, then drops all
        // further attempts.
        let fillers = (1...4).map { _ in connecting(to: port) }
        defer { fillers.forEach { close($0) } }
        var request = HTTPRequest(
            .post, "http://127.0.0.1:\(port)/", body: [1], timeout: .milliseconds(500))
        #expect(await fetcher.failure(of: request) == TransportFailure(.timedOut, .notSent))

        let impatient = CurlFetcher(connectTimeout: .milliseconds(500))
        request.timeout = .seconds(60)
        let start = ContinuousClock.now
        #expect(await impatient.failure(of: request) == TransportFailure(.timedOut, .notSent))
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func `without a secure connection nothing was sent`() async throws {
        let server = try SocketServer { _, peer in
            peer.respond("not TLS")
            return false
        }
        defer { server.stop() }
        var request = server.post()
        request.url = request.url.replacing("http:", with: "https:")
        request.timeout = .seconds(2)
        #expect(await fetcher.failure(of: request)?.delivery == .notSent)
    }

    @Test func `a server that hangs up may have heard`() async throws {
        let server = try SocketServer { _, _ in false }
        defer { server.stop() }
        #expect(
            await fetcher.failure(of: server.post()) == TransportFailure(.connectionLost, .unknown))
        #expect(server.arrivals.count == 1)
    }

    @Test(arguments: [
        "", "words", "file:///etc/passwd", "ftp://127.0.0.1/", "http://", "http://127.0.0.1:99999/",
        "http://127.0.0.1/\r\nA: b", "http://127.0.0.1/ a", "http://127.0.0.1/\u{0}",
    ])
    func `what is no web address gets nothing`(_ url: String) async {
        let request = HTTPRequest(.post, url, body: [1], timeout: .seconds(20))
        #expect(await fetcher.failure(of: request) == TransportFailure(.unreachable, .notSent))
    }

    @Test func `no line can be slipped into a head`() async throws {
        let server = try SocketServer.friendly()
        defer { server.stop() }
        var request = server.post()
        request.contentType = "text/plain\r\nA: b"
        #expect(await fetcher.failure(of: request) == TransportFailure(.unreachable, .notSent))
        #expect(server.arrivals.isEmpty)
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
