/// A request body while it arrives: chunks in order, as long as they come.
///
/// Reading is what lets the client send on: what has arrived unread is bounded, and beyond it the
/// server stops reading from the socket. One reader at a time.
public struct BodyStream: AsyncSequence, Sendable {
    public typealias Element = [UInt8]

    let pipe: BodyPipe
    private let budget: BodyBudget?

    init(pipe: BodyPipe, budget: BodyBudget) {
        self.pipe = pipe
        self.budget = budget
    }

    /// A body that is already here, for tests.
    public init(_ chunks: [[UInt8]]) {
        pipe = BodyPipe(bytesMax: .max, whenDrained: {})
        budget = nil
        for chunk in chunks { _ = pipe.push(chunk) }
        pipe.finish(throwing: nil)
    }

    /// All of it that the cutter leaves, and what holds its place in the server's memory.
    func collected(
        expecting length: Int, _ cutter: MultipartCutter? = nil, keeping bytesMax: Int = .max
    ) async throws -> (bytes: [UInt8], room: BodyRoom?) {
        let room = budget.map(BodyRoom.init)
        var cutter = cutter
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Swift.min(length, bytesMax))
        for try await chunk in self {
            let kept = cutter?.take(chunk) ?? chunk
            guard bytes.count + kept.count <= bytesMax else { throw ContentTooLarge() }
            guard room?.take(kept.count) ?? true else { throw BodiesTooLarge() }
            bytes += kept
        }
        if let rest = cutter?.finish() { bytes += rest }
        return (bytes, room)
    }

    /// Reads past what is left, so that the client can read an answer that came before.
    public func discard() async throws {
        for try await _ in self {}
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let pipe: BodyPipe

        /// - Throws: `ConnectionLost` when the client went away before the end; `ContentTooLarge`
        ///   when it sent more than the route takes.
        public mutating func next() async throws -> [UInt8]? {
            try await pipe.next()
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(pipe: pipe)
    }
}

/// A body turned out longer than its route's `bodyBytesMax`. Unless the handler answers otherwise,
/// the client gets 413.
public struct ContentTooLarge: RequestFault {
    public init() {}

    public var status: Status { .contentTooLarge }
}

/// Hands chunks from an event loop to the handler that reads them.
final class BodyPipe: Sendable {
    private typealias Reader = CheckedContinuation<[UInt8]?, any Error>

    private struct State {
        var chunks: [[UInt8]] = []
        var bytes = 0
        var end: Result<Void, any Error>?
        var reader: Reader?
        var isFull = false

        /// Small chunks become one: a client that sends single bytes must not cost an array for each.
        mutating func append(_ chunk: [UInt8]) {
            if let last = chunks.indices.last, chunks[last].count + chunk.count <= 16 << 10 {
                chunks[last] += chunk
            } else {
                chunks.append(chunk)
            }
        }
    }

    private let state = Lock(State())
    private let bytesMax: Int
    private let whenDrained: @Sendable () -> Void

    /// - Parameters:
    ///   - bytesMax: From here on `push` asks the loop to wait.
    ///   - isShut: Whether nothing is pushed before the reader asks for it.
    ///   - whenDrained: Called on the reader's thread when a full pipe has been emptied to a half, or
    ///     one that is shut is read.
    init(bytesMax: Int, isShut: Bool = false, whenDrained: @escaping @Sendable () -> Void) {
        self.bytesMax = bytesMax
        self.whenDrained = whenDrained
        state.withLock { $0.isFull = isShut }
    }

    /// - Returns: Whether there is room for more; if not, `whenDrained` will be called once.
    func push(_ chunk: [UInt8]) -> Bool {
        let (reader, hasRoom) = state.withLock { state in
            guard state.end == nil else { return (nil as Reader?, true) }
            if let reader = state.reader.take() { return (reader, true) }
            state.append(chunk)
            state.bytes += chunk.count
            // Only `take` finds room again: it is there that the loop is told.
            if state.bytes >= bytesMax { state.isFull = true }
            return (nil, !state.isFull)
        }
        reader?.resume(returning: chunk)
        return hasRoom
    }

    /// Ends the stream after what was pushed; only the first end counts.
    func finish(throwing error: (any Error)?) {
        let reader = state.withLock { state in
            guard state.end == nil else { return nil as Reader? }
            state.end = error.map { .failure($0) } ?? .success(())
            return state.reader.take()
        }
        if let error { reader?.resume(throwing: error) } else { reader?.resume(returning: nil) }
    }

    func next() async throws -> [UInt8]? {
        try await withCheckedThrowingContinuation { continuation in
            let (answer, isDrained) = state.withLock { state in
                take(from: &state, for: continuation)
            }
            if let answer { continuation.resume(with: answer) }
            if isDrained { whenDrained() }
        }
    }

    private func take(
        from state: inout State, for reader: Reader
    ) -> (Result<[UInt8]?, any Error>?, isDrained: Bool) {
        if !state.chunks.isEmpty {
            let chunk = state.chunks.removeFirst()
            state.bytes -= chunk.count
            let isDrained = state.isFull && state.bytes <= bytesMax / 2
            if isDrained { state.isFull = false }
            return (.success(chunk), isDrained)
        }
        if let end = state.end { return (end.map { nil }, false) }
        state.reader = reader
        defer { state.isFull = false }
        return (nil, isDrained: state.isFull)
    }
}
