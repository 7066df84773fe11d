import Foundation
import TestSupport
import TestWorld
import Testing

@Suite struct `The commands` {
    @Test(arguments: [
        ["serve", "--no-such-flag"], ["token", "add"], ["no-such-command"], ["qr", ""], ["qr"],
        ["user", "add", "lin@example.com", "--role", "king"], ["serve", "--port", "high"],
        ["serve", "--port", "99999"], ["serve", "--log-level", "loud"],
        ["serve", "--public-url", "codes.example.com"], ["serve", "--trusted-proxies", "me"],
        ["serve", "--database", "postgres://a"], ["mock", "--port", "99999"],
    ])
    func `wrong usage is one line and the status 64`(arguments: [String]) async throws {
        let end = try await RunningMatou.run(arguments)
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
        let end = try await RunningMatou.run(
            ["qr", "http://weixin.qq.com/q/02AbcDefGhiJkLmnoPqrSt"] + flags)
        #expect(end.status == 64)
        #expect(end.written.contains(words), "\(end.written)")
    }

    @Test func `a setting that is wrong is told before anything is made`() async throws {
        let folder = try TemporaryDirectory()
        let data = folder.path + "/data"
        #expect(
            try await RunningMatou.run(["serve", "--port", "99999", "--data", data]).status == 64)
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
            let end = try await RunningMatou.run(["serve", "--data", data] + flags)
            #expect(end.status == status && end.written.contains(words), "\(end.written)")
            #expect(!FileManager.default.fileExists(atPath: data))
        }
        for arguments in [
            ["user", "add", "bad", "--password", "harbour-2026"],
            ["user", "add", "lin@example.com", "--password", "short"],
        ] {
            #expect(try await RunningMatou.run(arguments + ["--data", data]).status == 64)
            #expect(!FileManager.default.fileExists(atPath: data))
        }
        running.process.stop()
    }

    @Test func `help is help`() async throws {
        for arguments in [["--help"], ["help", "serve"], ["serve", "--help"]] {
            let end = try await RunningMatou.run(arguments)
            #expect(end.status == 0)
            #expect(end.written.contains("USAGE"))
        }
    }
}

extension RunningMatou {
    /// The program's end and all that it wrote.
    static func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> (status: Int32?, written: String) {
        let process = try BackgroundProcess(
            program, arguments, environment: environment)
        #expect(await eventually(within: .seconds(30)) { process.status != nil })
        #expect(await eventually { process.written.hasSuffix("\n") })
        return (process.status, process.written)
    }

    /// The status of a program.
    static func finish(
        _ arguments: [String], _ environment: [String: String] = [:]
    ) async throws -> Int32? {
        let process = try BackgroundProcess(
            program, arguments, environment: environment)
        #expect(await eventually(within: .seconds(30)) { process.status != nil })
        return process.status
    }
}
