/// How a line of an access log looks. Cookies, credentials and secret query values are never in it.
public struct AccessLogFormat: Sendable {
    enum Shape {
        case combined
        case json
    }

    let shape: Shape
    /// Query items and parameters of routes whose values are logged as `-`.
    public var secretNames: Set<String> = [
        "access_token", "code", "key", "msg_signature", "password", "secret", "signature", "ticket",
        "token",
    ]

    /// The Combined Log Format of Apache and nginx.
    public static var combined: AccessLogFormat { AccessLogFormat(shape: .combined) }
    /// One JSON object a line, with the request's id and its duration in microseconds.
    public static var json: AccessLogFormat { AccessLogFormat(shape: .json) }

    /// - Parameter date: The present second.
    func append(
        _ request: Request, _ outcome: AccessLogEntry.Outcome, _ date: CurrentDate,
        to line: OutputBuffer
    ) {
        switch shape {
        case .combined: appendCombined(request, outcome, date.logTime, to: line)
        case .json: appendJSON(request, outcome, to: line)
        }
    }

    private func appendCombined(
        _ request: Request, _ outcome: AccessLogEntry.Outcome, _ time: [UInt8],
        to line: OutputBuffer
    ) {
        appendClient(request, to: line)
        line.append(ascii: " - - [")
        line.append(contentsOf: time)
        line.append(ascii: "] \"")
        if outcome.isUnderstood {
            line.append(request.method.name)
            line.append(.space)
            appendTarget(request, to: line)
            line.append(ascii: outcome.minorVersion == 0 ? " HTTP/1.0\" " : " HTTP/1.1\" ")
        } else {
            line.append(ascii: "-\" ")
        }
        line.append(decimal: outcome.status.code)
        line.append(.space)
        line.append(decimal: outcome.bytesSent)
        line.append(ascii: " \"")
        appendReferrer(request, to: line)
        line.append(ascii: "\" \"")
        appendAgent(request, to: line)
        line.append(ascii: "\"\n")
    }

    private func appendJSON(
        _ request: Request, _ outcome: AccessLogEntry.Outcome, to line: OutputBuffer
    ) {
        line.append(ascii: "{\"time\":")
        line.append(decimal: outcome.unixSeconds)
        line.append(ascii: ",\"id\":\"")
        line.append(request.id)
        line.append(ascii: "\",\"client\":\"")
        appendClient(request, to: line)
        line.append(ascii: "\",\"method\":\"")
        line.append(outcome.isUnderstood ? request.method.name : "-")
        line.append(ascii: "\",\"target\":\"")
        appendTarget(request, to: line)
        line.append(ascii: "\",\"status\":")
        line.append(decimal: outcome.status.code)
        line.append(ascii: ",\"bytes\":")
        line.append(decimal: outcome.bytesSent)
        line.append(ascii: ",\"microseconds\":")
        line.append(decimal: outcome.nanoseconds / 1000)
        line.append(ascii: ",\"referrer\":\"")
        appendReferrer(request, to: line)
        line.append(ascii: "\",\"agent\":\"")
        appendAgent(request, to: line)
        line.append(ascii: "\"}\n")
    }

    private func isHostile(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte >= 0x7f || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private func appendClient(_ request: Request, to line: OutputBuffer) {
        if case .connection(let peer, let trustedProxies) = request.origin,
            trustedProxies.blocks.isEmpty
        {
            peer.append(to: line)
        } else {
            line.append(request.clientAddress)
        }
    }

    private func appendTarget(_ request: Request, to line: OutputBuffer) {
        let target = request.requestTarget
        if let path = request.path(hiding: secretNames) {
            appendEscaped(path[...], to: line)
            if target.query != nil { line.append(UInt8(ascii: "?")) }
        } else {
            let end = target.query?.lowerBound ?? target.whole.upperBound
            appendEscaped(target.bytes[target.whole.lowerBound..<end], to: line)
        }
        guard let query = target.query else { return }
        var isFirst = true
        for item in target.bytes[query].split(
            separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        {
            if !isFirst { line.append(UInt8(ascii: "&")) }
            isFirst = false
            let name = item.prefix { $0 != UInt8(ascii: "=") }
            let isSecret = name.count < item.count && self.isSecret(name)
            appendEscaped(isSecret ? name : item, to: line)
            if isSecret { line.append(ascii: "=-") }
        }
    }

    private func isSecret(_ name: ArraySlice<UInt8>) -> Bool {
        secretNames.contains((PercentCoding.decode(name) ?? Array(name)).text.lowercased())
    }

    /// Without its query, which may hold another site's secrets.
    private func appendReferrer(_ request: Request, to line: OutputBuffer) {
        guard let referrer = request.fields.value(ofLowercase: "referer") else {
            return line.append(UInt8(ascii: "-"))
        }
        appendEscaped(
            referrer.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }, to: line)
    }

    private func appendAgent(_ request: Request, to line: OutputBuffer) {
        guard let agent = request.fields.value(ofLowercase: "user-agent") else {
            return line.append(UInt8(ascii: "-"))
        }
        appendEscaped(agent, to: line)
    }

    /// A client's bytes so that they can neither end a line or a quotation nor move a terminal's
    /// cursor.
    private func appendEscaped(_ bytes: ArraySlice<UInt8>, to line: OutputBuffer) {
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
