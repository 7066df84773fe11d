/// Server-sent events (HTML standard §9.2), as a browser's `EventSource` reads them.
public struct EventStream: Sendable {
    private let writer: BodyWriter

    init(_ writer: BodyWriter) {
        self.writer = writer
    }

    /// Sends one event.
    ///
    /// - Parameters:
    ///   - data: Its lines arrive as they are.
    ///   - event: The type that a page listens for; nil for `message`.
    ///   - id: What the browser sends back as `Last-Event-ID` when it connects again.
    public func send(_ data: String, event: String? = nil, id: String? = nil) async throws {
        var text = ""
        if let event { text += "event: \(Self.line(event))\n" }
        if let id { text += "id: \(Self.line(id))\n" }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            text += "data: \(line)\n"
        }
        try await writer.write(text + "\n")
    }

    /// A line that the browser ignores: it keeps proxies from closing a quiet stream, and finds out
    /// whether the client is there.
    public func comment(_ text: String = "") async throws {
        try await writer.write(": \(Self.line(text))\n\n")
    }

    private static func line(_ text: String) -> String {
        text.filter { !$0.isNewline && $0 != "\0" }
    }
}

extension Response {
    /// A stream of events that lasts as long as the closure runs, and ends when the server stops.
    public static func events(
        _ produce: @escaping @Sendable (EventStream) async throws -> Void
    ) -> Response {
        Response(
            .ok,
            // The last field keeps nginx from holding events back.
            fields: [
                "Content-Type": "text/event-stream", "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
            ],
            body: .endless { try await produce(EventStream($0)) })
    }
}
