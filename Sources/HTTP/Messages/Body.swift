/// What a response carries.
public enum Body: Sendable {
    case none
    case bytes([UInt8])
    /// A part of a file, sent by the kernel without passing through this process's memory.
    case file(path: String, offset: Int, length: Int)
    /// Written by the closure while it is sent; chunked when the length is not known (RFC 9112
    /// §7.1).
    ///
    /// Writing more or less than `length` bytes ends the connection, because the client could not
    /// tell.
    case stream(length: Int?, @Sendable (BodyWriter) async throws -> Void)
    /// Written for as long as the closure runs, in pieces that are whole each. Its task is cancelled
    /// when the server stops: no drain waits for what has no end of its own.
    case endless(@Sendable (BodyWriter) async throws -> Void)

    /// The number of bytes, as far as it is known.
    var length: Int? {
        switch self {
        case .none: 0
        case .bytes(let bytes): bytes.count
        case .file(_, _, let length): length
        case .stream(let length, _): length
        case .endless: nil
        }
    }
}

/// The receiving end of a streamed response body.
public struct BodyWriter: Sendable {
    private let send: @Sendable ([UInt8]) async throws -> Void

    /// - Parameter send: Takes one chunk, and returns when it wants the next.
    public init(_ send: @escaping @Sendable ([UInt8]) async throws -> Void) {
        self.send = send
    }

    /// Sends a chunk; suspends while the client reads too slowly. Chunks written by several tasks
    /// at once arrive in no certain order.
    ///
    /// - Throws: `ConnectionLost` when the client is gone or the server has stopped waiting.
    public func write(_ chunk: [UInt8]) async throws {
        try await send(chunk)
    }

    /// The text in UTF-8; else as `write(_:)` of bytes.
    public func write(_ text: String) async throws {
        try await send(Array(text.utf8))
    }
}

/// The client went away, or was too slow, while a body was under way.
public struct ConnectionLost: Error, Sendable, CustomStringConvertible {
    public init() {}
    public var description: String { "The client's connection ended before the body was complete." }
}
