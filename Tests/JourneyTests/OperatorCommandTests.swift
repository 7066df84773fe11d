import Foundation
import TestSupport
import TestWorld
import Testing

@Suite struct `The commands of an operator` {
    @Test(arguments: [["user", "list"], ["token", "list"], ["token", "add", "name"]])
    func `nothing is made in a folder without a store`(arguments: [String]) async throws {
        let folder = try TemporaryDirectory()
        let end = try await RunningMatou.run(arguments + ["--data", folder.path + "/data"])
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
        #expect(try await RunningMatou.run(add).status == 0)
        #expect(try rights(of: folder) == 0o700)

        try FileManager.default.setAttributes(open, ofItemAtPath: folder.path)
        #expect(try await RunningMatou.run(["user", "list", "--data", folder.path]).status == 0)
        #expect(try rights(of: folder) == 0o700)

        let other = try TemporaryDirectory()
        try FileManager.default.setAttributes(open, ofItemAtPath: other.path)
        try Data().write(to: URL(fileURLWithPath: other.path + "/something"))
        let refused = try await RunningMatou.run(
            ["user", "add", "lin@example.com", "--password", "harbour-2026", "--data", other.path])
        #expect(refused.status == 78)
        #expect(refused.written.contains("chmod 700"))
        #expect(try rights(of: other) == 0o755)
    }

    @Test func `a refusal says what to do`() async throws {
        let folder = try TemporaryDirectory()
        let data = ["--data", folder.path + "/data"]
        let short = try await RunningMatou.run(
            ["user", "add", "lin@example.com", "--password", "a"] + data)
        #expect(short.status == 64)
        #expect(short.written.contains("the password is too short; give at least"))
        #expect(
            try await RunningMatou.run(
                ["user", "add", "lin@example.com", "--password", "harbour-2026"] + data
            )
            .status == 0)
        let last = try await RunningMatou.run(["user", "remove", "lin@example.com"] + data)
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
        let unknown = try await RunningMatou.run([
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
        let unknown = try await RunningMatou.run(["user", "list", "--workspace", "Nowhere"] + data)
        #expect(unknown.status == 1)
        let zone = try await RunningMatou.run(
            ["workspace", "add", "Mars", "--time-zone", "Mars/Base"] + data)
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
        #expect(
            try await RunningMatou.finish(["user", "add", "lin@example.com"], environment) == 0)
        #expect(try await RunningMatou.finish(["token", "add", "CI"], environment) == 0)
        let list = try BackgroundProcess(
            RunningMatou.program, ["token", "list"], environment: environment)
        #expect(await eventually(within: .seconds(30)) { list.status == 0 })
        #expect(list.written.contains("\tviewer\tvalid\tCI"))
        #expect(
            try await RunningMatou.finish(
                ["token", "add", "CI"], environment.merging(["MATOU_ROLE": "king"]) { $1 }) == 64)
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

    @Test func `rebuilding asks for the server to be stopped`() async throws {
        let matou = try await RunningMatou([])
        let refused = try await RunningMatou.run(["rebuild", "--data", matou.folder.path + "/data"])
        #expect(refused.status == 78 && refused.written.contains("stop it"))
    }

    private func rights(of folder: TemporaryDirectory) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }
}
