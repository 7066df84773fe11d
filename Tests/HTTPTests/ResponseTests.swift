import Foundation
import HTTP
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct ResponseTests {
    @Test func `HEAD has the fields of GET and no body`() async throws {
        try await withServer(pages) { server in
            let client = try server.connect()
            try await client.send(
                "GET / HTTP/1.1\r\nHost: a\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\n\r\nHEAD /x HTTP/1.1\r\nHost: a\r\n\r\n"
            )
            let get = try await client.reply()
            let head = try await client.reply(to: "HEAD")
            #expect(head.fields.map(\.name) == get.fields.map(\.name))
            #expect(head["Content-Length"] == "4")
            #expect(head.bytes.isEmpty)
            #expect(try await client.reply(to: "HEAD").status == 404)
        }
    }

    @Test func `OPTIONS tells what a path and the server can`() async throws {
        try await withServer(pages) { server in
            let path = try await server.reply(to: "OPTIONS /echo HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(path.status == 204)
            #expect(path["Allow"] == "POST, OPTIONS")
            #expect(path["Content-Length"] == nil)
            let all = try await server.reply(to: "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
            let absolute = try await server.reply(
                to: "OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(absolute["Allow"] == all["Allow"])
            #expect(all.status == 204)
            #expect(all["Allow"]?.contains("GET") == true)
        }
    }

    @Test func `what the application puts into a field cannot begin another one`() async throws {
        let routes: [Route] = [
            .inline(.get, "/") { _ in
                var response = Response.redirect(to: "/a\r\nX-Injected: 1\r\n\r\n<script>")
                response.fields["X Bad"] = "1"
                response.fields["Content-Length"] = "99"
                response.fields["Connection"] = "upgrade"
                return response
            }
        ]
        try await withServer(routes) { server in
            let reply = try await server.get("/")
            #expect(reply["Location"] == "/a  X-Injected: 1    <script>")
            #expect(reply["X-Injected"] == nil)
            #expect(reply["Content-Length"] == "0")
            #expect(reply["Connection"] == nil)
            #expect(reply.fields.count == 3)
        }
    }

    @Test func `a handler's error is an answer that says nothing of it`() async throws {
        struct Secret: Error {}
        let routes: [Route] = [.async(.get, "/") { _ in throw Secret() }]
        try await withServer(routes) { server in
            let reply = try await server.get("/")
            #expect(reply.status == 500)
            #expect(!reply.body.contains("Secret"))
        }
        try await withServer(routes) {
            $0.onError = { error, request in
                .text("\(error) at \(request.path)", status: .badGateway)
            }
        } _: { server in
            let reply = try await server.get("/")
            #expect(reply.status == 502)
            #expect(reply.body == "Secret() at /")
        }
    }

    @Test func `long bodies arrive whole`() async throws {
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let routes: [Route] = [
            .async(.get, "/async") { _ in .bytes(bytes, type: "text/plain") },
            .inline(.get, "/inline") { _ in .bytes(bytes, type: "text/plain") },
        ]
        try await withServer(routes) { server in
            let client = try Client(server.address, receiveBuffer: 8192)
            for path in ["/async", "/inline", "/async"] {
                try await client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.reply().bytes == bytes)
            }
        }
    }

    @Test func `more handlers than may be at work are told to come back`() async throws {
        let gate = Gate()
        let routes: [Route] = [
            .async(.get, "/") { _ in
                await gate.wait()
                return .text("done")
            }
        ]
        try await withServer(routes) {
            $0.limits.pendingHandlersMax = 2
        } _: { server in
            let clients = [try server.connect(), try server.connect()]
            for client in clients { try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
            #expect(await eventually { server.server.statistics.handlersPending == 2 })
            let refused = try await server.get("/")
            #expect(refused.status == 503)
            #expect(refused["Retry-After"] == "1")
            gate.open()
            for client in clients { #expect(try await client.reply().body == "done") }
            #expect(try await server.get("/").body == "done")
        }
    }

    @Test func `a compressed page is made for those who want one`() async throws {
        let text = String(repeating: "matou ", count: 1000)
        let routes: [Route] = [.async(.get, "/") { _ in .text(text) }]
        try await withServer(routes) { server in
            let plain = try await server.get("/")
            #expect(plain.body == text)
            #expect(plain["Vary"] == "Accept-Encoding")
            let small = try await server.get("/", "Accept-Encoding: br, gzip;q=0.5\r\n")
            #expect(small["Content-Encoding"] == "gzip")
            #expect(small["Vary"] == "Accept-Encoding")
            #expect(small.bytes.count < 200)
            #expect(small.bytes.starts(with: [0x1f, 0x8b]))
            #expect(try await server.get("/", "Accept-Encoding: gzip;q=0\r\n").body == text)
        }
    }

    static let rows = (0..<2000).map { "\($0),码头,\($0 &* 7919)\n" }

    static let texts: [Route] = [
        .inline(.get, "/inline") { _ in .text(rows.joined()) },
        .inline(.get, "/inline/short") { _ in .text("short") },
        .inline(.get, "/inline/picture") { _ in
            .bytes([UInt8](repeating: 1, count: 5000), type: "image/png")
        },
        .async(.get, "/async") { _ in .text(rows.joined()) },
        .inline(.get, "/stream") { _ in
            Response(
                .ok, fields: ["Content-Type": "text/csv; charset=utf-8", "ETag": "\"1\""],
                body: .stream(length: nil) { writer in
                    for row in rows { try await writer.write(row) }
                })
        },
        .async(.get, "/stream/length") { _ in
            let length = rows.reduce(0) { $0 + $1.utf8.count }
            return Response(
                .ok, fields: ["Content-Type": "text/csv"],
                body: .stream(length: length) { try await $0.write(rows.joined()) })
        },
    ]

    @Test(arguments: ["/inline", "/async", "/stream", "/stream/length"])
    func `text is compressed whatever handler it comes from`(_ path: String) async throws {
        try await withServer(Self.texts) { server in
            let plain = try await server.get(path)
            #expect(plain.body == Self.rows.joined())
            #expect(plain["Vary"] == "Accept-Encoding")
            #expect(plain["Content-Encoding"] == nil)
            let client = try server.connect()
            for _ in 0..<3 {
                try await client.send(
                    "GET \(path) HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n")
                let small = try await client.reply()
                #expect(small["Content-Encoding"] == "gzip")
                #expect(small["Vary"] == "Accept-Encoding")
                #expect(small.bytes.count < plain.bytes.count)
                #expect(try await gunzip(small.bytes) == plain.bytes)
                if path == "/stream" { #expect(small["ETag"] == "\"1-gzip\"") }
            }
        }
    }

    @Test func `the tag of a compressed answer still names what the handler tagged`() throws {
        let sent = try #require(EntityTag("\"3.62f6-gzip\""))
        #expect(sent.ofIdentity == EntityTag(strong: "3.62f6"))
        #expect(EntityTag(strong: "3.62f6").ofIdentity == EntityTag(strong: "3.62f6"))
    }

    @Test func `an answer of 304 says what the whole one would depend on`() async throws {
        let routes: [Route] = [.async(.get, "/") { _ in .empty(.notModified) }]
        try await withServer(routes) { server in
            let reply = try await server.get("/")
            #expect(reply["Vary"] == "Accept-Encoding")
        }
    }

    @Test(arguments: ["/inline/short", "/inline/picture"])
    func `what gains nothing is not compressed`(_ path: String) async throws {
        try await withServer(Self.texts) { server in
            let reply = try await server.get(path, "Accept-Encoding: gzip\r\n")
            #expect(reply["Content-Encoding"] == nil)
            #expect(reply["Vary"] == nil)
        }
    }

    @Test func `what a stream has written can be read at once, compressed or not`() async throws {
        let gate = Gate()
        let routes: [Route] = [
            .async(.get, "/") { _ in
                Response(
                    .ok, fields: ["Content-Type": "text/plain"],
                    body: .stream(length: nil) { writer in
                        try await writer.write("progress")
                        await gate.wait()
                    })
            }
        ]
        try await withServer(routes) { server in
            let client = try server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n")
            var seen: [UInt8] = []
            // A gzip header of ten bytes, and a block that is flushed by an empty one.
            while seen.suffix(6) != [0, 0, 0xff, 0xff, 13, 10] {
                let more = try await client.bytes(1)
                try #require(!more.isEmpty)
                seen += more
            }
            gate.open()
        }
    }

    /// By the system's own program.
    private func gunzip(_ bytes: [UInt8]) async throws -> [UInt8] {
        let folder = try Folder()
        try folder.write("body.gz", bytes)
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", folder.path + "/body.gz"]
        process.standardOutput = output
        try process.run()
        let plain = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? Array(plain) : []
    }
}
