import Foundation

/// Exports, archives and batches of the built program, with the memory that it takes for them.
struct BackgroundWork {
    /// Seconds for an export of two million records, and resident megabytes during it.
    private static let exportSecondsMax = 60.0
    private static let residentMegabytesMax = 200.0
    private static let recordsMax = 2_000_000
    private static let codesMax = 10_000
    /// Codes made each second, beside what the stub's latency allows.
    private static let gatewayShareMin = 0.9
    /// Calls to WeChat that a batch has in flight (`ImportWindow`).
    private static let callsInFlight = 16

    let matou: Matou
    let account: String
    /// 1 is what the gates are for; a smaller one takes as much less of everything.
    let scale: Double

    /// - Returns: whether each gate is met.
    func measure() throws -> Bool {
        say(
            "at scale \(scale)            seconds   resident MB      each second   gate")
        let batch = try measureBatch()
        let archive = try measureArchive()
        try fill()
        let workbook = try measureExport("xlsx")
        let text = try measureExport("csv")
        return [batch, archive, workbook, text].allSatisfy { $0 }
    }

    private var records: Int { max(1, Int(Double(Self.recordsMax) * scale)) }
    private var codes: Int { max(1, Int(Double(Self.codesMax) * scale)) }

    private func measureBatch() throws -> Bool {
        let names = (1...codes).map { "门店_上海_\($0)" }.joined(separator: "\n")
        let batch = try matou.api(
            "POST", "/imports", ["account_id": account, "csv": names, "type": "permanent"])
        let path = "/imports/\(batch["id"] as? String ?? "")"
        let (seconds, resident) = try timed {
            _ = try matou.api("POST", path + "/start", [:])
            try wait(for: path)
        }
        let made = try matou.api("GET", path)["made"] as? Int
        let allowed =
            Double(Self.callsInFlight) * 1000 / Double(WeChatStub.codeLatencyMilliseconds)
        let least = allowed * Self.gatewayShareMin
        return report(
            "batch of \(codes) codes", seconds, resident, codes,
            isMet: made == codes && Double(codes) / seconds >= least,
            gate: String(
                format: "each made once, ≥ %.0f of the %.0f/s that WeChat's latency allows",
                least, allowed))
    }

    private func measureArchive() throws -> Bool {
        var bytes = 0
        let (seconds, resident) = try timed {
            bytes = try matou.download(
                "POST", "/qr-codes/images?size=430", ["filter": ["account_id": account]])
        }
        return report(
            "ZIP of \(codes) codes", seconds, resident, codes,
            isMet: bytes > 500 * codes && resident < Self.residentMegabytesMax,
            gate: "< \(Int(Self.residentMegabytesMax)) MB")
    }

    private func measureExport(_ format: String) throws -> Bool {
        let export = try matou.api(
            "POST", "/exports",
            ["kind": "scanners", "qr_code_id": try crowdedCode(), "format": format])
        let path = "/exports/\(export["id"] as? String ?? "")"
        let (seconds, resident) = try timed { try wait(for: path) }
        let written = try matou.api("GET", path)["records"] as? Int
        return report(
            "\(records) records as \(format)", seconds, resident, records,
            isMet: written == records && resident < Self.residentMegabytesMax
                && seconds < Self.exportSecondsMax * scale,
            gate: String(
                format: "< %.1f s, < %.0f MB", Self.exportSecondsMax * scale,
                Self.residentMegabytesMax))
    }

    private func report(
        _ name: String, _ seconds: Double, _ resident: Double, _ count: Int, isMet: Bool,
        gate: String
    ) -> Bool {
        say(
            "  " + name.padding(toLength: 28, withPad: " ", startingAt: 0)
                + padded(String(format: "%.2f", seconds), 9)
                + padded(String(format: "%.0f", resident), 12)
                + padded(String(format: "%.0f", Double(count) / max(seconds, 0.001)), 17)
                + "   \(isMet ? "PASS" : "MISS") \(gate)")
        return isMet
    }

    private func timed(_ body: () throws -> Void) throws -> (seconds: Double, resident: Double) {
        try matou.forgetPeak()
        let begin = monotonicNanoseconds()
        try body()
        return (Double(monotonicNanoseconds() - begin) / 1e9, try matou.peakMegabytes())
    }

    private func wait(for path: String) throws {
        let deadline = Date(timeIntervalSinceNow: 1200)
        while true {
            let state = try matou.api("GET", path)["state"] as? String ?? ""
            if state == "done" { return }
            guard ["waiting", "running"].contains(state), Date() < deadline else {
                throw Failure("\(path) is \(state)")
            }
            usleep(10_000)
        }
    }

    private func crowdedCode() throws -> String {
        let page = try matou.api("GET", "/qr-codes?limit=1&sort=created_at")
        let first = (page["data"] as? [[String: Any]])?.first
        guard let id = first?["id"] as? String else { throw Failure("there is no code") }
        return id
    }

    /// Scanners of a code with a reply each, as rows in place of as many callbacks.
    private func fill() throws {
        let database = try SQLite(matou.database)
        let code = try crowdedCode()
        let numbers = """
            WITH RECURSIVE numbers (n) AS (
                SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(records))
            """
        try database.execute(
            """
            INSERT INTO code_scanners (workspace_id, code_id, openid, account_id, first_scan_at,
                first_scan_day, first_scan_key, is_new, last_scan_at, last_scan_seq, scans,
                unfollowed, replies_sent)
            \(numbers)
            SELECT workspace_id, id, 'oBench_' || substr('0000000' || (n * 7919 % \(records)), -7)
                    || '_' || n, account_id,
                1795233600000 + n, 20261121, 'k' || n, n % 2, 1795233600000 + n, n, 1, 0, 1
            FROM numbers JOIN qr_codes ON id = '\(code)'
            """)
        try database.execute(
            """
            INSERT INTO reply_sends (workspace_id, scan_seq, position, account_id, code_id, openid,
                item, state, deadline_at)
            \(numbers)
            SELECT workspace_id, n, 1, account_id, id, 'o' || n, '{"format":"text","text":"欢迎"}',
                CASE WHEN n % 50 = 0 THEN 'too_late' ELSE 'sent' END, 1795233660000 + n
            FROM numbers JOIN qr_codes ON id = '\(code)'
            """)
    }
}

func measureBackgroundWork(_ arguments: Arguments) throws -> Bool {
    let folder = try arguments.text("folder")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let wechat = try WeChatStub()
    let matou = try Matou(
        try arguments.text("matou"), folder: folder, wechatPort: wechat.port)
    defer { matou.stop() }
    let account = try matou.api(
        "POST", "/accounts",
        [
            "name": "码头", "app_id": Callback.appID, "secret": "secret", "token": Callback.token,
            "message_mode": "plain", "verified": true,
        ])
    return try BackgroundWork(
        matou: matou, account: account["id"] as? String ?? "",
        scale: Double(try arguments.text("scale")) ?? 1
    ).measure()
}
