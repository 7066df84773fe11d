import Foundation
import TestSupport
import TestWorld
import Testing

@Suite struct `The command that serves` {
    @Test func `port 0 is told as the port that was found`() async throws {
        let folder = try TemporaryDirectory()
        let process = try BackgroundProcess(
            RunningMatou.program, ["serve", "--port", "0", "--data", folder.path + "/data"])
        defer { process.stop() }
        #expect(await eventually { process.written.contains("first start") }, "\(process.written)")
        let match = process.written.firstMatch(of: /is at http:\/\/127\.0\.0\.1:(\d+)/)
        let port = try #require(match.flatMap { Int($0.1) })
        #expect(try await PlainHTTP.send("GET", port: port, path: "/healthz").status == 200)
    }

    @Test func `a demo behind a public URL fills itself without it`() async throws {
        let matou = try await RunningMatou(["--demo", "--public-url", "https://codes.invalid"])
        #expect(matou.process.written.contains("is at https://codes.invalid"))
        let accounts = try await matou.mock("GET", "/accounts").object()["data"] as? [[String: Any]]
        let callback = accounts?.first?["callback_url"] as? String
        #expect(callback?.hasPrefix(matou.url) == true, "\(callback ?? "none")")
        let deliveries = try await matou.mock("GET", "/callbacks?limit=1000").object()["data"]
        let outcomes = (deliveries as? [[String: Any]])?.compactMap { $0["outcome"] as? String }
        #expect(outcomes?.isEmpty == false)
        #expect(outcomes?.allSatisfy { $0 == "accepted" } == true)
    }

    @Test func `a second server is kept off the database, wherever its own folder is`() async throws
    {
        let first = try await RunningMatou([])
        let other = try TemporaryDirectory()
        let second = try await RunningMatou.run([
            "serve", "--port", "0", "--data", other.path + "/data", "--database",
            "sqlite:" + first.folder.path + "/data/matou.db",
        ])
        #expect(second.status == 78)
        #expect(second.written.contains("another matou serves the database"))
    }

    @Test func `a newer program does not change the tables under a server`() async throws {
        let server = try await RunningMatou([])
        let newer = try TemporaryDirectory()
        let resources = newer.path + "/Resources"
        try FileManager.default.copyItem(atPath: ProjectFolder.resources, toPath: resources)
        try Data("CREATE TABLE later (id TEXT NOT NULL) {END};".utf8)
            .write(to: URL(fileURLWithPath: resources + "/migrations/9999-later.sql"))
        let list = [
            "user", "list", "--data", server.folder.path + "/data", "--resources", resources,
        ]
        let refused = try await RunningMatou.run(list)
        #expect(refused.status == 78)
        #expect(refused.written.contains("the tables are older than this program"))
        #expect(refused.written.contains("restart that one with this version first"))
        server.process.stop()
        #expect(try await RunningMatou.finish(list) == 0)
    }

    @Test func `metrics are shown to this machine, or for the token that was set`() async throws {
        let open = try await RunningMatou([])
        #expect(try await metrics(of: open) == 200)
        #expect(try await metrics(of: open, [("X-Forwarded-For", "192.0.2.1")]) == 404)
        let guarded = try await RunningMatou([], environment: ["MATOU_METRICS_TOKEN": "harbour"])
        #expect(try await metrics(of: guarded) == 404)
        #expect(try await metrics(of: guarded, [("Authorization", "Bearer harbor")]) == 404)
        #expect(try await metrics(of: guarded, [("Authorization", "Bearer harbour")]) == 200)
    }

    @Test func `an empty variable is one that is not set`() async throws {
        let matou = try await RunningMatou(
            [], environment: ["MATOU_LOG_LEVEL": "", "MATOU_HOST": ""])
        #expect(try await metrics(of: matou) == 200)
    }

    @Test func `the limits of the server come from the environment, else from the file`()
        async throws
    {
        let folder = try TemporaryDirectory()
        let file = folder.path + "/matou.json"
        try Data(#"{"http-target-bytes": 300, "http-header-count": 20}"#.utf8)
            .write(to: URL(fileURLWithPath: file))
        let matou = try await RunningMatou(
            ["--config", file], environment: ["MATOU_HTTP_TARGET_BYTES": "400"])
        func status(_ length: Int, headers: Int = 0) async throws -> Int {
            try await PlainHTTP.send(
                "GET", port: matou.port,
                path: "/healthz?" + String(repeating: "x", count: length - 9),
                headers: (0..<headers).map { ("X-\($0)", "1") }
            ).status
        }
        #expect(try await status(390) == 200)
        #expect(try await status(410) == 414)
        #expect(try await status(100, headers: 30) == 431)
        for wrong in ["abc", "5"] {
            let refused = try await RunningMatou.run(
                ["serve", "--data", folder.path + "/data"],
                environment: ["MATOU_HTTP_TARGET_BYTES": wrong])
            #expect(refused.status == 78 && refused.written.contains("http-target-bytes"))
        }
    }

    @Test func `a callback of more than 64 KiB is not read`() async throws {
        let matou = try await RunningMatou([])
        let body = [UInt8](repeating: 0x20, count: (64 << 10) + 1)
        let answer = try await PlainHTTP.send(
            "POST", port: matou.port, path: "/callbacks/wechat/wx0000000000000000", body: body)
        #expect(answer.status == 413)
    }

    @Test(arguments: [
        "codes.example.com", "https://codes.example.com/matou", "https://codes.example.com/?a",
        "ftp://codes.example.com",
    ])
    func `a public URL is a scheme and a host`(url: String) async throws {
        let folder = try TemporaryDirectory()
        let end = try await RunningMatou.run([
            "serve", "--public-url", url, "--data", folder.path + "/data",
        ])
        #expect(end.status == 64)
        #expect(end.written.contains("public-url is \(url)"))
        #expect(end.written.contains("without a path, such as"))
    }

    @Test func `every metric is in the operator's document, and no other`() async throws {
        let matou = try await RunningMatou([])
        let answer = try await PlainHTTP.send("GET", port: matou.port, path: "/metrics")
        let given = answer.text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
            .compactMap { $0.split(separator: " ").dropFirst(2).first.map(String.init) }
        let document = try String(
            contentsOfFile: ProjectFolder.root + "/docs/operations.md", encoding: .utf8)
        let told = document.matches(of: /`(matou_[a-z_]+)(?:\{[a-z]+\})?`/).map { String($0.1) }
        #expect(!given.isEmpty && given.sorted() == told.sorted())
    }

    private func metrics(
        of matou: RunningMatou, _ headers: [(String, String)] = []
    ) async throws -> Int {
        try await PlainHTTP.send("GET", port: matou.port, path: "/metrics", headers: headers).status
    }
}
