/// An answer: a value that a handler returns.
///
/// `Date`, `Content-Length`, `Transfer-Encoding` and `Connection` are the server's own; what a
/// handler sets of them is not sent.
public struct Response: Sendable {
    public var status: Status
    public var fields: Fields
    public var body: Body

    public init(_ status: Status = .ok, fields: Fields = [:], body: Body = .none) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    public static func text(_ text: String, status: Status = .ok) -> Response {
        Response(status, fields: Self.plainText, body: .bytes(Array(text.utf8)))
    }

    public static func html(_ text: String, status: Status = .ok) -> Response {
        Response(status, fields: Self.html, body: .bytes(Array(text.utf8)))
    }

    /// - Parameter type: Such as `application/problem+json`.
    public static func json(
        _ bytes: [UInt8], status: Status = .ok, type: String = "application/json"
    ) -> Response {
        self.bytes(bytes, type: type, status: status)
    }

    // Made once: most answers share them.
    private static let plainText: Fields = ["Content-Type": "text/plain; charset=utf-8"]
    private static let html: Fields = ["Content-Type": "text/html; charset=utf-8"]

    public static func bytes(_ bytes: [UInt8], type: String, status: Status = .ok) -> Response {
        Response(status, fields: ["Content-Type": type], body: .bytes(bytes))
    }

    /// - Parameter location: an absolute address, or one from `/` on, percent-encoded as it is sent.
    public static func redirect(to location: String, status: Status = .seeOther) -> Response {
        Response(status, fields: ["Location": location])
    }

    public static func empty(_ status: Status) -> Response {
        Response(status)
    }

    /// Adds a `Set-Cookie` field; several cookies are several fields.
    public mutating func setCookie(_ cookie: Cookie) {
        fields.append("Set-Cookie", cookie.fieldValue)
    }

    /// Keeps the cookies that it sets from plain HTTP (RFC 6265 §4.1.2.5).
    public mutating func secureCookies() {
        let cookies = fields.values("Set-Cookie")
        fields.remove("Set-Cookie")
        for cookie in cookies {
            let isSecure = cookie.hasSuffix("; Secure") || cookie.contains("; Secure;")
            fields.append("Set-Cookie", isSecure ? cookie : cookie + "; Secure")
        }
    }

    /// The whole body, a stream included, for tests that call a router without a socket.
    public func bodyBytes() async throws -> [UInt8] {
        switch body {
        case .none: return []
        case .bytes(let bytes): return bytes
        case .file(let path, let offset, let length):
            return try FileReader.read(path: path, offset: offset, length: length)
        case .stream(_, let produce), .endless(let produce):
            let collected = CollectedBytes()
            try await produce(BodyWriter { await collected.append($0) })
            return await collected.bytes
        }
    }
}

private actor CollectedBytes {
    private(set) var bytes: [UInt8] = []
    func append(_ chunk: [UInt8]) { bytes.append(contentsOf: chunk) }
}
