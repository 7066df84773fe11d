import Dispatch
import Foundation
import FoundationNetworking
import Synchronization

/// HTTP over Foundation's `URLSession` (libcurl), without cookies, caches, stored credentials or redirects.
///
/// libcurl sends a request again by itself when a kept connection turns out to be dead, even one that posts. So what is
/// not idempotent gets a session, and with it a connection, of its own.
public final class URLSessionFetcher: HTTPFetching {
    private let shared: Session

    /// - Parameter connectionsPerHost: how many requests are under way at once at one host.
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
        if request.isIdempotent {
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
        let id = task.taskIdentifier
        // Weak, because Dispatch keeps even a cancelled item until its time has come.
        let deadline = DispatchWorkItem { [exchanges, weak task] in
            exchanges.fail(id, .timedOut)
            task?.cancel()
        }
        defer { deadline.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                exchanges.begin(id, request, continuation)
                DispatchQueue.global().asyncAfter(
                    deadline: .now() + request.timeout / .seconds(1), execute: deadline)
                task.resume()
            }
        } onCancel: {
            exchanges.fail(id, .cancelled)
            task.cancel()
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
        _ id: Int, _ request: HTTPRequest,
        _ continuation: CheckedContinuation<Result<HTTPResponse, TransportFailure>, Never>
    ) {
        underWay.withLock {
            $0[id] = Exchange(
                continuation: continuation, bytesMax: request.answerBytesMax,
                hasBody: !request.body.isEmpty)
        }
    }

    /// Notes why the task is about to be cancelled; the first reason stays.
    func fail(_ id: Int, _ reason: TransportFailure.Reason) {
        underWay.withLock { exchanges in
            if exchanges[id]?.ending == nil { exchanges[id]?.ending = reason }
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data
    ) {
        let isTooLong = underWay.withLock { exchanges in
            let id = dataTask.taskIdentifier
            guard let exchange = exchanges[id], exchange.ending == nil else { return false }
            guard exchange.response.body.count + data.count <= exchange.bytesMax else {
                exchanges[id]?.ending = .answerTooLarge
                exchanges[id]?.response.body = []
                return true
            }
            exchanges[id]?.response.body += data
            return false
        }
        if isTooLong { dataTask.cancel() }
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
            // A body is read by libcurl only once a connection stands, and a request without its body is none.
            let isProvablyUnsent = exchange.hasBody && task.countOfBytesSent == 0
            var failure =
                exchange.ending.map { TransportFailure($0, .unknown) } ?? TransportFailure(error)
            if isProvablyUnsent { failure.delivery = .notSent }
            exchange.continuation.resume(returning: .failure(failure))
        }
    }
}

extension TransportFailure {
    fileprivate init(_ error: (any Error)?) {
        switch (error as? URLError)?.code {
        case .cannotFindHost, .dnsLookupFailed, .cannotConnectToHost, .notConnectedToInternet,
            .badURL, .unsupportedURL:
            self.init(.unreachable, .notSent)
        case .secureConnectionFailed, .serverCertificateHasBadDate, .serverCertificateUntrusted,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid:
            self.init(.insecure, .notSent)
        case .timedOut: self.init(.timedOut, .unknown)
        case .cancelled: self.init(.cancelled, .unknown)
        default: self.init(.connectionLost, .unknown)
        }
    }
}
