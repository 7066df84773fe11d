import Foundation
import TestSupport
import TestWorld
import Testing

/// The picture in the README is one of the running product: `make picture` draws it anew.
@Suite struct `The demo` {
    @Test func `has a code page worth showing`() async throws {
        let matou = try await RunningMatou()
        defer { matou.process.stop() }
        let browser = try await Browser(width: 1280, height: 1120)
        try await browser.signIn(to: matou)
        try await browser.open(matou.url + "/qr-codes?sort=-scans")
        try await browser.click("tbody tr:first-child td.full a.break")
        #expect(await browser.has(".picture img"))
        #expect(await browser.has(".chart svg"))
        #expect(await browser.has("#scanners tbody tr"))

        let picture = try await browser.screenshot()
        await browser.close()
        #expect(picture.count > 20_000)
        if let path = ProcessInfo.processInfo.environment["MATOU_PICTURE"] {
            try Data(picture).write(to: URL(fileURLWithPath: path))
        }
    }

    @Test func `says its sign-in again at every start, and keeps its codes scannable`() async throws
    {
        let first = try await RunningMatou()
        let signIn = try #require(first.signIn)
        first.process.stop()
        let second = try await RunningMatou(after: first)
        defer { second.process.stop() }
        #expect(second.signIn?.password == signIn.password)

        let token = try await second.command(["token", "add", "demo"])
        let list = try await second.api("GET", "/qr-codes", token: token).object()
        let code = try #require((list["data"] as? [[String: Any]])?.first)
        let content = try #require(code["content"] as? String)
        let person = try await second.mock("POST", "/people").object()
        let scan = try await second.mock(
            "POST", "/people/\(person["id"] ?? "")/scan", #"{"content":"\#(content)"}"#)
        #expect(scan.status == 200 && scan.text.contains("card"))
    }

    @Test func `that was interrupted while it filled is filled at the next start`() async throws {
        let port = FreePort.next()
        let mockPort = FreePort.next()
        let folder = try TemporaryDirectory()
        let process = try BackgroundProcess(
            RunningMatou.program,
            [
                "serve", "--demo", "--port", String(port), "--mock-port", String(mockPort),
                "--data", folder.path + "/data",
            ])
        let isFilling = await eventually {
            FileManager.default.fileExists(atPath: folder.path + "/data/demo-sign-in.json")
        }
        #expect(isFilling)
        #expect(try await PlainHTTP.send("GET", port: port, path: "/healthz").status == 200)
        #expect(try await PlainHTTP.send("GET", port: port, path: "/readyz").status == 503)
        process.send(SIGKILL)
        _ = await eventually { !process.isRunning }

        let matou = try await RunningMatou(in: folder)
        defer { matou.process.stop() }
        #expect(matou.signIn != nil)
        let token = try await matou.command(["token", "add", "demo"])
        let list = try await matou.api("GET", "/qr-codes", token: token).object()
        #expect((list["data"] as? [Any])?.count == 11)
    }
}
