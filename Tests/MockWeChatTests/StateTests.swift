import Foundation
import MockWeChat
import TestSupport
import Testing

@Suite struct StateTests {
    @Test func `everything survives a restart`() async throws {
        try await withStateFile { file in
            let keep: (inout MockGateway.Configuration) -> Void = { $0.stateFile = file }
            var code = ""
            var token = ""
            var image = ""
            var openid = ""
            try await Street.with(configure: keep) { street in
                code = try await street.code("store-042")
                token = try await street.token()
                let upload = try await street.upload(
                    "/cgi-bin/media/upload?type=image", MediaTests.png, named: "a.png")
                image = upload["media_id"]?.string ?? ""
                let ming = try await street.fan("明")
                openid = ming.openid(at: Street.appid)
                try await ming.send("在吗")
                try await street.text(0, to: ming, "在")
                try await street.expect(
                    0, calling: "/cgi-bin/tags/create", ["tag": ["name": "静安"]])
                try street.gateway.advanceClock(by: .seconds(1000))
            }
            // Another seed: the file's own stays.
            try await Street.with(configure: {
                keep(&$0)
                $0.seed = 99
            }) { street in
                token = try await street.token()
                #expect(street.gateway.now.seconds == Street.now.seconds + 1000)
                let ming = try street.gateway.people["p1"]
                #expect(ming.openid(at: Street.appid) == openid)
                #expect(ming.inbox().map(\.content) == [.text("在")])
                #expect(try await ming.scan(code) == .event(appid: Street.appid))
                let picture = try await street.fetch(
                    "GET", "/cgi-bin/media/get?media_id=\(image)&access_token=\(token)")
                #expect(picture.bytes == MediaTests.png)
                let tags = try await street.call("/cgi-bin/tags/get")
                #expect(tags["tags"]?.array?.count == 2)
                for _ in 1...4 { try await street.text(0, to: ming) }
            }
        }
    }

    @Test func `what was written before a crash is there, and a torn line is left out`()
        async throws
    {
        try await withStateFile { file in
            let copy = file + ".copy"
            try await Street.with(configure: { $0.stateFile = file }) { street in
                let code = try await street.code("a")
                let isWritten = try await eventually {
                    try String(contentsOfFile: file, encoding: .utf8).contains(
                        code.replacing("/", with: "\\/"))
                }
                #expect(isWritten)
                // The file of a process that was killed, in the middle of its next line.
                try FileManager.default.copyItem(atPath: file, toPath: copy)
                let handle = try #require(FileHandle(forWritingAtPath: copy))
                try handle.seekToEnd()
                try handle.write(contentsOf: Data(#"{"table":"people","key":"p9","rec"#.utf8))
                try handle.close()
                try await Street.with(configure: { $0.stateFile = copy }) { restarted in
                    let ming = try restarted.gateway.people.add("明")
                    #expect(try await ming.scan(code) == .card(appid: Street.appid))
                }
            }
        }
    }

    @Test func `a damaged file, a foreign file and a file in use are named`() async throws {
        try await withStateFile { file in
            try Data("{\"format\":\"matou-mock-gateway\",\"version\":1}\nrubbish\n".utf8)
                .write(to: URL(filePath: file))
            await refuses(file, "damaged in line 2")
            try Data("hello\n".utf8).write(to: URL(filePath: file))
            await refuses(file, "no state file")
            try FileManager.default.removeItem(atPath: file)
            try await Street.with(configure: { $0.stateFile = file }) { street in
                _ = try await street.token()
                await refuses(file, "Another mock gateway")
            }
            await refuses("/nonexistent/folder/state", "cannot be used")
        }
    }

    private func refuses(_ file: String, _ words: String) async {
        var configuration = MockGateway.Configuration(resources: Street.resources)
        configuration.stateFile = file
        do {
            let gateway = try MockGateway(configuration)
            await gateway.stop()
            Issue.record("\(file) was taken")
        } catch {
            #expect("\(error)".contains(words), "\(error)")
        }
    }

    private func withStateFile(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "mock-state-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body("\(folder)/state")
    }
}
