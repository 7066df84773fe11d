import Foundation
import HTTPClient
import Synchronization
import WeChat

/// WeChat as a function, with a list of what it was asked.
final class WireStub: HTTPFetching {
    typealias Reply = Result<HTTPResponse, TransportFailure>

    private let asked = Mutex<[HTTPRequest]>([])
    private let reply: @Sendable (HTTPRequest) async -> Reply

    init(_ reply: @escaping @Sendable (HTTPRequest) async -> Reply) {
        self.reply = reply
    }

    /// Answers in this order, the last one for ever; tokens are `T1`, `T2` … and not among the
    /// answers.
    convenience init(_ replies: [Reply], tokens: [Reply]? = nil) {
        let script = Script(replies)
        let tokenScript = Script(tokens ?? (1...9).map { .token("T\($0)") })
        self.init { $0.path == "/cgi-bin/stable_token" ? tokenScript.next() : script.next() }
    }

    var requests: [HTTPRequest] { asked.withLock { $0 } }

    func requests(of path: String) -> [HTTPRequest] { requests.filter { $0.path == path } }

    var tokenRequests: [HTTPRequest] { requests(of: "/cgi-bin/stable_token") }

    func fetch(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        asked.withLock { $0.append(request) }
        return try await reply(request).get()
    }
}

private final class Script: Sendable {
    private let replies: [WireStub.Reply]
    private let index = Mutex(0)

    init(_ replies: [WireStub.Reply]) {
        self.replies = replies
    }

    func next() -> WireStub.Reply {
        index.withLock { index in
            defer { index += 1 }
            return replies[min(index, replies.count - 1)]
        }
    }
}

extension WireStub.Reply {
    static let ok = json(#"{"errcode":0,"errmsg":"ok"}"#)
    static let hungUp = Self.failure(TransportFailure(.connectionLost, .unknown))
    static let timedOut = Self.failure(TransportFailure(.timedOut, .unknown))
    static let unreachable = Self.failure(TransportFailure(.unreachable, .notSent))

    static func json(_ text: String, status: Int = 200) -> Self {
        .success(
            HTTPResponse(
                status: status, contentType: "application/json; encoding=utf-8",
                body: Array(text.utf8)))
    }

    static func refusal(_ code: Int, _ words: String = "no") -> Self {
        json(#"{"errcode":\#(code),"errmsg":"\#(words)"}"#)
    }

    static func token(_ value: String, seconds: Int = 7200) -> Self {
        json(#"{"access_token":"\#(value)","expires_in":\#(seconds)}"#)
    }

    static func page(status: Int) -> Self {
        .success(
            HTTPResponse(status: status, contentType: "text/html", body: Array("<html>".utf8)))
    }
}

extension HTTPRequest {
    var path: String {
        let withoutScheme = url.split(separator: "/", maxSplits: 2).last ?? ""
        return "/" + withoutScheme.prefix { $0 != "?" }
    }

    var query: String { url.split(separator: "?", maxSplits: 1).dropFirst().joined() }

    var bodyText: String { String(decoding: body, as: UTF8.self) }
}

/// Time that stands still until it is moved, or that sleeping moves.
final class TestClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_716_200_000_000)
    private let slept = Mutex<[Duration]>([])
    private let sleepingTakesTime: Bool

    init(sleepingTakesTime: Bool = true) {
        self.sleepingTakesTime = sleepingTakesTime
    }

    var now: Int64 { milliseconds.withLock { $0 } }
    var sleeps: [Duration] { slept.withLock { $0 } }

    func advance(seconds: Int64) {
        milliseconds.withLock { $0 += seconds * 1000 }
    }

    var wall: GatewayClock {
        GatewayClock(
            now: { self.now },
            sleep: { duration in
                self.slept.withLock { $0.append(duration) }
                if self.sleepingTakesTime {
                    self.milliseconds.withLock { $0 += Int64(duration / .milliseconds(1)) }
                }
                await Task.yield()
            })
    }
}

extension OfficialAccountClient {
    static let appID = "wx0a1b2c3d4e5f6071"

    init(
        _ wire: WireStub, clock: TestClock = TestClock(),
        store: any TokenStore = InMemoryTokenStore(), process: String = "p1",
        onCall: @escaping @Sendable (CallReport) -> Void = { _ in }
    ) {
        self.init(
            credential: AppCredential(appID: Self.appID, secret: Secret("APPSECRET")),
            store: store, gateway: Gateway(http: wire, clock: clock.wall, onCall: onCall),
            leaseHolder: process)
    }
}

/// What an expression throws, or nil.
func failure<Value>(
    of body: () async throws(WeChatError) -> Value
) async -> WeChatError? {
    do throws(WeChatError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}
