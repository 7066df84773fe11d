import Dispatch
import Foundation
import FoundationNetworking
import Synchronization

/// HTTP over Foundation's `URLSession` (libcurl), without cookies, caches, stored credentials or
/// redirects.
///
/// When a kept connection turns out to be dead, libcurl sends a request again by itself, even one
/// that posts. So a POST gets a session, and with it a connection, of its own; only GETs share
/// connections.
///
/// Foundation itself traps when a connection breaks within an answer's head, and on chunked
/// trailers (swift-corelibs-foundation #5285); nothing outside of it can prevent that.
public final class URLSessionFetcher: HTTPFetching {
    private let shared: Session

    /// - Parameter connectionsPerHost: how many GETs are under way at once at one host; more wait
    ///   for their turn.
    public init(connectionsPerHost: Int = 32) {
        shared = Session(connectionsPerHost: connectionsPerHost)
    }

    deinit {
        shared.end()
    }

    public func fetch(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        guard let urlRequest = URLRequest(request) else {
            throw TransportFailure(.unreachable, .notSent)
        }
        guard !Task.isCancelled else { throw TransportFailure(.cancelled, .notSent) }
        guard request.method == .post else {
            return try await shared.exchange(urlRequest, for: request).get()
        }
        let session = Session(connectionsPerHost: 1)
        defer { session.end() }
        return try await session.exchange(urlRequest, for: request).get()
    }
}

extension URLRequest {
    fileprivate init?(_ request: HTTPRequest) {
        guard let url = URL(string: request.url) else { return nil }
        self.init(url: url)
        httpMethod = request.method.rawValue
        if !request.body.isEmpty { httpBody = Data(request.body) }
        if let contentType = request.contentType {
            setValue(contentType, forHTTPHeaderField: "Content-Type")
        }
        // Idle time only; `Session` watches the whole.
        timeoutInterval = request.timeout / .seconds(1)
    }
}

/// A `URLSession` with the exchanges under way in it.
private final class Session: Sendable {
    private let urlSession: URLSession
    private let exchanges = Exchanges()

    init(connectionsPerHost: Int) {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpMaximumConnectionsPerHost = connectionsPerHost
        configuration.httpCookieStorage = nil
        configuration.httpShouldSetCookies = false
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        urlSession = URLSession(
            configuration: configuration, delegate: exchanges, delegateQueue: nil)
    }

    /// Exchanges under way end first. A session that is not ended keeps its delegate forever.
    func end() {
        urlSession.finishTasksAndInvalidate()
    }

    func exchange(
        _ urlRequest: URLRequest, for request: HTTPRequest
    ) async -> Result<HTTPResponse, TransportFailure> {
        let task = urlSession.dataTask(with: urlRequest)
        // Weak, because Dispatch keeps even a cancelled item until its time has come.
        let deadline = DispatchWorkItem { [exchanges, weak task] in
            guard let task else { return }
            exchanges.end(task, .timedOut)
        }
        defer { deadline.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                exchanges.begin(task, request, continuation)
                DispatchQueue.global().asyncAfter(
                    deadline: .now() + request.timeout / .seconds(1), execute: deadline)
                task.resume()
                // The handler below does nothing when it ran before the exchange began.
                if Task.isCancelled { exchanges.end(task, .cancelled) }
            }
        } onCancel: {
            exchanges.end(task, .cancelled)
        }
    }
}

/// The answers that are coming in, each until its end.
private final class Exchanges: NSObject, URLSessionDataDelegate, Sendable {
    private struct Exchange {
        let continuation: CheckedContinuation<Result<HTTPResponse, TransportFailure>, Never>
        let bytesMax: Int
        let hasBody: Bool
        var response = HTTPResponse(status: 0, contentType: "", body: [])
        /// Why we ended it ourselves.
        var ending: TransportFailure.Reason?
    }

    private let underWay = Mutex<[Int: Exchange]>([:])

    func begin(
        _ task: URLSessionTask, _ request: HTTPRequest,
        _ continuation: CheckedContinuation<Result<HTTPResponse, TransportFailure>, Never>
    ) {
        underWay.withLock {
            $0[task.taskIdentifier] = Exchange(
                continuation: continuation, bytesMax: request.answerBytesMax,
                hasBody: !request.body.isEmpty)
        }
    }

    /// Cancels the task if it is under way and not yet being ended.
    func end(_ task: URLSessionTask, _ reason: TransportFailure.Reason) {
        let isUnderWay = underWay.withLock { exchanges in
            guard let exchange = exchanges[task.taskIdentifier], exchange.ending == nil else {
                return false
            }
            exchanges[task.taskIdentifier]?.ending = reason
            return true
        }
        if isUnderWay { task.cancel() }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        didReceive challenge: URLAuthenticationChallenge,
        completionHandler:
            @escaping @Sendable (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        completionHandler(.rejectProtectionSpace, nil)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data
    ) {
        let isTooLong = underWay.withLock { exchanges in
            let id = dataTask.taskIdentifier
            guard let exchange = exchanges[id], exchange.ending == nil else { return false }
            guard exchange.response.body.count + data.count <= exchange.bytesMax else {
                return true
            }
            exchanges[id]?.response.body += data
            return false
        }
        if isTooLong { end(dataTask, .answerTooLarge) }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        let ended = underWay.withLock { $0.removeValue(forKey: task.taskIdentifier) }
        guard let exchange = ended else { return }
        if let http = task.response as? HTTPURLResponse, error == nil, exchange.ending == nil {
            var response = exchange.response
            response.status = http.statusCode
            response.contentType = http.value(forHTTPHeaderField: "Content-Type") ?? ""
            exchange.continuation.resume(returning: .success(response))
        } else {
            var failure =
                exchange.ending.map { TransportFailure($0, .unknown) } ?? TransportFailure(error)
            // A body is handed to libcurl only once a connection stands, and is counted before it
            // leaves; a request without its body is none.
            if exchange.hasBody {
                failure.delivery = task.countOfBytesSent == 0 ? .notSent : .unknown
            }
            exchange.continuation.resume(returning: .failure(failure))
        }
    }
}

extension TransportFailure {
    fileprivate init(_ error: (any Error)?) {
        switch (error as? URLError)?.code {
        case .cannotFindHost, .dnsLookupFailed, .cannotConnectToHost, .notConnectedToInternet:
            self.init(.unreachable, .notSent)
        case .secureConnectionFailed, .serverCertificateHasBadDate, .serverCertificateUntrusted,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid:
            self.init(.insecure, .notSent)
        case .timedOut: self.init(.timedOut, .unknown)
        default: self.init(.connectionLost, .unknown)
        }
    }
}
