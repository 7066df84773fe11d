/// A request body while it arrives: where it ends, how long it may be, and where it goes.
struct RequestBody {
    enum Destination {
        case buffer([UInt8])
        case upload(BodyPipe)
        /// Nobody wants it; it is read so that the next request can be found behind it.
        case nowhere
    }

    enum Event {
        case needsMore
        case complete
        case tooLong
        /// There is no room for it in the server's memory.
        case noRoom
        case malformed
        /// An upload's reader is behind.
        case full
    }

    private enum Framing {
        case remaining(Int)
        case chunked(ChunkedDecoder)
    }

    /// What is still read of a body that nobody wants, before the connection is rather closed.
    static let discardedBytesMax = 256 << 10

    private(set) var destination: Destination
    /// What a buffered body takes of the server's budget.
    let room: BodyRoom?
    /// Bytes of content so far.
    private(set) var count = 0
    var pace: ReceivePace
    private let countMax: Int
    private var framing: Framing
    private var isFull = false

    /// nil for a request without a body.
    init?(
        _ head: RequestHead.Framing, to destination: Destination, room: BodyRoom? = nil,
        countMax: Int, now: Int
    ) {
        switch head {
        case .none, .length(0): return nil
        case .length(let length): framing = .remaining(length)
        case .chunked: framing = .chunked(ChunkedDecoder())
        }
        var destination = destination
        if case .buffer(var bytes) = destination, case .length(let length) = head {
            bytes.reserveCapacity(min(length, countMax, 64 << 10))
            destination = .buffer(bytes)
        }
        self.destination = destination
        self.room = room
        self.countMax = countMax
        pace = ReceivePace(now: now)
    }

    var upload: BodyPipe? {
        if case .upload(let pipe) = destination { pipe } else { nil }
    }

    /// The whole body of a buffered route.
    mutating func takeBytes() -> [UInt8] {
        guard case .buffer(let bytes) = destination else { return [] }
        destination = .nowhere
        return bytes
    }

    /// Takes bytes from `position` on, until the body ends or they do.
    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, at position: inout Int) -> Event {
        isFull = false
        let event: Event
        switch framing {
        case .remaining(let remaining):
            let length = min(remaining, bytes.count - position)
            if let fault = append(bytes, position..<(position + length)) { return fault }
            position += length
            framing = .remaining(remaining - length)
            event = length == remaining ? .complete : .needsMore
        case .chunked(var decoder):
            event = takeChunks(&decoder, bytes, &position)
            framing = .chunked(decoder)
        }
        if case .needsMore = event, isFull { return .full }
        return event
    }

    private mutating func takeChunks(
        _ decoder: inout ChunkedDecoder, _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int
    ) -> Event {
        let span = Span(_unsafeElements: bytes)
        while true {
            switch decoder.next(in: span, at: &position) {
            case .content(let range):
                if let fault = append(bytes, range) { return fault }
            case .end: return .complete
            case .needsMore:
                // A chunk that is announced too long need not be waited for.
                return decoder.remaining > countMax - count ? .tooLong : .needsMore
            case .malformed: return .malformed
            }
        }
    }

    /// - Returns: What is wrong with more bytes; nil when they were taken.
    private mutating func append(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
    ) -> Event? {
        guard !range.isEmpty else { return nil }
        count += range.count
        guard count <= countMax else { return .tooLong }
        guard room?.take(range.count) ?? true else { return .noRoom }
        switch destination {
        case .buffer(var buffer):
            // Taken out first, so that the array is not copied for having two owners.
            destination = .nowhere
            buffer.append(contentsOf: bytes[range])
            destination = .buffer(buffer)
        case .upload(let pipe):
            if !pipe.push(Array(bytes[range])) { isFull = true }
        case .nowhere:
            break
        }
        return nil
    }
}
