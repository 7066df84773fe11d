/// One answered request, for an access log.
public struct AccessLogEntry: Sendable {
    /// What an entry says beside the request.
    struct Outcome: Sendable {
        /// false when the head could not be read, and the request stands for nothing.
        var isUnderstood: Bool
        var minorVersion: Int
        var status: Status
        var bytesSent: Int
        var nanoseconds: Int
        var unixSeconds: Int
    }

    let loggedRequest: Request
    let outcome: Outcome

    public var status: Status { outcome.status }
    /// Bytes of the answer's body.
    public var bytesSent: Int { outcome.bytesSent }
    /// From the end of the request's head until the whole answer was given to the kernel or, behind
    /// a client that reads slowly, to the connection's queue.
    public var duration: Duration { .nanoseconds(outcome.nanoseconds) }
    /// When the answer was finished, in seconds since 1970.
    public var unixSeconds: Int { outcome.unixSeconds }
    /// What was asked, without a body; nil when the head could not be read.
    public var request: Request? { outcome.isUnderstood ? loggedRequest : nil }
    /// The peer's address, or what a trusted proxy says it is.
    public var clientAddress: String { loggedRequest.clientAddress }
}
