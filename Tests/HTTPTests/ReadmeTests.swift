import Foundation
import HTTP
import Testing

/// The ten-line server of `Sources/HTTP/README.md` stands here as it stands there.
@Suite(.timeLimit(.minutes(2))) struct ReadmeTests {
    static func tenLines() async throws {
        // From the README:
        let files = try StaticFiles(directory: "static", mount: "/static")
        let router = try Router(
            [
                .inline(.get, "/hello/{name}") { (_, name: String) in .text("Hello, \(name)!\n") },
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
            .inline(.get, "/hello/{name}") { (_, name: String) in .text("Hello, \(name)!\n") },
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

    @Test func `every limit has a row in the document, with its default and its range`() throws {
        let text = try Documents.text("docs/http.md")
        for setting in Limits.settings {
            let value = setting.value(in: Limits()).map(Self.grouped) ?? "by the machine"
            let range =
                "\(Self.grouped(setting.range.lowerBound)) – \(Self.grouped(setting.range.upperBound))"
            #expect(
                text.contains(
                    "| `\(setting.name)` | \(value) | \(setting.unit.rawValue) | \(range) |"),
                "| `\(setting.name)` | \(value) | \(setting.unit.rawValue) | \(range) |")
        }
    }

    @Test func `every limit can be set, within its range`() {
        for setting in Limits.settings {
            var limits = Limits()
            for value in [setting.range.lowerBound, setting.range.upperBound] {
                setting.set(value, in: &limits)
                #expect(setting.value(in: limits) == value, "\(setting.name)")
            }
            setting.set(.max, in: &limits)
            #expect(setting.value(in: limits) == setting.range.upperBound, "\(setting.name)")
            for other in Limits.settings where other.name != setting.name {
                #expect(
                    other.value(in: limits) == other.value(in: Limits()),
                    "\(setting.name) changed \(other.name)")
            }
        }
        let members = Mirror(reflecting: Limits()).children.count
        #expect(Limits.settings.count == members)
    }

    private static func grouped(_ number: Int) -> String {
        var digits = Array(String(number))
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
        return String(digits)
    }
}
