import Foundation

/// The product over SQLite with 10,000 codes: its list, a code's page and a signed callback.
struct ProductPages {
    private static let codeCount = 10_000
    private let matou: Contestant
    private let loads: [Load]
    private let seconds: Int
    private let folder: URL

    init(program: String, folder: URL, seconds: Int) throws {
        self.seconds = seconds
        self.folder = folder
        // Below the ports that the kernel gives to clients.
        let port = 30_000 + Int(getpid()) % 2000
        let data = ["--data", folder.appending(path: "matou").path]
        matou = try Contestant(
            "Matou",
            [
                program, "serve", "--mock-gateway", "--port", "\(port)", "--mock-port",
                "\(port + 1)", "--log-level", "error", "--access-log", "/dev/null",
            ] + data, port: port)
        try matou.awaitReadiness(path: "/readyz")
        let site = "http://127.0.0.1:\(port)"
        _ = try shell(
            [program, "user", "add", "bench@example.com", "--password", "harbour-2026"] + data)
        let token = try shell([program, "token", "add", "bench", "--role", "owner"] + data)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let secret = "0123456789abcdef0123456789abcdef"
        _ = try shell([
            "curl", "-sf", "-X", "PUT", "-H", "Content-Type: application/json", "-d",
            """
            {"secret": "\(secret)", "original_id": "gh_0a1b2c3d4e5f", "verified": true, \
            "token": "BenchmarkToken2026"}
            """, "http://127.0.0.1:\(port + 1)/mock/accounts/wx0a1b2c3d4e5f6071",
        ])
        let account = try Self.call(
            "\(site)/api/v1/accounts", token,
            """
            {"name": "码头", "app_id": "wx0a1b2c3d4e5f6071", "secret": "\(secret)", \
            "original_id": "gh_0a1b2c3d4e5f", "token": "BenchmarkToken2026", \
            "message_mode": "plain", "verified": true}
            """)
        let code = """
            {"account_id": "\(account["id"] ?? "")", "name": "渠道码", "type": "permanent"}
            """
        let first = try Self.call("\(site)/api/v1/qr-codes", token, code)
        let make = Load(
            name: "make codes", path: "/api/v1/qr-codes", connections: 4,
            script: """
                wrk.method = "POST"
                wrk.body = [==[\(code)]==]
                wrk.headers["Content-Type"] = "application/json"
                wrk.headers["Authorization"] = "Bearer \(token)"
                """)
        var made = 1
        while made < Self.codeCount {
            let result = try make.run(against: matou, seconds: 2, folder: folder)
            guard result.failed == 0, result.requests > 0 else {
                throw Failure("codes were not made: \(result)")
            }
            made += Int(result.requests)
        }
        say("\nMatou over SQLite with \(made) codes, beside the mock gateway in the same process")
        let cookie = "wrk.headers[\"Cookie\"] = \"\(try Self.signIn(site, folder))\""
        loads = [
            Load(name: "list page, 16", path: "/qr-codes", connections: 16, script: cookie),
            Load(
                name: "code page, 16", path: "/qr-codes/\(first["id"] ?? "")", connections: 16,
                script: cookie),
            Load(
                name: "signed callback, 64", path: "/callbacks/wechat/wx0a1b2c3d4e5f6071",
                connections: 64,
                script: try Self.callback(scene: first["scene"] as? String ?? "")),
        ]
    }

    func report() throws {
        defer { matou.stop() }
        for load in loads {
            let results = try (0..<3).map { _ in
                try load.run(against: matou, seconds: seconds, folder: folder)
            }
            say(
                String(
                    format: "  %-20@ %7.0f/s  %7.1f us CPU  p50 %6.2f ms  p99 %6.2f ms%@",
                    load.name as NSString, median(results.map(\.requestsPerSecond)),
                    median(results.map(\.processorMicroseconds)),
                    median(results.map(\.medianMilliseconds)),
                    median(results.map(\.p99Milliseconds)),
                    results.contains { $0.failed > 0 } ? "  WITH ERRORS" : ""))
        }
    }

    private static func call(_ url: String, _ token: String, _ body: String) throws
        -> [String: Any]
    {
        let answer = try shell([
            "curl", "-sf", "-H", "Authorization: Bearer \(token)", "-H",
            "Content-Type: application/json", "-d", body, url,
        ])
        guard let object = try? JSONSerialization.jsonObject(with: Data(answer.utf8)) else {
            throw Failure("POST \(url) was refused")
        }
        return object as? [String: Any] ?? [:]
    }

    /// - Returns: The cookies of a session.
    private static func signIn(_ site: String, _ folder: URL) throws -> String {
        let jar = folder.appending(path: "cookies").path
        let page = try shell(["curl", "-sf", "-c", jar, "\(site)/sign-in"])
        guard let name = page.range(of: "name=\"csrf_token\" value=\""),
            let end = page[name.upperBound...].firstIndex(of: "\"")
        else { throw Failure("the sign-in page has no token") }
        let mask = page[name.upperBound..<end]
        _ = try shell([
            "curl", "-sf", "-b", jar, "-c", jar, "--data-urlencode", "csrf_token=\(mask)",
            "--data-urlencode", "email=bench@example.com", "--data-urlencode",
            "password=harbour-2026", "\(site)/sign-in",
        ])
        let lines = try String(contentsOfFile: jar, encoding: .utf8).split(separator: "\n")
        return lines.compactMap { line in
            let columns = line.split(separator: "\t")
            return columns.count == 7 ? "\(columns[5])=\(columns[6])" : nil
        }.joined(separator: "; ")
    }

    /// Follows of people who were never here before; one signature serves for all.
    private static func callback(scene: String) throws -> String {
        let timestamp = String(Int(Date().timeIntervalSince1970))
        let nonce = "1402"
        let text = ["BenchmarkToken2026", timestamp, nonce].sorted().joined()
        let signature = try shell(["sh", "-c", "printf %s \(text) | sha1sum"]).prefix(40)
        return """
            local count = 0
            function request()
              count = count + 1
              local openid = string.format("oBench%d%012d", os.time(), count)
              local body = "<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName><FromUserName><![CDATA["
                .. openid .. "]]></FromUserName><CreateTime>\(timestamp)</CreateTime>"
                .. "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe]]></Event>"
                .. "<EventKey><![CDATA[qrscene_\(scene)]]></EventKey></xml>"
              return wrk.format("POST", wrk.path .. "?signature=\(signature)&timestamp=\(timestamp)&nonce=\(nonce)&openid=" .. openid,
                {["Content-Type"] = "text/xml", ["Host"] = "127.0.0.1"}, body)
            end
            """
    }
}
