public import HTTPClient

/// WeChat's side: where it is, how it is reached, and who is told of each call.
///
/// One gateway serves all accounts of a process.
public struct Gateway: Sendable {
    public var baseURLs: BaseURLs
    public var http: any HTTPFetching
    public var clock: GatewayClock
    public var retries: RetryPolicy
    /// Called after each exchange, for logs and metrics. A report never holds a secret.
    public var onCall: @Sendable (CallReport) -> Void

    public init(
        baseURLs: BaseURLs = .tencent, http: any HTTPFetching, clock: GatewayClock = .system,
        retries: RetryPolicy = .standard,
        onCall: @escaping @Sendable (CallReport) -> Void = { _ in }
    ) {
        self.baseURLs = baseURLs
        self.http = http
        self.clock = clock
        self.retries = retries
        self.onCall = onCall
    }

    /// Makes the call, and makes it again while that is safe and may help.
    func answer(to call: APICall, token: Secret? = nil) async throws(WeChatError) -> Answer {
        var attempt = 1
        while true {
            do {
                return try await reportedExchange(call, token, attempt)
            } catch {
                guard error.mayPass, error.allows(call.repeating),
                    let pause = retries.pause(after: attempt), await clock.hasSlept(pause)
                else { throw error }
                attempt += 1
            }
        }
    }

    private func reportedExchange(
        _ call: APICall, _ token: Secret?, _ attempt: Int
    ) async throws(WeChatError) -> Answer {
        let start = ContinuousClock.now
        func report(_ error: WeChatError?) {
            onCall(
                CallReport(
                    path: call.path, attempt: attempt, duration: ContinuousClock.now - start,
                    error: error))
        }
        do {
            let answer = try await exchange(call, token)
            report(nil)
            return answer
        } catch {
            report(error)
            throw error
        }
    }

    private func exchange(_ call: APICall, _ token: Secret?) async throws(WeChatError) -> Answer {
        let response: HTTPResponse
        do {
            response = try await http.fetch(call.request(at: baseURLs, token: token))
        } catch {
            throw .transport(error)
        }
        return try Answer(response, hiding: token)
    }
}

/// One exchange with WeChat, for logs and metrics.
public struct CallReport: Sendable, Equatable {
    /// Without host and query, for example `/cgi-bin/qrcode/create`.
    public let path: String
    /// From 1; more when the call was repeated.
    public let attempt: Int
    public let duration: Duration
    /// Nil when WeChat did what it was asked.
    public let error: WeChatError?
}
