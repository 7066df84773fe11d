import CCurl

extension Transfer {
    /// Seconds after which an idle connection is not used again: less than the 5 s after which
    /// Apache and Node hang up by default, since a POST that meets the hanging up is in doubt.
    private static let idleSecondsMax = 4

    /// False when libcurl lacks one of the options, or memory.
    func setOptions(connectTimeout: Duration) -> Bool {
        let timeout = exchange.deadline - .now
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_TIMEOUT_MS, Int(max(timeout.milliseconds(), 1))),
            (CURLOPT_CONNECTTIMEOUT_MS, Int(max(connectTimeout.milliseconds(), 1))),
            (CURLOPT_MAXFILESIZE, max(exchange.request.answerBytesMax, 1)),
            (CURLOPT_MAXAGE_CONN, Self.idleSecondsMax),
            (CURLOPT_FOLLOWLOCATION, 0),
            (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            (CURLOPT_SSL_VERIFYPEER, 1),
            (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_NOSIGNAL, 1),
            // Else the end of a transfer waits, and all others with it, until its host name is
            // resolved.
            (CURLOPT_QUICK_EXIT, 1),
        ]
        let texts = [
            (CURLOPT_URL, exchange.request.url),
            (CURLOPT_PROTOCOLS_STR, "http,https"),
            (CURLOPT_ACCEPT_ENCODING, "gzip"),
            // Set, but to none: else the environment is asked.
            (CURLOPT_PROXY, ""),
        ]
        return numbers.allSatisfy { curl_easy_setopt_long(easy, $0, $1) == CURLE_OK }
            && texts.allSatisfy { curl_easy_setopt_string(easy, $0, $1) == CURLE_OK }
            && (exchange.request.method == .get || setBody())
    }

    private func setBody() -> Bool {
        // Ends in a zero so that an empty one has an address too: without one, libcurl would read
        // the body from standard input.
        (exchange.request.body + [0]).withUnsafeBytes {
            curl_easy_setopt_long(easy, CURLOPT_POSTFIELDSIZE, $0.count - 1) == CURLE_OK
                && curl_easy_setopt_pointer(
                    easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0.baseAddress))
                    == CURLE_OK
        }
    }
}

extension HTTPRequest {
    /// Whether nothing in it can break a line of the head.
    var isWellFormed: Bool {
        url.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
            && (contentType ?? "").utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    /// As libcurl wants them: a name without a value takes out a field that libcurl would add.
    var fields: [String] {
        // A POST does not wait for the other side to say that it will read it.
        ["Expect:", "Content-Type:" + (contentType.map { " " + $0 } ?? "")]
    }
}
