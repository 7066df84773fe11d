/// What is known about a request that got no proper answer.
public enum Delivery: String, Sendable, Codable {
    /// The other side certainly did nothing.
    case notSent
    /// It may have arrived and been acted upon. What must not happen twice must not be repeated.
    case unknown
}

/// An exchange that ended without an HTTP answer.
///
/// It carries no URL: WeChat's tokens ride in query strings.
public struct TransportFailure: Error, Sendable, Equatable {
    public enum Reason: String, Sendable, CaseIterable {
        /// No such host, nobody listening there, or no route to it.
        case unreachable
        /// No secure connection could be made: the certificate, its host name or the protocol.
        case insecure
        case timedOut
        /// The connection broke in the middle.
        case connectionLost
        /// The answer was longer than its bound.
        case answerTooLarge
        /// The caller's task was cancelled.
        case cancelled
    }

    public var reason: Reason
    public var delivery: Delivery

    public init(_ reason: Reason, _ delivery: Delivery) {
        self.reason = reason
        self.delivery = delivery
    }
}
