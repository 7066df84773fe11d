import Foundation
import Glibc
import HTTP
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct StaticFilesTests {
    static let css = String(repeating: ".a { color: red }\n", count: 100)

    /// A folder with a few files, gone at the end.
    static func withFiles(_ body: (StaticFiles, RunningServer) async throws -> Void) async throws {
        let folder = try Folder()
        try folder.write("app.css", Array(css.utf8))
        try folder.write("pictures/沙 .png", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
        try folder.write("big.bin", [UInt8](repeating: 9, count: 2_000_000))
        try folder.write(".hidden", [1])
        let files = try StaticFiles(directory: folder.path, mount: "/static/")
        try await withServer(files.routes) { try await body(files, $0) }
    }

    @Test func `a file is served with its type and validators`() async throws {
        try await Self.withFiles { files, server in
            let reply = try await server.get("/static/app.css")
            #expect(reply.status == 200)
            #expect(reply.body == Self.css)
            #expect(reply["Content-Type"] == "text/css; charset=utf-8")
            #expect(reply["ETag"]?.hasPrefix("\"") == true)
            #expect(reply["Last-Modified"].flatMap { HTTPDate.parse($0) } != nil)
            #expect(reply["X-Content-Type-Options"] == "nosniff")
            #expect(reply["Cache-Control"] == "no-cache")
            let picture = try await server.get("/static/pictures/%E6%B2%99%20.png")
            #expect(picture.bytes == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
            #expect(picture["Content-Type"] == "image/png")
        }
    }

    @Test func `a versioned address may be kept for ever and a wrong version may not`() async throws
    {
        try await Self.withFiles { files, server in
            let url = files.url(for: "app.css")
            #expect(url.hasPrefix("/static/app.css?v="))
            let current = try await server.get(url)
            #expect(current["Cache-Control"] == "public, max-age=31536000, immutable")
            let old = try await server.get("/static/app.css?v=old")
            #expect(old["Cache-Control"] == "no-cache")
            #expect(
                files.url(for: "pictures/沙 .png").hasPrefix("/static/pictures/%E6%B2%99%20.png?v="))
        }
    }

    @Test func `an escaped slash ends no segment`() async throws {
        try await Self.withFiles { files, server in
            for path in [
                "/static%2Fapp.css", "/static%2fapp.css", "/static/pictures%2F%E6%B2%99%20.png",
            ] {
                let reply = try await server.get(path)
                #expect(reply.status == 404, "\(path)")
            }
            let page = try await server.get("/static/app.css?next=%2Fx")
            #expect(page.status == 200)
        }
    }

    @Test func `a file that shrinks while it is sent ends the connection, not the server`()
        async throws
    {
        let folder = try Folder()
        try folder.write("big.bin", [9])
        let path = folder.path + "/big.bin"
        // More than the kernel takes at once.
        let length = 256 << 20
        truncate(path, length)
        let routes: [Route] = [
            .inline(.get, "/big") { _ in
                Response(.ok, body: .file(path: path, offset: 0, length: length))
            }
        ]
        try await withServer(routes) { server in
            let client = try Client(server.address, receiveBuffer: 4096)
            try await client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await client.bytes(1000)
            truncate(path, 1000)
            let rest = (try? await client.bytes(length)) ?? []
            #expect(rest.count < length - 1000)
            #expect(try await eventually { server.server.statistics.connectionsOpen == 0 })
            let reply = try await server.get("/nowhere")
            #expect(reply.status == 404)
        }
    }

    @Test func `nothing but the listed files is served`() async throws {
        try await Self.withFiles { files, server in
            for path in [
                "/static/", "/static", "/static/.hidden", "/static/app.css/", "/static//app.css",
                "/static/pictures",
                "/static/nothing.css", "/etc/passwd",
            ] {
                let reply = try await server.get(path)
                #expect(reply.status == 404, "\(path)")
            }
            for path in [
                "/static/../etc/passwd", "/static/%2e%2e/x", "/static/app.css%00.png",
                "/static/..%5cx",
            ] {
                let reply = try await server.get(path)
                #expect(reply.status == 400, "\(path)")
            }
        }
    }

    @Test func `a cached copy is confirmed`() async throws {
        try await Self.withFiles { files, server in
            let whole = try await server.get("/static/app.css")
            let tag = try #require(whole["ETag"])
            let date = try #require(whole["Last-Modified"])
            for condition in [
                "If-None-Match: \(tag)", "If-None-Match: W/\(tag)", "If-None-Match: *",
                "If-None-Match: \"a,b\", \(tag)",
                "If-Modified-Since: \(date)",
            ] {
                let reply = try await server.get("/static/app.css", condition + "\r\n")
                #expect(reply.status == 304, "\(condition)")
                #expect(reply["ETag"] == tag)
                #expect(reply["Content-Length"] == nil)
            }
            for condition in [
                "If-None-Match: \"old\"", "If-None-Match: \"old\"\r\nIf-Modified-Since: \(date)",
                "If-Modified-Since: yesterday",
                "If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT", "If-Match: \(tag)",
                "If-Match: *",
                "If-Unmodified-Since: \(date)",
            ] {
                let reply = try await server.get("/static/app.css", condition + "\r\n")
                #expect(reply.status == 200, "\(condition)")
            }
            for condition in [
                "If-Match: \"old\"", "If-Match: W/\(tag)",
                "If-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT",
            ] {
                let reply = try await server.get("/static/app.css", condition + "\r\n")
                #expect(reply.status == 412, "\(condition)")
            }
        }
    }

    @Test(arguments: [
        ("bytes=0-0", 0..<1), ("bytes=-5", 1795..<1800), ("bytes=1790-", 1790..<1800),
        ("bytes=10-99999", 10..<1800),
        ("bytes=-99999", 0..<1800), ("BYTES=0-0", 0..<1),
        ("bytes=0-999999999999999999999999999999", 0..<1800),
    ])
    func `a part is served`(_ range: String, _ bytes: Range<Int>) async throws {
        try await Self.withFiles { files, server in
            let reply = try await server.get("/static/app.css", "Range: \(range)\r\n")
            #expect(reply.status == 206)
            #expect(
                reply["Content-Range"] == "bytes \(bytes.lowerBound)-\(bytes.upperBound - 1)/1800")
            #expect(reply.bytes == Array(Array(Self.css.utf8)[bytes]))
        }
    }

    @Test(arguments: [
        "bytes=a-b", "bytes=5-2", "lines=0-1", "bytes=", "bytes=-", "bytes=0-1-2", "bytes=+0-1",
        "bytes=0-0,2-2",
    ])
    func `a range that means nothing or several is ignored`(_ range: String) async throws {
        try await Self.withFiles { files, server in
            let reply = try await server.get("/static/app.css", "Range: \(range)\r\n")
            #expect(reply.status == 200)
            #expect(reply.body == Self.css)
        }
    }

    @Test func `a range beyond the end or of another version is not served`() async throws {
        try await Self.withFiles { files, server in
            let beyond = try await server.get("/static/app.css", "Range: bytes=1800-\r\n")
            #expect(beyond.status == 416)
            #expect(beyond["Content-Range"] == "bytes */1800")
            let tag = try #require(try await server.get("/static/app.css")["ETag"])
            let same = try await server.get(
                "/static/app.css", "Range: bytes=0-0\r\nIf-Range: \(tag)\r\n")
            #expect(same.status == 206)
            let other = try await server.get(
                "/static/app.css", "Range: bytes=0-0\r\nIf-Range: \"old\"\r\n")
            #expect(other.status == 200)
        }
    }

    @Test func `text goes out compressed with a tag of its own`() async throws {
        try await Self.withFiles { files, server in
            let plain = try await server.get("/static/app.css")
            let small = try await server.get("/static/app.css", "Accept-Encoding: gzip\r\n")
            #expect(small["Content-Encoding"] == "gzip")
            #expect(small["Vary"] == "Accept-Encoding")
            #expect(small["ETag"] != plain["ETag"])
            #expect(small.bytes.count < plain.bytes.count / 4)
            let picture = try await server.get(
                "/static/pictures/%E6%B2%99%20.png", "Accept-Encoding: gzip\r\n")
            #expect(picture["Content-Encoding"] == nil)
        }
    }

    @Test func `bytes that stay the same are served as a file is`() async throws {
        let text = String(repeating: #"{"name":"Matou"}"#, count: 100)
        let routes: [Route] = [
            .constant("/document", Array(text.utf8), type: "application/json")
        ]
        try await withServer(routes) { server in
            let whole = try await server.get("/document")
            #expect(whole.body == text)
            #expect(whole["Content-Type"] == "application/json")
            #expect(whole["Cache-Control"] == "no-cache")
            let small = try await server.get("/document", "Accept-Encoding: gzip\r\n")
            #expect(small["Content-Encoding"] == "gzip")
            let tag = try #require(small["ETag"])
            let known = try await server.get(
                "/document", "Accept-Encoding: gzip\r\nIf-None-Match: \(tag)\r\n")
            #expect(known.status == 304)
        }
    }

    @Test func `a big file is sent from where it lies`() async throws {
        try await Self.withFiles { files, server in
            let client = try Client(server.address, receiveBuffer: 8192)
            for _ in 0..<2 {
                try await client.send("GET /static/big.bin HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.reply().bytes == [UInt8](repeating: 9, count: 2_000_000))
            }
            let part = try await server.get("/static/big.bin", "Range: bytes=1000000-1000009\r\n")
            #expect(part.bytes == [UInt8](repeating: 9, count: 10))
        }
    }

    @Test func `a folder that is not there is named in the error`() {
        #expect(throws: FileError.self) {
            try StaticFiles(directory: "/nonexistent", mount: "/static")
        }
    }
}

/// A temporary folder.
final class Folder {
    let path: String

    init() throws {
        var template = Array("/tmp/http-tests-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Client.Failure(description: "mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let parts = name.split(separator: "/")
        if parts.count > 1 { mkdir("\(path)/\(parts[0])", 0o755) }
        guard let file = fopen("\(path)/\(name)", "w") else {
            throw Client.Failure(description: name)
        }
        defer { fclose(file) }
        fwrite(bytes, 1, bytes.count, file)
    }

    func read(_ name: String) -> String {
        guard let file = fopen("\(path)/\(name)", "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
