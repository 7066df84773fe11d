/// Everything that a client could make long, wide or slow, with its bound.
public struct Limits: Sendable {
    /// Request line and fields together, in bytes; more is 431. At most 1 MiB.
    public var headBytesMax = 16 << 10
    /// The request target alone, in bytes; more is 414.
    public var targetBytesMax = 8 << 10
    /// Fields in one head; more is 431.
    public var headerCountMax = 100
    /// A body, where the route names no bound of its own; more is 413.
    public var bodyBytesMax = 1 << 20
    /// Bytes of bodies in memory, of all requests together; what would go beyond is 503 with
    /// `Retry-After`. The first `BodyBudget.freeBytes` of a body are counted and not refused, so that
    /// those who fill the room with long bodies keep no short one out.
    public var bufferedBodiesBytesMax = 256 << 20
    /// From the first byte of a head to its end; then 408.
    public var headTimeout: Duration = .seconds(10)
    /// Between two arrivals of body bytes; then 408.
    public var bodyTimeout: Duration = .seconds(20)
    /// Body bytes a second, on average over each `bodyTimeout` after the first; below it 408.
    public var receiveRateMin = 500
    /// An open connection without a request. Longer than a proxy's own idle time, or the proxy will
    /// now and then send a request into a connection that is just being closed.
    public var idleTimeout: Duration = .seconds(75)
    /// A client that has not taken what waits for it is looked at so often.
    public var writeTimeout: Duration = .seconds(30)
    /// Bytes of an answer a second that it has to take, on average over each `writeTimeout`; who takes
    /// less, or none, is cut off.
    public var sendRateMin = 500
    /// A client that has closed its side may still read (RFC 9112 §9.6) or be gone, which nobody can
    /// tell before an answer is sent. After so long the task of its handler is cancelled; a
    /// connection that was reset cancels it at once.
    public var abandonedTimeout: Duration = .seconds(5)
    /// Open connections, all loops together. nil: nine tenths of the descriptors that the process
    /// may have.
    public var connectionsMax: Int?
    /// Open connections of one address, of one /64 for IPv6; see
    /// `Server.Configuration.uncountedAddresses`.
    public var connectionsPerAddressMax = 256
    /// Then the connection is closed, announced by `Connection: close`.
    public var requestsPerConnectionMax = 10_000
    /// Unsent bytes of one connection at which no further request of it is read.
    public var bufferedOutputBytesMax = 64 << 10
    /// Unread bytes of an upload at which the server stops reading from the socket.
    public var bufferedUploadBytesMax = 256 << 10
    /// Handlers off the loops that may be at work at once; beyond it 503 with `Retry-After`.
    public var pendingHandlersMax = 1024
    /// How many of them may read an upload, whose client they have to wait for; beyond it 503 too.
    public var pendingUploadsMax = 512

    public init() {}
}

/// The limits of time in milliseconds, as the loops' clock counts.
struct Timeouts {
    let head: Int
    let body: Int
    let idle: Int
    let write: Int
    let abandoned: Int

    init(_ limits: Limits) {
        head = limits.headTimeout.milliseconds
        body = limits.bodyTimeout.milliseconds
        idle = limits.idleTimeout.milliseconds
        write = limits.writeTimeout.milliseconds
        abandoned = limits.abandonedTimeout.milliseconds
    }
}
