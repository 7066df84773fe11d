import Foundation
import Glibc
import TestSupport
import TestWorld
import Testing

@Suite(.timeLimit(.minutes(2))) struct `The access log` {
    @Test func `names nobody whom WeChat's callbacks are about`() async throws {
        let folder = try TemporaryDirectory()
        let log = folder.path + "/access.log"
        let matou = try await RunningMatou(["--access-log", log])
        _ = try await PlainHTTP.send(
            "POST", port: matou.port, path: "/callbacks/wechat/wx1?nonce=3&openid=oMing")
        var lines = ""
        _ = await eventually {
            lines = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            return lines.contains("/callbacks/wechat/wx1")
        }
        #expect(lines.contains("/callbacks/wechat/wx1?nonce=3&openid=-"))
        #expect(!lines.contains("oMing"))
        matou.process.stop()
    }

    @Test func `is opened anew at SIGHUP, which ends no server without one`() async throws {
        let folder = try TemporaryDirectory()
        let log = folder.path + "/access.log"
        let logging = try await RunningMatou(["--access-log", log])
        try FileManager.default.moveItem(atPath: log, toPath: log + ".1")
        logging.process.send(SIGHUP)
        #expect(await eventually { FileManager.default.fileExists(atPath: log) })
        logging.process.stop()

        let silent = try await RunningMatou([])
        silent.process.send(SIGHUP)
        let health = try await PlainHTTP.send("GET", port: silent.port, path: "/healthz")
        #expect(health.status == 200)
        #expect(silent.process.isRunning)
        silent.process.stop()
    }
}
