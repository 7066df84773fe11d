/// One answered request, for an access log.
public struct AccessLogEntry: Sendable {
    /// Its body is empty.
    public let request: Request
    public let status: Status
    /// Bytes of the body that were sent.
    public let bytesSent: Int
    /// From the end of the request's head to the last byte handed to the kernel.
    public let duration: Duration
    /// When the answer was finished, in seconds since 1970.
    public let unixSeconds: Int
}
