/// Whatever carries one HTTP exchange. The real one is `CurlFetcher`.
public protocol HTTPFetching: Sendable {
    /// Sends the request and reads the whole answer, whatever its status. Redirects are not
    /// followed, and a POST goes out at most once, also where HTTP libraries would send it again:
    /// when a kept connection turns out to be dead.
    ///
    /// - Throws: a failure that says whether the request may have reached the other side.
    func fetch(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse
}

/// One request as it goes onto the wire.
///
/// Its URL and body can hold an access token or an app secret, so its description shows neither.
public struct HTTPRequest: Sendable, Equatable {
    public enum Method: String, Sendable { case get = "GET", post = "POST" }

    public var method: Method
    /// Absolute, percent-encoded.
    public var url: String
    public var contentType: String?
    public var body: [UInt8]
    /// For the whole exchange, from connecting to the last byte of the answer.
    public var timeout: Duration
    /// A longer answer is cut off and thrown away.
    public var answerBytesMax: Int

    public init(
        _ method: Method, _ url: String, contentType: String? = nil, body: [UInt8] = [],
        timeout: Duration = .seconds(10), answerBytesMax: Int = 4 << 20
    ) {
        self.method = method
        self.url = url
        self.contentType = contentType
        self.body = body
        self.timeout = timeout
        self.answerBytesMax = answerBytesMax
    }
}

extension HTTPRequest: CustomStringConvertible, CustomReflectable {
    public var description: String {
        "\(method.rawValue) \(url.prefix { $0 != "?" }) (\(body.count) bytes)"
    }

    public var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}

/// One answer, read to its end.
public struct HTTPResponse: Sendable, Equatable {
    public var status: Int
    /// The Content-Type as sent; empty when there was none.
    public var contentType: String
    public var body: [UInt8]

    public init(status: Int, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}
