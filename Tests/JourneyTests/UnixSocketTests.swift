import Foundation
import TestSupport
import TestWorld
import Testing

/// The program behind a proxy on the same machine.
@Suite(.timeLimit(.minutes(2))) struct `A socket file` {
    @Test(arguments: ["flag", "variable", "file"])
    func `takes the port's place, whoever names it`(_ way: String) async throws {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/http.sock"
        try "{\"unix-socket\": \"\(path)\"}".write(
            toFile: folder.path + "/matou.json", atomically: true, encoding: .utf8)
        let process = try BackgroundProcess(
            RunningMatou.program,
            ["serve", "--data", folder.path + "/data"]
                + (way == "flag" ? ["--unix-socket", path] : [])
                + (way == "file" ? ["--config", folder.path + "/matou.json"] : []),
            environment: way == "variable" ? ["MATOU_UNIX_SOCKET": path] : [:])
        defer { process.stop() }
        let isReady = await eventually(within: .seconds(60)) {
            let answer = try? await BackgroundProcess.run(
                "curl", ["-s", "--unix-socket", path, "http://localhost/readyz"])
            return answer?.isEmpty == false
        }
        #expect(isReady, "\(process.written)")
        let page = try await BackgroundProcess.run(
            "curl", ["-si", "--unix-socket", path, "http://localhost/healthz"])
        #expect(page.hasPrefix("HTTP/1.1 200"), "\(page)")
    }
}
