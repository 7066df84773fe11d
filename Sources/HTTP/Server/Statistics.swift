/// What a server has done since it started, and is doing now.
public struct Statistics: Sendable {
    /// Connections accepted, ever.
    public var connectionsAccepted = 0
    /// Connections turned away by `connectionsPerAddressMax`.
    public var connectionsRefused = 0
    /// Connections open now.
    public var connectionsOpen = 0
    /// Answers by the first digit of their status: index 0 is 1xx, 4 is 5xx.
    public var responsesByClass: [Int] { responses.indices.map { responses[$0] } }
    private var responses = InlineArray<5, Int>(repeating: 0)
    /// Requests that no handler saw, by status code: 400, 408, 413, 414, 417, 431, 501, 503, 505.
    public var refusals: [Int: Int] = [:]
    /// Requests whose connection ended before the answer did.
    public var requestsBrokenOff = 0
    public var bytesReceived = 0
    public var bytesSent = 0
    /// Handlers off the loops at work now.
    public var handlersPending = 0
    /// Those of them that read an upload.
    public var uploadsPending = 0
    /// Bytes of bodies that are held in memory now, of at most `bufferedBodiesBytesMax`.
    public var bodyBytesHeld = 0
    /// Times that accepting paused for want of descriptors or for `connectionsMax`.
    public var acceptPauses = 0
    /// From the end of the request's head until the whole answer was given to the kernel or, behind
    /// a client that reads slowly, to the connection's queue.
    public var latency = Histogram()
    /// The longest turn of an event loop, in microseconds: a handler that blocks shows here.
    public var longestTurnMicroseconds = 0

    public init() {}

    /// Counts of durations in fixed buckets, as Prometheus wants them.
    public struct Histogram: Sendable {
        /// Upper bounds of the buckets in microseconds; one more bucket has no bound.
        public static let boundsMicroseconds = [
            50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
            1_000_000, 2_500_000, 5_000_000, 10_000_000,
        ]
        /// One count for each bound, not cumulative, and the rest.
        public var counts: [Int] { buckets.indices.map { buckets[$0] } }
        private var buckets = InlineArray<18, Int>(repeating: 0)
        public private(set) var sumMicroseconds = 0

        public var count: Int { counts.reduce(0, +) }

        mutating func record(microseconds: Int) {
            var bucket = 0
            while bucket < Self.boundsMicroseconds.count,
                microseconds > Self.boundsMicroseconds[bucket]
            {
                bucket += 1
            }
            buckets[bucket] += 1
            sumMicroseconds += microseconds
        }

        static func += (sum: inout Histogram, other: Histogram) {
            for index in sum.buckets.indices { sum.buckets[index] += other.buckets[index] }
            sum.sumMicroseconds += other.sumMicroseconds
        }
    }

    mutating func record(_ status: Status, microseconds: Int) {
        responses[status.code / 100 - 1] += 1
        latency.record(microseconds: microseconds)
    }

    static func += (sum: inout Statistics, other: Statistics) {
        sum.connectionsAccepted += other.connectionsAccepted
        sum.connectionsRefused += other.connectionsRefused
        sum.connectionsOpen += other.connectionsOpen
        for index in sum.responses.indices { sum.responses[index] += other.responses[index] }
        sum.refusals.merge(other.refusals, uniquingKeysWith: +)
        sum.requestsBrokenOff += other.requestsBrokenOff
        sum.bytesReceived += other.bytesReceived
        sum.bytesSent += other.bytesSent
        sum.handlersPending += other.handlersPending
        sum.uploadsPending += other.uploadsPending
        sum.bodyBytesHeld += other.bodyBytesHeld
        sum.acceptPauses += other.acceptPauses
        sum.latency += other.latency
        sum.longestTurnMicroseconds = max(
            sum.longestTurnMicroseconds, other.longestTurnMicroseconds)
    }
}
