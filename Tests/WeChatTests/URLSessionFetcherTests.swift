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
        request.timeout = .milliseconds(300)
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
        // The kernel holds a connection or two for a listener that accepts none, then drops all further attempts.
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

    @Test func `EXPERIMENT`() async throws {
        let server = try SocketServer { number, peer in
            if number % 2 == 1 { return false }
            peer.respond("{}")
            return true
        }
        defer { server.stop() }
        var r = post(server); r.isIdempotent = true
        for _ in 1...3 {
            let f = await failure(of: r)
            print("EXP", f as Any, server.arrivals.map(\.connection))
        }
        let clock = ContinuousClock()
        let quick = try SocketServer { number, peer in peer.respond("{}"); return true }
        defer { quick.stop() }
        for idem in [true, false, true, false] {
            var q = post(quick); q.isIdempotent = idem
            let t = try await clock.measure { for _ in 1...300 { _ = try await fetcher.fetch(q) } }
            print("EXP", idem, t / 300)
        }
        print("EXP rss", try String(contentsOfFile: "/proc/self/statm", encoding: .utf8))
        var q = post(quick); q.isIdempotent = false
        for _ in 1...2000 { _ = try await fetcher.fetch(q) }
        print("EXP rss", try String(contentsOfFile: "/proc/self/statm", encoding: .utf8), try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count, try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count)
        for _ in 1...2000 { _ = try await fetcher.fetch(q) }
        print("EXP rss", try String(contentsOfFile: "/proc/self/statm", encoding: .utf8), try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count, try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count)
        let scan = event("SCAN", key: "store-042", more: "<Ticket><![CDATA[gQTICKET1]]></Ticket>")
        for _ in 1...3 {
            let t = clock.measure { for _ in 1...5000 { _ = try? CallbackMessage(scan) } }
            print("EXP parse", t / 5000)
        }
        let sig = CallbackSignature(token: Secret(CallbackVector.token))
        let t2 = clock.measure { for _ in 1...5000 { _ = sig.matches(CallbackVector.plainSignature, timestamp: CallbackVector.timestamp, nonce: CallbackVector.nonce) } }
        print("EXP sig", t2 / 5000)
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
                    let isIdempotent = number % 2 == 0
                    return try await fetcher.fetch(
                        HTTPRequest(.post, url, body: [1], isIdempotent: isIdempotent)
                    ).status
                }
            }
            for try await status in group { #expect(status == 200) }
        }
        #expect(server.arrivals.count == 200)
    }

    private func post(_ server: SocketServer, _ body: String = "{}") -> HTTPRequest {
        HTTPRequest(
            .post, server.url, contentType: "application/json", body: Array(body.utf8),
            isIdempotent: false)
    }

    private func failure(of request: HTTPRequest) async -> TransportFailure? {
        do throws(TransportFailure) {
            _ = try await fetcher.fetch(request)
            return nil
        } catch {
            return error
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
