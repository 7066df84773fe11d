import Foundation
import TestSupport
import TestWorld
import Testing

/// A phone's photo is often longer than what WeChat takes.
@Suite(.timeLimit(.minutes(5))) struct `A file that is too large` {
    @Test func `is told beside its field, on the page and over the API`() async throws {
        let matou = try await RunningMatou()
        defer { matou.process.stop() }
        let photo = MediaBytes.png() + Array(repeating: 0, count: 12 << 20)
        let token = try await matou.command(["token", "add", "journey"])
        let answer = try await PlainHTTP.send(
            "POST", port: matou.port, path: "/api/v1/materials?name=photo",
            headers: [("Authorization", "Bearer \(token)"), ("Content-Type", "image/png")],
            body: photo)
        #expect(answer.status == 422 && answer.text.contains("file_too_large"), "\(answer.text)")

        let path = matou.folder.path + "/photo.png"
        try Data(photo).write(to: URL(fileURLWithPath: path))
        let browser = try await Browser()
        try await browser.signIn(to: matou)
        try await browser.open(matou.url + "/materials")
        try await browser.fill(path, into: "#file")
        try await browser.click("#file + button")
        let page = try await browser.text()
        await browser.close()
        #expect(page.contains("文件超过 10 MB"), "\(page.prefix(400))")
    }
}
