/// One answered request, for an access log.
public struct AccessLogEntry: Sendable {
    let loggedRequest: Request
    let isUnderstood: Bool
    let minorVersion: Int
    public let status: Status
    /// Bytes of the body that were sent.
    public let bytesSent: Int
    /// From the arrival of the head's end to the answer's.
    public let duration: Duration
    /// When the answer was finished, in seconds since 1970.
    public let unixSeconds: Int

    /// What was asked, without a body; nil when the head could not be read.
    public var request: Request? { isUnderstood ? loggedRequest : nil }
    /// The peer's address, or what a trusted proxy says it is.
    public var clientAddress: String { loggedRequest.clientAddress }
}
