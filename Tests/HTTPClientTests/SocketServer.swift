import Foundation
import Glibc
import Synchronization

/// A server of raw bytes on a port of its own, to answer as no proper server would.
final class SocketServer: Sendable {
    /// One request on one connection, both counted from 0 in the order of their arrival.
    struct Arrival: Sendable, Equatable {
        var connection: Int
        var text: String
    }

    let port: UInt16
    private let listener: Int32
    private let arrived = Mutex<[Arrival]>([])
    private let answer: @Sendable (_ number: Int, _ peer: Peer) -> Bool

    /// - Parameter answer: called after each request, with its number; false hangs up.
    init(_ answer: @escaping @Sendable (_ number: Int, _ peer: Peer) -> Bool) throws {
        self.answer = answer
        (listener, port) = try Self.listening(backlog: 64)
        Thread.detachNewThread { [self] in acceptConnections() }
    }

    var url: String { "http://127.0.0.1:\(port)/path?access_token=HUSH" }
    var arrivals: [Arrival] { arrived.withLock { $0 } }

    func stop() {
        // The thread that accepts closes it: here, the next server of the same descriptor would
        // lose a connection to this one.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    static func listening(backlog: Int32) throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, backlog) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private func acceptConnections() {
        var connection = 0
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else {
                close(listener)
                return
            }
            let number = connection
            connection += 1
            Thread.detachNewThread { [self] in serve(Peer(descriptor: descriptor), number) }
        }
    }

    private func serve(_ peer: Peer, _ connection: Int) {
        var peer = peer
        while let text = peer.request() {
            peer.heard = text
            let number = arrived.withLock {
                $0.append(Arrival(connection: connection, text: text))
                return $0.count - 1
            }
            guard answer(number, peer) else { break }
        }
        close(peer.descriptor)
    }
}

/// The other end of one connection.
struct Peer: Sendable {
    let descriptor: Int32
    /// The request that is to be answered.
    var heard = ""

    /// A head and as many bytes as its Content-Length says; nil at the end of the connection.
    func request() -> String? {
        var bytes: [UInt8] = []
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let head = text.range(of: "\r\n\r\n") {
                let length = text.firstMatch(of: /(?i)content-length: (\d+)/).flatMap { Int($0.1) }
                if text[head.upperBound...].utf8.count >= length ?? 0 { return text }
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
        }
    }

    @discardableResult
    func write(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// Ends the connection while the descriptor stays open.
    func hangUp() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Lets the connection end with a reset once it is closed.
    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }

    func respond(_ body: String, status: String = "200 OK", _ fields: String = "") {
        write("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)")
    }
}
