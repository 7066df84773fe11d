import CCurl

/// One exchange as libcurl carries it. It lives on the thread of a `TransferLoop`, outside of
/// which nothing calls it.
final class Transfer {
    /// For all fields of an answer, those of interim answers and of trailers included.
    static let headBytesMax = 64 << 10

    let exchange: Exchange
    let easy: UnsafeMutableRawPointer
    /// The request's fields; libcurl reads them until the end.
    private let fields: UnsafeMutablePointer<curl_slist>?

    private var headBytes = 0
    private var isHeadWhole = false
    private var body: [UInt8] = []
    private var isTooLarge = false
    /// True from just before the request's first byte.
    private var isSent = false

    /// Nil for a request that cannot be sent.
    init?(_ exchange: Exchange, connectTimeout: Duration) {
        guard let easy = curl_easy_init() else { return nil }
        self.exchange = exchange
        self.easy = easy
        fields = exchange.request.fields.reduce(nil) { curl_slist_append($0, $1) }
        guard exchange.request.isWellFormed,
            setOptions(connectTimeout: connectTimeout),
            curl_easy_setopt_list(easy, CURLOPT_HTTPHEADER, fields) == CURLE_OK,
            setCallbacks()
        else { return nil }
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(fields)
    }

    /// The end that libcurl reports.
    func outcome(_ code: CURLcode) -> Exchange.Outcome {
        guard code == CURLE_OK else {
            return .failure(failure(isTooLarge ? .answerTooLarge : code.reason(isSent: isSent)))
        }
        var status = 0
        curl_easy_getinfo_long(easy, CURLINFO_RESPONSE_CODE, &status)
        // For libcurl an answer that breaks within its head is one, and so is a change of protocol
        // that nobody asked for.
        guard isHeadWhole, status >= 200 else { return .failure(failure(.connectionLost)) }
        var contentType: UnsafePointer<CChar>?
        curl_easy_getinfo_string(easy, CURLINFO_CONTENT_TYPE, &contentType)
        return .success(
            HTTPResponse(
                status: status, contentType: contentType.map { String(cString: $0) } ?? "",
                body: body))
    }

    func failure(_ reason: TransportFailure.Reason) -> TransportFailure {
        TransportFailure(reason, isSent ? .unknown : .notSent)
    }

    private func setCallbacks() -> Bool {
        let me = Unmanaged.passUnretained(self).toOpaque()
        let results = [
            curl_easy_setopt_pointer(easy, CURLOPT_PREREQDATA, me),
            curl_easy_setopt_prereq(easy, CURLOPT_PREREQFUNCTION) { me, _, _, _, _ in
                Transfer.at(me).send() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            },
            curl_easy_setopt_pointer(easy, CURLOPT_HEADERDATA, me),
            curl_easy_setopt_write(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, me in
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return Transfer.at(me).receive(line: line) ? line.count : 0
            },
            curl_easy_setopt_pointer(easy, CURLOPT_WRITEDATA, me),
            curl_easy_setopt_write(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, me in
                let bytes = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return Transfer.at(me).receive(bytes) ? bytes.count : 0
            },
        ]
        return results.allSatisfy { $0 == CURLE_OK }
    }

    private static func at(_ pointer: UnsafeMutableRawPointer?) -> Transfer {
        // Never nil: `setCallbacks` has set it.
        Unmanaged<Transfer>.fromOpaque(pointer.unsafelyUnwrapped).takeUnretainedValue()
    }

    /// Called whenever a connection stands and the request is about to go out. The second time is
    /// libcurl's own retry after a kept connection turned out to be dead (`Curl_retry_request`),
    /// which a POST must not get: the first may have arrived.
    private func send() -> Bool {
        if isSent, exchange.request.method == .post { return false }
        isSent = true
        return true
    }

    /// A line of the head or of the trailers, with its end.
    private func receive(line: UnsafeRawBufferPointer) -> Bool {
        if line.starts(with: "HTTP/".utf8) { isHeadWhole = false }
        if line.elementsEqual("\r\n".utf8) || line.elementsEqual("\n".utf8) { isHeadWhole = true }
        headBytes += line.count
        isTooLarge = headBytes > Self.headBytesMax
        return !isTooLarge
    }

    private func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        isTooLarge = body.count + bytes.count > exchange.request.answerBytesMax
        if !isTooLarge { body += bytes }
        return !isTooLarge
    }
}
