import Foundation
import HTTP
import TestSupport
import Testing

/// nginx and Caddy in front, with the very configurations that the documents show; only addresses
/// are changed, and TLS is left out.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ProxyTests {
    static let fronts: [(program: Front.Program, document: String)] = [
        (.nginx, "docs/http.md"), (.caddy, "docs/http.md"),
        (.nginx, "README.md"), (.caddy, "README.md"),
    ]

    static func routes(_ gate: Gate) -> [Route] {
        pages + [
            .inline(.get, "/who") { .text("\($0.clientAddress) \($0.isSecure) \($0.authority)") },
            .inline(.get, "/metrics") { _ in .text("secret") },
            .async(.get, "/long") { _ in .bytes(long, type: "application/octet-stream") },
            .async(.get, "/events") { _ in
                .events { events in
                    try await events.send("first")
                    await gate.wait()
                    try await events.send("second")
                }
            },
        ]
    }

    static let spoofs = [
        "", "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n",
        "Forwarded: for=203.0.113.9;proto=https\r\n",
        "Forwarded: for=203.0.113.9\r\nX-Forwarded-For: 203.0.113.9\r\n",
        "X-Forwarded-For: \"\r\n", "X-Forwarded-For: 203.0.113.9\\\r\n",
    ]

    static let long = (0..<1_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

    @Test(arguments: fronts)
    func `the proxies of the documents pass on all that they should`(
        _ program: Front.Program, _ document: String
    ) async throws {
        let gate = Gate()
        let folder = try Folder()
        let isLocal = document != "README.md"
        let proxy = try #require(AddressBlock("127.0.0.1"))
        try await withServer(Self.routes(gate)) {
            if isLocal { $0.address = .unix(path: folder.path + "/http.sock") }
            $0.trustedProxies = isLocal ? [.unixSocket] : [proxy]
            $0.limits.bodyBytesMax = 8 << 20
        } _: { server in
            let front = try await Front(program, document, before: server.address, in: folder)
            defer { front.stop() }
            let client = try Client(front.address)
            for _ in 0..<20 {
                try await client.send("GET /items/%E7%A0%81 HTTP/1.1\r\nHost: a.example\r\n\r\n")
                #expect(try await client.reply().body == "码")
            }
            if isLocal { #expect(server.server.statistics.connectionsAccepted <= 3) }

            // Whom it names and how it came; a client's own word counts for nothing.
            let other = try Client(front.address, from: "127.0.0.2")
            for spoof in Self.spoofs {
                try await other.send("GET /who HTTP/1.1\r\nHost: a.example:8\r\n\(spoof)\r\n")
                #expect(try await other.reply().body == "127.0.0.2 false a.example:8", "\(spoof)")
            }

            // More than the megabyte that nginx takes unless it is told.
            let body = String(repeating: "x", count: 4_000_000)
            try await client.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n\(body)")
            #expect(try await client.reply().body == body)
            try await client.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.reply().bytes == Self.long)
            try await client.send("HEAD /long HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.reply(to: "HEAD")["Content-Length"] == "1500000")
            // The product itself answers `/metrics` to this machine alone.
            if document != "README.md" {
                try await client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.reply().status == 404)
            }

            // An event arrives although the answer is not at its end.
            try await client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
            var seen = ""
            while !seen.contains("first") {
                let more = try await client.bytes(1)
                try #require(!more.isEmpty)
                seen += String(decoding: more, as: UTF8.self)
            }
            gate.open()
            while !seen.contains("second") {
                let more = try await client.bytes(1)
                try #require(!more.isEmpty)
                seen += String(decoding: more, as: UTF8.self)
            }
        }
    }
}

/// A proxy as a process of its own.
struct Front {
    enum Program: String {
        case nginx
        case caddy
    }

    let address: Server.BoundAddress
    private let process = Process()

    init(
        _ program: Program, _ document: String, before backend: Server.BoundAddress,
        in folder: Folder
    ) async throws {
        let port = try await Self.freePort()
        address = Server.BoundAddress(address: .ip(host: "127.0.0.1", port: port))
        let file = folder.path + "/proxy.conf"
        try Self.configuration(program, document, port: port, backend, folder.path)
            .write(toFile: file, atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            switch program {
            case .nginx: ["nginx", "-e", folder.path + "/error.log", "-c", file]
            case .caddy: ["caddy", "run", "--adapter", "caddyfile", "--config", file]
            }
        process.environment = [
            "PATH": "/usr/sbin:/usr/bin:/bin", "HOME": folder.path, "XDG_DATA_HOME": folder.path,
        ]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let deadline = Date(timeIntervalSinceNow: 30)
        while (try? Client(address)) == nil {
            guard process.isRunning, Date() < deadline else {
                throw Client.Failure(
                    description: "\(program) does not listen: \(folder.read("error.log"))")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    private static func configuration(
        _ program: Program, _ document: String, port: Int, _ backend: Server.BoundAddress,
        _ folder: String
    ) throws -> String {
        let mark = program == .nginx ? "proxy_pass" : "reverse_proxy"
        var text = try Documents.block(of: document, holding: mark)
            .replacing("unix:/run/matou/http.sock", with: "\(backend)")
            .replacing("unix//run/matou/http.sock", with: "unix/\(folder)/http.sock")
            .replacing("127.0.0.1:8080", with: "\(backend)")
        guard program == .nginx else {
            text = text.replacing("codes.example.com", with: "http://:\(port)")
            return "{\nadmin off\nauto_https off\n}\n" + text
        }
        text = text.split(separator: "\n").filter { !$0.contains("ssl_") }.joined(separator: "\n")
            .replacing("listen 443 ssl", with: "listen 127.0.0.1:\(port)")
        if !text.contains("server {") {
            text = "server { listen 127.0.0.1:\(port);\n\(text)\n}"
        }
        let scratch = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder)/\($0);"
        }
        return """
            daemon off; pid \(folder)/nginx.pid; error_log \(folder)/error.log;
            \(getuid() == 0 ? "user root;" : "")
            events {}
            http { access_log off; \(scratch.joined(separator: " "))
            \(text)
            }
            """
    }

    /// A port that a server of ours was just given.
    private static func freePort() async throws -> Int {
        let probe = Server(
            configuration: Server.Configuration(.ip(host: "127.0.0.1", port: 0)),
            router: try Router([]))
        defer { Task { await probe.stop(drainingFor: .zero) } }
        return try probe.start().port
    }
}

/// The repository's documents.
enum Documents {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The first fenced block that holds a word.
    static func block(of path: String, holding word: String) throws -> String {
        let pieces = try text(path).components(separatedBy: "\n```")
        let fenced = stride(from: 1, to: pieces.count, by: 2).map { pieces[$0] }
        return try #require(fenced.first { $0.contains(word) })
            .split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).dropFirst()
            .joined()
    }
}
