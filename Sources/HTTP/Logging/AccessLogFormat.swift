/// How a line of an access log looks. Cookies, credentials and secret query values are never in it.
public struct AccessLogFormat: Sendable {
    enum Shape {
        case combined
        case json
    }

    let shape: Shape
    /// Query items whose values are logged as `-`.
    public var secretQueryNames: Set<String> = [
        "access_token", "code", "key", "msg_signature", "password", "secret", "signature", "ticket",
        "token",
    ]

    /// The Combined Log Format of Apache and nginx.
    public static var combined: AccessLogFormat { AccessLogFormat(shape: .combined) }
    /// One JSON object a line, with the request's id and its duration in microseconds.
    public static var json: AccessLogFormat { AccessLogFormat(shape: .json) }

    func append(_ entry: AccessLogEntry, _ date: CurrentDate, to line: inout [UInt8]) {
        switch shape {
        case .combined: appendCombined(entry, date, to: &line)
        case .json: appendJSON(entry, date, to: &line)
        }
    }

    private func appendCombined(
        _ entry: AccessLogEntry, _ date: CurrentDate, to line: inout [UInt8]
    ) {
        let request = entry.loggedRequest
        appendClient(request, to: &line)
        line.append(ascii: " - - [")
        line.append(contentsOf: date.logTime)
        line.append(ascii: "] \"")
        if entry.isUnderstood {
            line.append(contentsOf: request.method.name.utf8)
            line.append(.space)
            appendTarget(request, to: &line)
            line.append(ascii: entry.minorVersion == 0 ? " HTTP/1.0" : " HTTP/1.1")
        } else {
            line.append(UInt8(ascii: "-"))
        }
        line.append(ascii: "\" ")
        line.appendDecimal(entry.status.code)
        line.append(.space)
        line.appendDecimal(entry.bytesSent)
        line.append(ascii: " \"")
        appendReferrer(request, to: &line)
        line.append(ascii: "\" \"")
        appendEscaped(request.fields.value(ofLowercase: "user-agent") ?? Self.none, to: &line)
        line.append(ascii: "\"\n")
    }

    private func appendJSON(_ entry: AccessLogEntry, _ date: CurrentDate, to line: inout [UInt8]) {
        let request = entry.loggedRequest
        line.append(ascii: "{\"time\":")
        line.appendDecimal(date.unixSeconds)
        line.append(ascii: ",\"id\":\"")
        line.append(contentsOf: request.id.utf8)
        line.append(ascii: "\",\"client\":\"")
        appendClient(request, to: &line)
        line.append(ascii: "\",\"method\":\"")
        line.append(
            contentsOf: entry.isUnderstood ? Array(request.method.name.utf8) : Array(Self.none))
        line.append(ascii: "\",\"target\":\"")
        appendTarget(request, to: &line)
        line.append(ascii: "\",\"status\":")
        line.appendDecimal(entry.status.code)
        line.append(ascii: ",\"bytes\":")
        line.appendDecimal(entry.bytesSent)
        line.append(ascii: ",\"microseconds\":")
        line.appendDecimal(Int(entry.duration / .microseconds(1)))
        line.append(ascii: ",\"referrer\":\"")
        appendReferrer(request, to: &line)
        line.append(ascii: "\",\"agent\":\"")
        appendEscaped(request.fields.value(ofLowercase: "user-agent") ?? Self.none, to: &line)
        line.append(ascii: "\"}\n")
    }

    private func isHostile(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte >= 0x7f || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private func appendClient(_ request: Request, to line: inout [UInt8]) {
        if case .connection(let peer, let trustedProxies) = request.origin, trustedProxies.isEmpty {
            peer.append(to: &line)
        } else {
            line.append(contentsOf: request.clientAddress.utf8)
        }
    }

    private static let none: ArraySlice<UInt8> = [UInt8(ascii: "-")]

    private func appendTarget(_ request: Request, to line: inout [UInt8]) {
        let target = request.requestTarget
        guard let query = target.query else {
            return appendEscaped(target.bytes[target.whole], to: &line)
        }
        appendEscaped(target.bytes[target.whole.lowerBound..<query.lowerBound], to: &line)
        var isFirst = true
        for item in target.bytes[query].split(
            separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        {
            if !isFirst { line.append(UInt8(ascii: "&")) }
            isFirst = false
            let name = item.prefix { $0 != UInt8(ascii: "=") }
            let isSecret =
                name.count < item.count && secretQueryNames.contains(name.text.lowercased())
            appendEscaped(isSecret ? name : item, to: &line)
            if isSecret { line.append(ascii: "=-") }
        }
    }

    /// Without its query, which may hold another site's secrets.
    private func appendReferrer(_ request: Request, to line: inout [UInt8]) {
        let referrer = request.fields.value(ofLowercase: "referer") ?? Self.none
        appendEscaped(
            referrer.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }, to: &line)
    }

    /// A client's bytes so that they can neither end a line or a quotation nor move a terminal's
    /// cursor.
    private func appendEscaped(_ bytes: ArraySlice<UInt8>, to line: inout [UInt8]) {
        if !bytes.contains(where: isHostile) { return line.append(contentsOf: bytes) }
        let digits: StaticString = "0123456789abcdef"
        for byte in bytes {
            if !isHostile(byte) {
                line.append(byte)
                continue
            }
            // JSON knows no \xHH.
            line.append(ascii: shape == .json ? "\\u00" : "\\x")
            digits.withUTF8Buffer {
                line.append($0[Int(byte >> 4)])
                line.append($0[Int(byte & 15)])
            }
        }
    }
}
