extension Request {
    /// The path as logs may have it: with `-` for parameters whose names are among
    /// `AccessLogFormat.secretNames`.
    public var loggedPath: String {
        path(hiding: AccessLogFormat.combined.secretNames)?.text ?? path
    }

    /// The decoded path with `-` for parameters of those names; nil when it has none.
    func path(hiding names: Set<String>) -> [UInt8]? {
        let secrets = zip(match.names, match.ranges).filter { names.contains($0.0) }.map(\.1)
            .sorted { $0.lowerBound < $1.lowerBound }
        guard !secrets.isEmpty else { return nil }
        let path = requestTarget.decodedPath
        var position = path.startIndex
        var shown: [UInt8] = []
        for secret in secrets where secret.lowerBound >= position {
            shown += path[position..<secret.lowerBound] + [UInt8(ascii: "-")]
            position = secret.upperBound
        }
        return shown + path[position...]
    }
}
