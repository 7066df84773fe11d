/// Names a connection of a loop: its slot in the table, and how often that slot had been used
/// before. An answer that comes too late finds another generation there, and is dropped.
struct ConnectionToken: Sendable, Hashable {
    let slot: UInt32
    let generation: UInt32

    init(slot: Int, generation: UInt32) {
        self.slot = UInt32(truncatingIfNeeded: slot)
        self.generation = generation
    }

    init(rawValue: UInt64) {
        slot = UInt32(truncatingIfNeeded: rawValue)
        generation = UInt32(truncatingIfNeeded: rawValue >> 32)
    }

    var rawValue: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
}

/// One client's connection, owned by its loop.
final class Connection {
    enum Phase {
        /// Between requests, or within a head.
        case head
        /// The body of `exchange` is arriving.
        case body
        /// A handler off the loop is at work on `exchange`.
        case handling
        /// `stream` is writing the body of an answer.
        case streaming
        /// Nothing more is read; it ends once `output` is sent.
        case ending
        /// Our side is shut down; what still comes is thrown away, so that the client can read our
        /// last answer.
        case lingering
        case closed
    }

    let descriptor: Int32
    let token: ConnectionToken
    let peer: PeerAddress
    /// Whom to believe about the client: nobody, unless the peer is a trusted proxy itself.
    let trustedProxies: TrustedProxies
    /// Whether it counts for `connectionsPerAddressMax`.
    let isCounted: Bool

    var phase = Phase.head
    /// Bytes received and not yet used.
    var input: [UInt8] = []
    /// How many of them are known to hold no whole line since the head was last looked at.
    var scanned = 0
    /// Empty lines seen before the request line.
    var emptyLines = 0
    var output = OutputQueue()
    /// What the kernel took of `output` since the client's pace was last measured.
    var sentSinceMeasured = 0
    /// What it had taken before and the client had not acknowledged then.
    var unacknowledgedBefore = 0
    var exchange: Exchange?
    var body: RequestBody?
    var stream: ResponseStream?
    /// The task of a handler off the loop, while it is at work.
    var handler: Task<Void, Never>?
    var requestCount = 0
    /// Whether the connection ends by lingering, when it ends after `output`.
    var lingers = false
    var lingersUntil = Int.max
    var inputEnded = false
    /// Whether the client was seen to close its side while a handler was at work.
    var isAbandoned = false
    var isUploadFull = false
    /// Whether its client sends the upload under way only when it is told to; nothing is read before.
    var awaitsInvitation = false
    /// Whether it has more to answer than its turn allowed.
    var isReady = false

    /// When the head under way began, in milliseconds of the monotonic clock.
    var headStarted: Int?

    /// What the poller was told to wait for; nil while it does not know the connection.
    var interest: Poller.Readiness?
    /// When `phase` has lasted too long, in milliseconds of the monotonic clock.
    var deadline = Int.max
    /// The step of the timer wheel at which it will be looked at; nil when it is not in the wheel.
    var scheduledStep: Int?

    init(
        descriptor: Int32, token: ConnectionToken, peer: PeerAddress,
        trustedProxies: TrustedProxies, isCounted: Bool
    ) {
        self.descriptor = descriptor
        self.token = token
        self.peer = peer
        self.trustedProxies = trustedProxies
        self.isCounted = isCounted
    }

    /// Changes the queue outside the connection, so that no access to the stored one lasts while
    /// other code runs: that keeps the compiler's checks for overlapping accesses off every use.
    func changeOutput<Result>(_ change: (inout OutputQueue) -> Result) -> Result {
        var queue = OutputQueue()
        swap(&queue, &output)
        defer { output = queue }
        return change(&queue)
    }

    /// Keeps bytes for later; they leave and return as those of `changeOutput` do.
    func keep(_ bytes: UnsafeBufferPointer<UInt8>) {
        var kept = takeInput()
        kept.append(contentsOf: bytes)
        input = kept
    }

    func takeInput() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &input)
        return taken
    }

    /// Whether bytes from the client would be taken now.
    var wantsInput: Bool {
        guard output.isEmpty, !inputEnded, !isReady else { return phase == .lingering }
        switch phase {
        case .head, .lingering: return true
        case .body: return !isUploadFull
        case .handling, .streaming, .ending, .closed: return false
        }
    }
}

/// A request on its way to an answer.
struct Exchange {
    var request: Request
    /// false when the head could not be read, and `request` stands for nothing.
    var isUnderstood = true
    let isHead: Bool
    let minorVersion: Int
    /// Whether the connection may live on after the answer.
    var isPersistent: Bool
    /// Whether the client itself wants the connection to end.
    var asksToClose = false
    let startNanoseconds: Int
    /// What happens when the body is complete; nil when a handler has it already.
    var next: Next?

    enum Next {
        /// The route of that index.
        case route(Int)
        case answer(Response)
    }
}

/// A stream that writes the body of an answer.
struct ResponseStream {
    let task: Task<Void, Never>
    let isChunked: Bool
    /// Whether it is written until the server stops.
    let isEndless: Bool
    /// What is left of the announced length; nil when none was announced.
    var remaining: Int?
    /// Suspended until the client has read more. More than one only if a handler writes from
    /// several tasks.
    var writers: [CheckedContinuation<Void, any Error>] = []
    let status: Status
    var bytesSent = 0
}
