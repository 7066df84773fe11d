import Foundation
import Synchronization

/// WeChat's API as far as replies need it; notes when each message arrived.
final class WeChatStub: Sendable {
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

    private func serve(_ listener: consuming Socket) throws {
        var clients: [Int32: Client] = [:]
        while true {
            var polled = ([listener.descriptor] + clients.keys)
                .map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
            for entry in polled where entry.revents != 0 {
                if entry.fd == listener.descriptor {
                    let socket = try listener.accepted()
                    let descriptor = socket.descriptor
                    clients[descriptor] = Client(socket)
                } else if let client = clients[entry.fd], try !answer(client) {
                    clients[entry.fd] = nil
                }
            }
        }
    }

    /// - Returns: false when the client has gone.
    private func answer(_ client: Client) throws -> Bool {
        guard let isOpen = try? client.socket.read(into: &client.messages), isOpen else {
            return false
        }
        let now = monotonicNanoseconds()
        while let request = client.messages.next() {
            let body = body(for: request, at: now)
            try client.socket.write(
                Array(
                    """
                    HTTP/1.1 200 OK\r
                    Content-Type: application/json; encoding=utf-8\r
                    Content-Length: \(body.utf8.count)\r
                    \r
                    \(body)
                    """.utf8))
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
