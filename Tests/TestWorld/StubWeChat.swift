package import HTTPClient
import Synchronization
import WeChat

/// WeChat's API with the answers that a test gives it, for rules that need no gateway.
package final class StubWeChat: HTTPFetching {
    package typealias Answer = @Sendable (HTTPRequest) throws(TransportFailure) -> String

    private struct State {
        var answers: [String: Answer] = [:]
        var requests: [HTTPRequest] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Answers calls of `path` with what `body` returns, in place of success.
    package func answer(_ path: String, _ body: @escaping Answer) {
        state.withLock { $0.answers[path] = body }
    }

    package func answer(_ path: String, _ json: String) {
        answer(path) { _ in json }
    }

    /// The bodies that `path` was called with.
    package func bodies(of path: String) -> [String] {
        state.withLock(\.requests).filter { $0.path == path }
            .map { String(decoding: $0.body, as: UTF8.self) }
    }

    package func fetch(
        _ request: HTTPRequest
    ) async throws(TransportFailure) -> HTTPResponse {
        let (answer, number) = state.withLock { state in
            state.requests.append(request)
            return (state.answers[request.path], state.requests.count)
        }
        let json = try answer?(request) ?? Self.success(request.path, number)
        return HTTPResponse(status: 200, contentType: "application/json", body: Array(json.utf8))
    }

    private static func success(_ path: String, _ number: Int) -> String {
        switch path {
        case "/cgi-bin/stable_token": #"{"access_token":"T\#(number)","expires_in":7200}"#
        case "/cgi-bin/qrcode/create":
            #"{"ticket":"gQ\#(number)","url":"http://weixin.qq.com/q/02Stub\#(number)"}"#
        case "/cgi-bin/media/upload":
            #"{"type":"image","media_id":"M\#(number)","created_at":1716200000}"#
        case "/cgi-bin/draft/batchget", "/cgi-bin/freepublish/batchget":
            #"{"total_count":0,"item_count":0,"item":[]}"#
        default: #"{"errcode":0,"errmsg":"ok"}"#
        }
    }
}

extension HTTPRequest {
    /// Without host and query.
    fileprivate var path: String {
        let afterScheme = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        let hostAndPath = afterScheme.last ?? ""
        let path = hostAndPath.drop { $0 != "/" }
        return String(path.prefix { $0 != "?" })
    }
}
