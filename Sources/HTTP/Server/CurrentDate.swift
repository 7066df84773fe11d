/// The beginning of every answer's head after the status line, made once a second.
struct CurrentDate {
    private(set) var unixSeconds = 0
    /// `Date` and, if configured, `Server`, each with its line end.
    private(set) var lines: [UInt8] = []
    /// As the Combined Log Format wants it: `21/Nov/2026:01:40:34 +0000`.
    private(set) var logTime: [UInt8] = []
    private let serverLine: [UInt8]

    init(serverName: String?) {
        var fields = Fields()
        fields["Server"] = serverName
        serverLine = fields.bytes
    }

    mutating func update(to unixSeconds: Int) {
        guard unixSeconds != self.unixSeconds else { return }
        self.unixSeconds = unixSeconds
        let date = HTTPDate.bytes(unixSeconds: unixSeconds)
        lines = Array("Date: ".utf8) + date + [.cr, .lf] + serverLine
        // "Sat, 21 Nov 2026 01:40:34 GMT" has the parts at fixed places.
        let slash = [UInt8(ascii: "/")]
        logTime = date[5..<7] + slash + date[8..<11] + slash + date[12..<16]
        logTime += [UInt8(ascii: ":")] + date[17..<25] + Array(" +0000".utf8)
    }
}
