import Foundation
import Synchronization

/// WeChat's API as far as replies and codes need it; notes when each message arrived.
final class WeChatStub: Sendable {
    /// How long it takes to make a code.
    static let codeLatencyMilliseconds = 50

    private struct State {
        var arrivals: [String: UInt64] = [:]
        var codes = 0
    }

    let port: Int
    private let state = Mutex(State())
    private let arrived = NSCondition()

    init() throws {
        let listener = try Socket.listening()
        port = listener.port
        let descriptor = listener.release()
        Thread.detachNewThread { [self] in
            do {
                try serve(Socket(owning: descriptor))
            } catch {
                FileHandle.standardError.write(Data("the WeChat stub ended: \(error)\n".utf8))
                exit(1)
            }
        }
    }

    /// When the latest message to `openid` arrived, in monotonic nanoseconds.
    func arrival(of openid: String) throws -> UInt64 {
        let deadline = Date(timeIntervalSinceNow: 30)
        arrived.lock()
        defer { arrived.unlock() }
        while true {
            if let time = state.withLock({ $0.arrivals[openid] }) { return time }
            guard arrived.wait(until: deadline) else {
                throw Failure("no reply to \(openid) within 30 s")
            }
        }
    }

    private final class Client {
        let socket: Socket
        var messages = MessageBuffer()
        init(_ socket: consuming Socket) { self.socket = socket }
    }

    /// An answer that is due a little later. All are equally late, so they are due in order.
    private struct Due {
        let time: UInt64
        let client: Client
        let response: [UInt8]
    }

    private func serve(_ listener: consuming Socket) throws {
        var clients: [Int32: Client] = [:]
        var later: ArraySlice<Due> = []
        while true {
            while let first = later.first, first.time <= monotonicNanoseconds() {
                later.removeFirst()
                try? first.client.socket.write(first.response)
            }
            var polled = ([listener.descriptor] + clients.keys)
                .map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            let now = monotonicNanoseconds()
            let pause = later.first.map { Int32(($0.time - min(now, $0.time)) / 1_000_000) } ?? -1
            guard poll(&polled, nfds_t(polled.count), pause) > 0 else { continue }
            for entry in polled where entry.revents != 0 {
                if entry.fd == listener.descriptor {
                    let socket = try listener.accepted()
                    let descriptor = socket.descriptor
                    clients[descriptor] = Client(socket)
                } else if let client = clients[entry.fd], try !answer(client, or: &later) {
                    clients[entry.fd] = nil
                }
            }
        }
    }

    /// - Returns: false when the client has gone.
    private func answer(_ client: Client, or later: inout ArraySlice<Due>) throws -> Bool {
        guard let isOpen = try? client.socket.read(into: &client.messages), isOpen else {
            return false
        }
        let now = monotonicNanoseconds()
        while let request = client.messages.next() {
            let body = body(for: request, at: now)
            let response = Array(
                """
                HTTP/1.1 200 OK\r
                Content-Type: application/json; encoding=utf-8\r
                Content-Length: \(body.utf8.count)\r
                \r
                \(body)
                """.utf8)
            if request.target.hasPrefix("/cgi-bin/qrcode/create") {
                let time = now + UInt64(Self.codeLatencyMilliseconds) * 1_000_000
                later.append(Due(time: time, client: client, response: response))
            } else {
                try client.socket.write(response)
            }
        }
        return true
    }

    private func body(for request: MessageBuffer.Message, at now: UInt64) -> String {
        switch request.target.prefix(while: { $0 != "?" }) {
        case "/cgi-bin/stable_token": return #"{"access_token":"BENCHMARK","expires_in":7200}"#
        case "/cgi-bin/qrcode/create":
            let number = state.withLock { state in
                state.codes += 1
                return state.codes
            }
            return #"{"ticket":"gQ\#(number)","url":"http://weixin.qq.com/q/02Bench\#(number)"}"#
        case "/cgi-bin/message/custom/send":
            note(request.body, at: now)
            return #"{"errcode":0,"errmsg":"ok"}"#
        default: return #"{"errcode":0,"errmsg":"ok"}"#
        }
    }

    private func note(_ body: [UInt8], at now: UInt64) {
        struct Message: Decodable { let touser: String }
        guard let message = try? JSONDecoder().decode(Message.self, from: Data(body)) else {
            return
        }
        arrived.lock()
        state.withLock { _ = $0.arrivals.updateValue(now, forKey: message.touser) }
        arrived.broadcast()
        arrived.unlock()
    }
}
