import Glibc
import TestSupport
import Testing

@testable import HTTP

/// What is written of each request.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AccessLogTests {
    @Test func `the access log is in the combined format and holds no secret`() async throws {
        let folder = try Folder()
        let file = try AccessLogFile(path: folder.path + "/access.log")
        try await withServer(pages) {
            $0.accessLog = .lines(.combined, to: file)
        } _: { server in
            _ = try await server.get(
                "/?name=x&token=s3cret&%74oken=s3cret&sign",
                "User-Agent: a\"b\\c\u{e9}\r\nReferer: https://x.example/y?code=s3cret\r\nCookie: s3cret\r\n"
            )
            _ = try await server.reply(to: "GET / HTTP/9.9\r\n\r\n")
            #expect(
                await eventually {
                    file.flush()
                    return folder.read("access.log").split(separator: "\n").count == 2
                })
            let lines = folder.read("access.log").split(separator: "\n")
            try #require(lines.count == 2)
            let pattern =
                #/127\.0\.0\.1 - - \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET \/\?name=x&token=-&%74oken=-&sign HTTP\/1\.1" 200 4 "https:\/\/x\.example\/y" "a\\x22b\\x5cc\\xc3\\xa9"/#
            #expect(lines[0].wholeMatch(of: pattern) != nil, "\(lines[0])")
            #expect(lines[1].contains("\"-\" 505 "))
        }
    }

    @Test func `a secret in a path is in no log`() async throws {
        let folder = try Folder()
        let file = try AccessLogFile(path: folder.path + "/access.log")
        let routes: [Route] = [
            .inline(.get, "/join/{token}/as/{name}") { (request, _: String, _: String) in
                .text(request.loggedPath)
            }
        ]
        try await withServer(routes) {
            $0.accessLog = .lines(.combined, to: file)
        } _: { server in
            for target in ["/join/s3cret/as/lin?x=1", "/%6aoin/s3cret/as/%E6%9E%97"] {
                let reply = try await server.get(target)
                #expect(reply.body.hasPrefix("/join/-/as/"))
            }
            // Nor when no route takes it.
            #expect(try await server.get("/join/s3cret/as/lin/").status == 404)
            #expect(
                try await server.reply(to: "PUT /join/s3cret/as/lin HTTP/1.1\r\nHost: a\r\n\r\n")
                    .status == 405)
            #expect(
                try await eventually {
                    file.flush()
                    return folder.read("access.log").split(separator: "\n").count == 4
                })
            let log = folder.read("access.log")
            #expect(log.contains("\"GET /join/-/as/lin?x=1 HTTP/1.1\""), "\(log)")
            #expect(log.contains("\"PUT /join/-/as/lin HTTP/1.1\" 405 "), "\(log)")
            #expect(!log.contains("s3cret"))
        }
    }

    @Test func `a request that its client broke off is logged and counted`() async throws {
        let folder = try Folder()
        let file = try AccessLogFile(path: folder.path + "/access.log")
        let gate = Gate()
        let routes: [Route] = [
            .async(.get, "/slow") { _ in
                await gate.wait()
                return .text("late")
            }
        ]
        try await withServer(routes) {
            $0.accessLog = .lines(.combined, to: file)
        } _: { server in
            do {
                // Gone at the end of the block, by RST.
                let client = try server.connect()
                try await client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await eventually { server.server.statistics.handlersPending == 1 })
                client.reset()
            }
            #expect(
                try await eventually {
                    file.flush()
                    return server.server.statistics.requestsBrokenOff == 1
                        && folder.read("access.log").contains("\"GET /slow HTTP/1.1\" 499 0 ")
                })
            gate.open()
        }
    }

    @Test func `a rotated log is begun anew at SIGHUP`() async throws {
        let folder = try Folder()
        let path = folder.path + "/access.log"
        let file = try AccessLogFile(path: path)
        // A signal that comes before anybody listens must not end the tests.
        signal(SIGHUP, SIG_IGN)
        let following = Task { await LogRotation.follow(file) { _ in } }
        defer { following.cancel() }
        try await withServer(pages) {
            $0.accessLog = .lines(.combined, to: file)
        } _: { server in
            rename(path, path + ".1")
            #expect(
                try await eventually {
                    kill(getpid(), SIGHUP)
                    return access(path, F_OK) == 0
                })
            _ = try await server.get("/items/1")
            #expect(
                try await eventually {
                    file.flush()
                    return folder.read("access.log").contains("/items/1")
                })
        }
    }

    @Test func `a log that takes nothing holds up nobody and fills no memory`() async throws {
        let folder = try Folder()
        let path = folder.path + "/pipe"
        mkfifo(path, 0o600)
        // Open for reading, so that opening it for writing does not wait; nobody reads.
        let reader = open(path, O_RDWR | O_NONBLOCK)
        defer { close(reader) }
        let file = try AccessLogFile(path: path)
        try await withServer(pages) {
            $0.accessLog = .lines(.combined, to: file)
            $0.limits.requestsPerConnectionMax = .max
        } _: { server in
            let client = try server.connect()
            let request =
                "GET /items/\(String(repeating: "x", count: 4000)) HTTP/1.1\r\nHost: a\r\n\r\n"
            for _ in 0..<3000 {
                try await client.send(request)
                _ = try await client.reply()
            }
            #expect(try await eventually { file.bytesDropped > 0 })
            // What waits is let go.
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            #expect(
                try await eventually {
                    while read(reader, &bytes, bytes.count) > 0 {}
                    return file.bytesWaiting == 0
                })
        }
    }

    @Test func `the access log can be JSON`() async throws {
        let folder = try Folder()
        let file = try AccessLogFile(path: folder.path + "/access.log")
        try await withServer(pages) {
            $0.accessLog = .lines(.json, to: file)
        } _: { server in
            _ = try await server.get("/items/1?password=x")
            #expect(
                await eventually {
                    file.flush()
                    return folder.read("access.log").hasSuffix("\n")
                })
            let line = folder.read("access.log")
            #expect(
                line.contains(
                    #""method":"GET","target":"/items/1?password=-","status":200,"bytes":1,"#),
                "\(line)")
        }
    }
}
