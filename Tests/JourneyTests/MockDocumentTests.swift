import Foundation
import TestSupport
import TestWorld
import Testing

/// `docs/mock.md`, followed by somebody who has nothing else.
@Suite(.timeLimit(.minutes(2))) struct `The mock's document` {
    @Test func `its first exchange does what it says`() async throws {
        let port = FreePort.next()
        let mock = try BackgroundProcess(
            RunningMatou.program, ["mock", "--port", String(port)])
        defer { mock.stop() }
        #expect(await eventually { mock.written.contains("listens on") }, "\(mock.written)")
        let commands = try Self.block("curl").replacing(":8090", with: ":\(port)")
        let written = try await BackgroundProcess.run("bash", ["-ec", commands])
        #expect(written.contains("\"name\":\"Harbour Coffee\""), "\(written)")
        #expect(written.contains("\"verified\":false"))
        #expect(written.contains("\"access_token\""))
        #expect(written.contains("\"id\":\"p1\""))
        // Nobody listens where the callbacks go.
        #expect(written.contains("\"name\":\"subscribe\",\"outcome\":\"failed\""))
        #expect(written.hasSuffix("]}") && !written.contains("\"status\":4"))
    }

    @Test func `its faults are taken`() async throws {
        let port = FreePort.next()
        let mock = try BackgroundProcess(
            RunningMatou.program, ["mock", "--port", String(port)])
        defer { mock.stop() }
        #expect(await eventually { mock.written.contains("listens on") }, "\(mock.written)")
        let commands = "mock=http://127.0.0.1:\(port)\n" + (try Self.block("/mock/faults -d"))
        let written = try await BackgroundProcess.run("bash", ["-ec", commands])
        #expect(written.contains("\"faults\":[{") && written.contains("\"times\":1"), "\(written)")
    }

    /// The first block of shell commands that holds the text.
    private static func block(_ text: String) throws -> String {
        let document = try String(
            contentsOfFile: ProjectFolder.root + "/docs/mock.md", encoding: .utf8)
        let blocks = document.components(separatedBy: "```sh\n").dropFirst()
            .map { $0.components(separatedBy: "```")[0] }
        return try #require(blocks.first { $0.contains(text) })
    }
}
