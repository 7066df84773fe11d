import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct KeptConnectionTests {
    let fetcher = CurlFetcher()

    @Test(arguments: [HTTPRequest.Method.get, .post])
    func `a connection is used again`(_ method: HTTPRequest.Method) async throws {
        let server = try SocketServer.friendly()
        defer { server.stop() }
        for _ in 1...5 {
            #expect(try await fetcher.fetch(HTTPRequest(method, server.url)).status == 200)
        }
        #expect(server.arrivals.map(\.connection) == [0, 0, 0, 0, 0])
    }

    @Test func `a read is made again by itself when a kept connection dies`() async throws {
        let server = try SocketServer { number, peer in
            if number == 1 { return false }
            peer.respond("{}")
            return true
        }
        defer { server.stop() }
        for _ in 1...2 {
            #expect(try await fetcher.fetch(server.get()).status == 200)
        }
        #expect(server.arrivals.map(\.connection) == [0, 0, 1])
    }

    @Test(arguments: ["", "{}", String(repeating: "a", count: 300_000)], [true, false])
    func `what must not go out twice does not, when a kept connection dies`(
        _ body: String, _ isReset: Bool
    ) async throws {
        let server = try SocketServer { number, peer in
            if number % 2 == 1 {
                if isReset { peer.reset() }
                return false
            }
            peer.respond("{}")
            return true
        }
        defer { server.stop() }
        for round in 0..<5 {
            _ = try await fetcher.fetch(server.post(body))
            #expect(
                await fetcher.failure(of: server.post(body))
                    == TransportFailure(.connectionLost, .unknown))
            let arrivals = server.arrivals
            #expect(arrivals.count == 2 * round + 2)
            #expect(Set(arrivals.suffix(2).map(\.connection)).count == 1)
        }
    }

    @Test func `a connection that died while idle costs nothing`() async throws {
        let hangUp = DispatchSemaphore(value: 0)
        let hungUp = Atomic(false)
        let server = try SocketServer { number, peer in
            peer.respond("{}")
            guard number == 0 else { return true }
            hangUp.wait()
            peer.hangUp()
            hungUp.store(true, ordering: .releasing)
            return false
        }
        defer { server.stop() }
        _ = try await fetcher.fetch(server.post())
        hangUp.signal()
        #expect(await eventually { hungUp.load(ordering: .acquiring) })
        _ = try await fetcher.fetch(server.post())
        #expect(server.arrivals.map(\.connection) == [0, 1])
    }

    @Test func `whatever happens to connections, nothing arrives twice`() async throws {
        let server = try SocketServer { number, peer in
            switch number &* 2_654_435_761 % 7 {
            case 0: return false
            case 1:
                peer.reset()
                return false
            case 2:
                peer.write("HTTP/1.1 200 OK\r\nContent-")
                return false
            case 3:
                peer.respond("{}")
                return false
            case 4:
                peer.respond("{}", "Connection: close\r\n")
                return false
            default:
                peer.respond("{}")
                return true
            }
        }
        defer { server.stop() }
        let outcomes = await withTaskGroup { group in
            for sender in 0..<8 {
                group.addTask {
                    var outcomes: [(String, Result<HTTPResponse, TransportFailure>)] = []
                    for number in 0..<100 {
                        let body = "<\(sender)/\(number)>"
                        outcomes.append((body, await fetcher.outcome(of: server.post(body))))
                    }
                    return outcomes
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        let texts = server.arrivals.map(\.text)
        for (body, outcome) in outcomes {
            let count = texts.count { $0.hasSuffix(body) }
            switch outcome {
            case .success: #expect(count == 1)
            case .failure(let failure): #expect(failure.delivery == .unknown && count <= 1)
            }
        }
        #expect(outcomes.count == 800)
    }
}
