import Synchronization

/// HTTP/1.1 over libcurl, with connections that are kept and used again.
///
/// It keeps no cookies and no credentials, follows no redirects and heeds no proxy of the
/// environment; certificates are verified against the system's store. All transfers run on one
/// thread of its own, which ends with the fetcher.
///
/// Not HTTP/2: there a connection that breaks leaves every request on it in doubt, here one.
public final class CurlFetcher: HTTPFetching {
    private let loop: TransferLoop
    private let exchangesBegun = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - transfersMax: how many exchanges are under way at once; more wait for their turn,
    ///     while their timeouts run.
    ///   - connectTimeout: for one connection to be made and secured.
    public init(transfersMax: Int = 256, connectTimeout: Duration = .seconds(5)) {
        loop = TransferLoop(transfersMax: transfersMax, connectTimeout: connectTimeout)
    }

    deinit {
        loop.stop()
    }

    public func fetch(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        guard !Task.isCancelled else { throw TransportFailure(.cancelled, .notSent) }
        let id = exchangesBegun.wrappingAdd(1, ordering: .relaxed).newValue
        let deadline = ContinuousClock.now + request.timeout
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.start(
                    Exchange(
                        id: id, request: request, deadline: deadline, continuation: continuation))
                // The handler below had nothing to cancel when it ran before the start.
                if Task.isCancelled { loop.cancel(id) }
            }
        } onCancel: {
            loop.cancel(id)
        }
        return try outcome.get()
    }
}

/// A request and who waits for its outcome.
struct Exchange: Sendable, Identifiable {
    typealias Outcome = Result<HTTPResponse, TransportFailure>

    let id: UInt64
    let request: HTTPRequest
    /// For the last byte of the answer.
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Outcome, Never>

    func end(_ reason: TransportFailure.Reason, _ delivery: Delivery) {
        continuation.resume(returning: .failure(TransportFailure(reason, delivery)))
    }
}
