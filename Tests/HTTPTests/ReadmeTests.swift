import Foundation
import HTTP
import Testing

/// The ten-line server of `Sources/HTTP/README.md` stands here as it stands there.
@Suite struct ReadmeTests {
    static func tenLines() async throws {
        // From the README:
        let files = try StaticFiles(directory: "static", mount: "/static")
        let router = try Router(
            [
                .inline(.get, "/hello/{name}") { .text("Hello, \($0.parameter("name"))!\n") },
                .async(.post, "/sum") {
                    .text("\(try $0.form().all("n").compactMap { Int($0) }.reduce(0, +))\n")
                },
            ] + files.routes)
        let server = Server(
            configuration: .init(.ip(host: "127.0.0.1", port: 8080)), router: router)
        print("listening on \(try server.start())")
        await ShutdownSignal.wait()
        await server.stop(drainingFor: .seconds(10))
        // To here.
    }

    @Test func `the README's server is the one that was compiled here`() throws {
        let shown = try Documents.block(of: "Sources/HTTP/README.md", holding: "import HTTP")
        let own = try Documents.text("Tests/HTTPTests/ReadmeTests.swift")
        func words(_ text: Substring) -> String { text.filter { !$0.isWhitespace } }
        let start = try #require(own.range(of: "// From the README:")).upperBound
        let end = try #require(own.range(of: "// To here.")).lowerBound
        #expect(words(shown.dropFirst("import HTTP".count)) == words(own[start..<end]))
    }

    @Test func `the README's routes do what they say`() async throws {
        let routes: [Route] = [
            .inline(.get, "/hello/{name}") { .text("Hello, \($0.parameter("name"))!\n") },
            .async(.post, "/sum") {
                .text("\(try $0.form().all("n").compactMap { Int($0) }.reduce(0, +))\n")
            },
        ]
        try await withServer(routes) { server in
            #expect(try await server.get("/hello/Ming").body == "Hello, Ming!\n")
            let sum = try await server.reply(
                to:
                    "POST /sum HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 11\r\n\r\nn=1&n=2&n=3",
                method: "POST")
            #expect(sum.body == "6\n")
        }
    }

    @Test func `every limit's default is the one that the document names`() throws {
        let limits = Limits()
        let text = try Documents.text("docs/http.md").replacing("\n", with: " ")
        for words in [
            "head \(limits.headBytesMax >> 10) KiB", "target \(limits.targetBytesMax >> 10) KiB",
            "\(limits.headerCountMax) fields", "body \(limits.bodyBytesMax >> 20) MiB",
            "head \(limits.headTimeout.components.seconds) s from its first byte",
            "body \(limits.bodyTimeout.components.seconds) s between arrivals",
            "\(limits.receiveRateMin) bytes a second",
            "idle \(limits.idleTimeout.components.seconds) s",
            "\(limits.writeTimeout.components.seconds) s without progress in sending",
            "\(limits.connectionsPerAddressMax) of them for one address",
            "\(limits.requestsPerConnectionMax / 1000),000 requests for one connection",
            "\(limits.bufferedOutputBytesMax >> 10) KiB of unsent output",
            "1,024 handlers at work",
        ] {
            #expect(text.contains(words), "\(words)")
        }
        #expect(limits.pendingHandlersMax == 1024)
    }
}
