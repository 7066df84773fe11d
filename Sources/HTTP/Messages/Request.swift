/// What a client asked for, as a handler sees it.
///
/// The head stays the bytes that came in; names, values, path and query become Strings only when
/// they are asked for.
public struct Request: Sendable {
    public let method: Method
    public var fields: Fields
    /// The whole body of a buffered route; never longer than the route's `bodyBytesMax`.
    public var body: [UInt8]
    /// The body of an upload route while it arrives; nil on every other route.
    public var upload: BodyStream?

    /// What `body` takes of the server's memory.
    var room: BodyRoom?
    let requestTarget: RequestTarget
    var origin: Origin
    var match: PathMatch
    let number: UInt64

    /// A request without a socket, for tests of routers and handlers.
    ///
    /// - Parameter target: Path and query as they would be on the wire. One that no server would
    ///   accept has the path "/".
    public init(
        _ method: Method = .get, _ target: String = "/", fields: Fields = [:], body: [UInt8] = [],
        upload: BodyStream? = nil, clientAddress: String = "127.0.0.1", isSecure: Bool = false,
        number: UInt64 = 0
    ) {
        self.init(
            method: method,
            target: RequestTarget(Array(target.utf8)) ?? .root,
            fields: fields, origin: .told(address: clientAddress, isSecure: isSecure),
            number: number)
        self.body = body
        self.upload = upload
    }

    init(
        method: Method, target: RequestTarget, fields: Fields, origin: Origin, number: UInt64
    ) {
        self.method = method
        requestTarget = target
        self.fields = fields
        self.origin = origin
        self.number = number
        body = []
        match = .none
    }

    /// The request with its upload as `body`: for a handler that sees from the head whether it wants
    /// one. Without an upload it is the same.
    ///
    /// - Throws: As `upload` does; `BodiesTooLarge`.
    public func collectingUpload() async throws -> Request {
        try await collecting(nil, keeping: .max)
    }

    /// The same of a form with files, of which at most `bytesMax` are kept: parts longer than
    /// `partBytesMax`, their heads included, are cut to that and read past.
    ///
    /// - Throws: As `upload` does; `BodiesTooLarge`; `ContentTooLarge` for more than `bytesMax`.
    public func collectingUpload(
        cuttingPartsTo partBytesMax: Int, keeping bytesMax: Int
    ) async throws -> Request {
        let cutter = MultipartCutter(
            contentType: fields["content-type"] ?? "", partBytesMax: partBytesMax)
        return try await collecting(cutter, keeping: bytesMax)
    }

    private func collecting(
        _ cutter: MultipartCutter?, keeping bytesMax: Int
    ) async throws -> Request {
        guard let upload else { return self }
        var whole = self
        let length = fields["content-length"].flatMap { Int($0) } ?? 0
        (whole.body, whole.room) = try await upload.collected(
            expecting: length, cutter, keeping: bytesMax)
        whole.upload = nil
        return whole
    }

    /// The request target as it came.
    public var target: String { requestTarget.bytes[requestTarget.whole].text }

    /// The path, decoded exactly once; it begins with "/" (or is "*", for `OPTIONS *`).
    public var path: String { requestTarget.decodedPath.text }

    /// Host and port: of an absolute target, otherwise of the `Host` field (RFC 9112 §3.2.2). "" if
    /// HTTP/1.0 gave none.
    public var authority: String {
        if let authority = requestTarget.authority { return requestTarget.bytes[authority].text }
        return fields["host"] ?? ""
    }

    /// The query's items in order, decoded; `+` is a space.
    public var queryItems: [QueryItem] {
        requestTarget.query.map { QueryItem.parse(requestTarget.bytes[$0]) } ?? []
    }

    /// The first value of that name in the query.
    public func query(_ name: String) -> String? {
        queryItems.first { $0.name == name }?.value
    }

    /// The value of the first cookie of that name.
    public func cookie(_ name: String) -> String? {
        for line in fields.lines where fields.bytes[line.name].matches(lowercase: "cookie") {
            if let value = Cookie.find(name, in: fields.bytes[line.value]) { return value }
        }
        return nil
    }

    /// The body read as a form, by its `Content-Type`.
    public func form() throws(FormError) -> Form {
        try Form(body: body, contentType: fields["content-type"] ?? "")
    }

    /// The client's address: the peer's, or what a trusted proxy says it is. "unix" for a Unix
    /// socket's peer.
    public var clientAddress: String { origin.client(fields).address }

    /// Whether a trusted proxy says that the client came over TLS.
    public var isSecure: Bool { origin.client(fields).isSecure }

    /// Names this request in logs and error pages; different for each request of a process.
    public var id: String {
        let digits = String(number, radix: 36)
        return String(repeating: "0", count: max(0, 13 - digits.count)) + digits
    }
}

/// What a pattern's parameters matched in a path.
struct PathMatch: Sendable {
    var names: [String]
    /// Ranges in the decoded path, in the order of `names`.
    var ranges: [Range<Int>]

    static var none: PathMatch { PathMatch(names: [], ranges: []) }
}
