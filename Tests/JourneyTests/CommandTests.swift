import Foundation
import TestSupport
import TestWorld
import Testing

@Suite struct `The commands` {
    /// The program's end and all that it wrote.
    private func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> (status: Int32?, written: String) {
        let process = try BackgroundProcess(
            RunningMatou.program, arguments, environment: environment)
        #expect(await eventually(within: .seconds(30)) { process.status != nil })
        #expect(await eventually { process.written.hasSuffix("\n") })
        return (process.status, process.written)
    }

    @Test(arguments: [
        ["serve", "--no-such-flag"], ["token", "add"], ["no-such-command"], ["qr", ""], ["qr"],
        ["user", "add", "lin@example.com", "--role", "king"], ["serve", "--port", "high"],
        ["serve", "--port", "99999"], ["serve", "--log-level", "loud"],
        ["serve", "--public-url", "codes.example.com"], ["serve", "--trusted-proxies", "me"],
        ["serve", "--database", "postgres://a"], ["mock", "--port", "99999"],
    ])
    func `wrong usage is one line and the status 64`(arguments: [String]) async throws {
        let end = try await run(arguments)
        #expect(end.status == 64)
        #expect(end.written.hasPrefix("matou: "))
        #expect(end.written.count { $0 == "\n" } == 1, "\(end.written)")
    }

    @Test(arguments: [
        (["--mask", "9"], "--mask is 9, but must be 0 to 7"),
        (["--min-version", "9", "--max-version", "3"], "--max-version is 3, but must be 9 to 40"),
        (["--size", "30"], "--size is 30, but must be at least 41 for this text in these looks"),
        (["--size", "0"], "--size is 0, but must be 21 to 20000"),
        (["--output", "x.pdf"], "--output ends in .pdf, but must in .png, .svg or .txt"),
        (["--foreground", "green"], "--foreground is green, but must be six hexadecimal digits"),
        (["--modules", "cat"], "'cat' is invalid for '--modules"),
        (["--logo-size", "9"], "--logo-size needs --logo"),
        (["--print", "9"], "--print is 9, but must be 8, 12, 15, 30 or 50"),
        (["--print", "8", "--size", "900"], "--print takes the place of --size"),
        (["--kanji", "--eci"], "--kanji does not go with --eci"),
        (["--kanji", "--binary"], "--kanji is for a text"),
        (["--eci", "--binary"], "--eci declares the text to be UTF-8"),
        (["--mask", "-1"], "--mask is -1, but must be 0 to 7"),
        (["--mask", "2.5"], "--mask is 2.5, but must be 0 to 7"),
        (["--min-version", "x"], "--min-version is x, but must be 1 to 40"),
        (["--size", "abc"], "--size is abc, but must be 21 to 20000"),
        (["--print", "8cm"], "--print is 8cm, but must be 8, 12, 15, 30 or 50"),
        (["--quiet-zone", "-1"], "--quiet-zone is -1, but must be 0 to 64"),
        (["--quiet-zone", "1", "--modules", "dot"], "--quiet-zone is 1, but must be 2 to 64"),
        (["--format", "text", "--eyes", "circle"], "--format text has no colours, shapes or logo"),
    ])
    func `a flag that cannot be is named, with what it takes`(
        flags: [String], words: String
    ) async throws {
        let end = try await run(["qr", "http://weixin.qq.com/q/02AbcDefGhiJkLmnoPqrSt"] + flags)
        #expect(end.status == 64)
        #expect(end.written.contains(words), "\(end.written)")
    }

    @Test(arguments: [8, 12, 15, 30, 50])
    func `a width on paper is a picture of 300 dots an inch`(centimetres: Int) async throws {
        let folder = try TemporaryDirectory()
        let file = folder.path + "/code.png"
        let end = try await finish([
            "qr", "wharf", "--print", "\(centimetres)", "--output", file,
        ])
        #expect(end == 0)
        let png = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        let width = png[16..<20].reduce(0) { $0 << 8 | Int($1) }
        #expect(abs(width - centimetres * 30_000 / 254) <= 1)
        // 11,811 dots a metre, both ways (PNG, third edition, 11.3.4.3).
        let density: [UInt8] = [0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1]
        #expect(Data(png).range(of: Data(Array("pHYs".utf8) + density)) != nil)
    }

    @Test func `a code that was drawn is read`() async throws {
        let folder = try TemporaryDirectory()
        let file = folder.path + "/code.png"
        let drawn = ["qr", "码头 wharf", "--ecc", "Q", "--mask", "3", "--output", file]
        #expect(try await finish(drawn) == 0)
        let read = try await run(["read", file])
        #expect(read.status == 0)
        #expect(read.written.hasPrefix("码头 wharf\nversion 2, level Q, mask 3\n"))
        #expect(read.written.hasSuffix("0 of 11 codewords corrected\nreserve left: 100 %\n"))

        let words = folder.path + "/words.png"
        try Data("words".utf8).write(to: URL(filePath: words))
        let refused = try await run(["read", words])
        #expect(refused.status == 1)
        #expect(refused.written == "matou: this is neither a PNG nor a JPEG picture\n")
    }

    @Test(arguments: [
        ("part-1-of-2.png", ["matou: this is part 1 of 2 of a longer text\n", "wharf, pi"]),
        (
            "undeclared-latin1.png",
            ["matou: the code does not say what its text is; read as ISO 8859-1\n", "café\n"]
        ),
        ("bytes.png", ["6 bytes that are no text; --raw writes them\n"]),
    ])
    func `what a code does not say of its text is told`(picture: String, words: [String])
        async throws
    {
        let end = try await run(["read", ProjectFolder.root + "/Tests/Goldens/codes/" + picture])
        #expect(end.status == 0)
        for words in words { #expect(end.written.contains(words), "\(end.written)") }
    }

    @Test func `looks that would not be read come with the flags of those that would`() async throws
    {
        let folder = try TemporaryDirectory()
        let text = "http://weixin.qq.com/q/02AbcDefGhiJkLmnoPqrSt"
        let file = ["--output", folder.path + "/code.png"]
        let light = try await run(["qr", text, "--foreground", "#c0e0c0"] + file)
        #expect(light.status == 1)
        #expect(light.written.contains("the contrast of modules and ground is too low"))
        let flags = try #require(light.written.split(separator: "this would pass: ").last)
            .split(whereSeparator: \.isWhitespace).map { String($0.replacing("'", with: "")) }
        let end = try await finish(["qr", text, "--foreground", "#c0e0c0"] + file + flags)
        #expect(end == 0)
        let code = try await run(["qr", text, "--logo", folder.path + "/code.png"])
        #expect(code.status == 1 && code.written.contains("this is a QR code itself"))
        let directory = try await run(["qr", text, "--logo", folder.path])
        #expect(directory.written.hasSuffix("cannot be read: Is a directory\n"))
    }

    @Test func `a flag of a picture may be a setting as well, and wins over it`() async throws {
        let folder = try TemporaryDirectory()
        let (config, picture) = (folder.path + "/matou.json", folder.path + "/code.svg")
        let json = Data(##"{"foreground": "#07305f", "eyes": "circle", "boost": true}"##.utf8)
        try json.write(to: URL(fileURLWithPath: config))
        let environment = [
            "MATOU_CONFIG": config, "MATOU_OUTPUT": picture, "MATOU_EYES": "rounded",
        ]
        #expect(try await finish(["qr", "wharf", "--foreground=#5f0730"], environment) == 0)
        let svg = try String(contentsOfFile: picture, encoding: .utf8)
        #expect(svg.contains("#5f0730") && svg.contains("evenodd"))

        #expect(try await finish(["qr", "wharf"], ["MATOU_MASK": "9"]) == 64)
        try Data(#"{"colour": 1}"#.utf8).write(to: URL(fileURLWithPath: config))
        #expect(try await finish(["qr", "wharf", "--config", config], [:]) == 78)
    }

    /// The status of a program.
    private func finish(
        _ arguments: [String], _ environment: [String: String] = [:]
    ) async throws -> Int32? {
        let process = try BackgroundProcess(
            RunningMatou.program, arguments, environment: environment)
        #expect(await eventually(within: .seconds(30)) { process.status != nil })
        return process.status
    }

    @Test func `a setting that is wrong is told before anything is made`() async throws {
        let folder = try TemporaryDirectory()
        let data = folder.path + "/data"
        #expect(try await run(["serve", "--port", "99999", "--data", data]).status == 64)
        let matou = try BackgroundProcess(
            RunningMatou.program, ["serve", "--data", data],
            environment: ["MATOU_PORT": "99999"])
        #expect(await eventually(within: .seconds(30)) { matou.status == 78 })
        #expect(!FileManager.default.fileExists(atPath: data))

        let running = try await RunningMatou([])
        for (flags, status, words) in [
            (["--wechat-api-url", "foo"], Int32(64), "is not a base URL"),
            (["--host", "300.1.1.1"], 64, "host is 300.1.1.1"),
            (["--port", String(running.port)], 78, "Give another --host and --port"),
            (
                ["--port", "0", "--mock-gateway", "--mock-port", String(running.port)], 78,
                "--mock-port"
            ),
        ] {
            let end = try await run(["serve", "--data", data] + flags)
            #expect(end.status == status && end.written.contains(words), "\(end.written)")
            #expect(!FileManager.default.fileExists(atPath: data))
        }
        for arguments in [
            ["user", "add", "bad", "--password", "harbour-2026"],
            ["user", "add", "lin@example.com", "--password", "short"],
        ] {
            #expect(try await run(arguments + ["--data", data]).status == 64)
            #expect(!FileManager.default.fileExists(atPath: data))
        }
        running.process.stop()
    }

    @Test func `an empty variable is one that is not set`() async throws {
        let matou = try await RunningMatou(
            [], environment: ["MATOU_LOG_LEVEL": "", "MATOU_HOST": ""])
        #expect(try await metrics(of: matou) == 200)
    }

    @Test func `help is help`() async throws {
        for arguments in [["--help"], ["help", "serve"], ["serve", "--help"]] {
            let end = try await run(arguments)
            #expect(end.status == 0)
            #expect(end.written.contains("USAGE"))
        }
    }

    @Test(arguments: [["user", "list"], ["token", "list"], ["token", "add", "name"]])
    func `nothing is made in a folder without a store`(arguments: [String]) async throws {
        let folder = try TemporaryDirectory()
        let end = try await run(arguments + ["--data", folder.path + "/data"])
        #expect(end.status == 78)
        #expect(end.written.contains("there is no store") && end.written.contains("--data"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/data"))
    }

    @Test func `a data folder is closed to others, unless it is not ours`() async throws {
        let folder = try TemporaryDirectory()
        let open: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
        try FileManager.default.setAttributes(open, ofItemAtPath: folder.path)
        let add = [
            "user", "add", "lin@example.com", "--password", "harbour-2026", "--data", folder.path,
        ]
        #expect(try await run(add).status == 0)
        #expect(try rights(of: folder) == 0o700)

        try FileManager.default.setAttributes(open, ofItemAtPath: folder.path)
        #expect(try await run(["user", "list", "--data", folder.path]).status == 0)
        #expect(try rights(of: folder) == 0o700)

        let other = try TemporaryDirectory()
        try FileManager.default.setAttributes(open, ofItemAtPath: other.path)
        try Data().write(to: URL(fileURLWithPath: other.path + "/something"))
        let refused = try await run(
            ["user", "add", "lin@example.com", "--password", "harbour-2026", "--data", other.path])
        #expect(refused.status == 78)
        #expect(refused.written.contains("chmod 700"))
        #expect(try rights(of: other) == 0o755)
    }

    @Test func `a refusal says what to do`() async throws {
        let folder = try TemporaryDirectory()
        let data = ["--data", folder.path + "/data"]
        let short = try await run(["user", "add", "lin@example.com", "--password", "a"] + data)
        #expect(short.status == 64)
        #expect(short.written.contains("the password is too short; give at least"))
        #expect(
            try await run(["user", "add", "lin@example.com", "--password", "harbour-2026"] + data)
                .status == 0)
        let last = try await run(["user", "remove", "lin@example.com"] + data)
        #expect(last.status == 1)
        #expect(last.written.contains("add another first"))
    }

    @Test func `a forgotten password is replaced by the operator`() async throws {
        let server = try await RunningMatou(["--demo"])
        let person = try #require(server.signIn)
        _ = try await server.command([
            "user", "password", person.email, "--password", "harbour-2028",
        ])
        let browser = try await Browser()
        try await browser.open(server.url)
        for (password, isIn) in [(person.password, false), ("harbour-2028", true)] {
            try await browser.type(person.email, into: "#email")
            try await browser.type(password, into: "#password")
            try await browser.click("form button.btn-main")
            #expect(await browser.has(".shell") == isIn)
        }
        await browser.close()
        let unknown = try await run([
            "user", "password", "nobody@example.com", "--password", "harbour-2028", "--data",
            server.folder.path + "/data",
        ])
        #expect(unknown.status == 1)
        server.process.stop()
        let again = try await RunningMatou(["--demo"], after: server)
        #expect(again.process.written.contains("and the password that you chose"))
        again.process.stop()
    }

    @Test func `a second workspace has people, tokens and days of its own`() async throws {
        let folder = try TemporaryDirectory()
        let data = ["--data", folder.path + "/data"]
        func matou(_ arguments: String...) async throws -> String {
            try await BackgroundProcess.run(RunningMatou.program, arguments + data)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        _ = try await matou(
            "user", "add", "lin@example.com", "--password", "harbour-2026", "--workspace", "码头")
        let id = try await matou("workspace", "add", "Wharf", "--time-zone", "Europe/Berlin")
        #expect(try await matou("workspace", "list").contains("\(id)\tEurope/Berlin\tWharf"))
        _ = try await matou(
            "user", "add", "zhou@example.com", "--role", "owner", "--password", "harbour-2026",
            "--workspace", "Wharf")
        #expect(try await matou("user", "list", "--workspace", id).hasPrefix("zhou@"))
        #expect(try await matou("user", "list").hasPrefix("lin@"))
        _ = try await matou("token", "add", "CI", "--days", "7", "--workspace", id)
        #expect(try await matou("token", "list") == "")
        let unknown = try await run(["user", "list", "--workspace", "Nowhere"] + data)
        #expect(unknown.status == 1)
        let zone = try await run(["workspace", "add", "Mars", "--time-zone", "Mars/Base"] + data)
        #expect(zone.status == 64)
        _ = try await matou("workspace", "time-zone", "America/New_York", "--workspace", id)
        #expect(try await matou("workspace", "list").contains("\(id)\tAmerica/New_York\tWharf"))
        _ = try await matou("rebuild")
    }

    @Test func `an operator's flag may be a variable as well`() async throws {
        let folder = try TemporaryDirectory()
        let environment = [
            "MATOU_DATA": folder.path + "/data", "MATOU_PASSWORD": "harbour-2026",
            "MATOU_ROLE": "viewer", "MATOU_CONFIG": "",
        ]
        #expect(try await finish(["user", "add", "lin@example.com"], environment) == 0)
        #expect(try await finish(["token", "add", "CI"], environment) == 0)
        let list = try BackgroundProcess(
            RunningMatou.program, ["token", "list"], environment: environment)
        #expect(await eventually(within: .seconds(30)) { list.status == 0 })
        #expect(list.written.contains("\tviewer\tvalid\tCI"))
        #expect(
            try await finish(
                ["token", "add", "CI"], environment.merging(["MATOU_ROLE": "king"]) { $1 }) == 64)
    }

    @Test(arguments: [
        "codes.example.com", "https://codes.example.com/matou", "https://codes.example.com/?a",
        "ftp://codes.example.com",
    ])
    func `a public URL is a scheme and a host`(url: String) async throws {
        let folder = try TemporaryDirectory()
        let end = try await run(["serve", "--public-url", url, "--data", folder.path + "/data"])
        #expect(end.status == 64)
        #expect(end.written.contains("public-url is \(url)"))
        #expect(end.written.contains("without a path, such as"))
    }

    @Test func `a person is asked for a password that nobody sees`() async throws {
        let folder = try TemporaryDirectory()
        let screen = try await BackgroundProcess.run(
            "python3",
            [
                "-c", Self.terminal, RunningMatou.program, "user", "add", "lin@example.com",
                "--data", folder.path + "/data",
            ])
        #expect(screen.contains("Password for lin@example.com: "))
        #expect(screen.contains("lin@example.com\towner"))
        #expect(!screen.contains("harbour-2026"))
    }

    /// Runs a program at a terminal of its own, answers its question, and prints what was seen.
    private static let terminal = """
        import os, pty, sys
        child, terminal = pty.fork()
        if child == 0:
            os.execv(sys.argv[1], sys.argv[1:])
        seen = b""
        while b"Password" not in seen:
            seen += os.read(terminal, 1000)
        os.write(terminal, b"harbour-2026\\n")
        while True:
            try: more = os.read(terminal, 1000)
            except OSError: break
            if not more: break
            seen += more
        sys.stdout.write(seen.decode())
        """

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
        let second = try await run([
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
        let refused = try await run(list)
        #expect(refused.status == 78)
        #expect(refused.written.contains("the tables are older than this program"))
        #expect(refused.written.contains("restart that one with this version first"))
        server.process.stop()
        #expect(try await finish(list) == 0)
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

    @Test func `a stranger's code does not steer the terminal that reads it`() async throws {
        let folder = try TemporaryDirectory()
        let file = folder.path + "/code.png"
        #expect(try await finish(["qr", "red \u{1b}[31m", "--output", file]) == 0)
        let read = try await run(["read", file])
        #expect(read.written.contains(#"red \u{1b}[31m"#) && !read.written.contains("\u{1b}"))
        try Data().write(to: URL(fileURLWithPath: folder.path + "/empty"))
        let empty = try await run(["qr", "--input", folder.path + "/empty"])
        #expect(empty.status == 1 && empty.written.contains("the input is empty"))
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
            let refused = try await run(
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

    @Test func `rebuilding asks for the server to be stopped`() async throws {
        let matou = try await RunningMatou([])
        let refused = try await run(["rebuild", "--data", matou.folder.path + "/data"])
        #expect(refused.status == 78 && refused.written.contains("stop it"))
    }

    @Test func `every metric is in the operator's document, and no other`() async throws {
        let matou = try await RunningMatou([])
        let answer = try await PlainHTTP.send("GET", port: matou.port, path: "/metrics")
        let given = answer.text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
            .compactMap { $0.split(separator: " ").dropFirst(2).first.map(String.init) }
        let document = try String(contentsOfFile: "docs/operations.md", encoding: .utf8)
        let told = document.matches(of: /`(matou_[a-z_]+)(?:\{[a-z]+\})?`/).map { String($0.1) }
        #expect(!given.isEmpty && given.sorted() == told.sorted())
    }

    private func metrics(
        of matou: RunningMatou, _ headers: [(String, String)] = []
    ) async throws -> Int {
        try await PlainHTTP.send("GET", port: matou.port, path: "/metrics", headers: headers).status
    }

    private func rights(of folder: TemporaryDirectory) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }
}
