/// A request's line and fields as the parser found them: offsets into a copy of the head, and the
/// facts that decide where the message ends.
struct RequestHead {
    enum Framing: Equatable {
        case none
        case length(Int)
        case chunked
    }

    enum Expectation {
        case none
        case proceed
        case unknown
    }

    var bytes: [UInt8] = []
    var lines: [Fields.Line] = []
    var method = Method.get
    var target = RequestTarget.Parts(whole: 0..<0, path: 0..<0)
    /// 0 for HTTP/1.0, 1 for HTTP/1.1 and whatever minor version follows it.
    var minorVersion = 1
    var framing = Framing.none
    var expectation = Expectation.none
    var asksToClose = false
    var asksToKeepAlive = false

    /// Whether the client lets the connection live on (RFC 9112 §9.3).
    var isPersistent: Bool {
        !asksToClose && (minorVersion > 0 || asksToKeepAlive)
    }

    /// Keeps the bytes that the offsets mean.
    mutating func keep(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes.removeAll(keepingCapacity: true)
        self.bytes.append(contentsOf: bytes)
    }

    /// Forgets the last head; its memory is used again unless a request still holds it.
    mutating func reset() {
        lines.removeAll(keepingCapacity: true)
        framing = .none
        expectation = .none
        asksToClose = false
        asksToKeepAlive = false
    }
}
