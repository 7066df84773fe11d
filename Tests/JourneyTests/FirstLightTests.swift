import Foundation
import TestSupport
import TestWorld
import Testing

/// The main job, end to end, as a stranger does it: the built program, a real browser, a phone.
@Suite(.timeLimit(.minutes(5))) struct `First light` {
    @Test func `a code is made, scanned, answered and counted, and the loss is told`() async throws
    {
        let matou = try await RunningMatou()
        let browser = try await Browser()
        defer { matou.process.stop() }
        do {
            let code = try await makeCode(in: browser, matou)
            let text = try await downloadedText(browser)
            #expect(text.hasPrefix("http://weixin.qq.com/q/"))

            try await scanAndFollow(text, in: browser, matou)
            #expect(try await browser.text(of: "#chat").contains("欢迎来到外滩店"))

            try await browser.open(code.address)
            #expect(try await figures(browser) == ["1", "1", "1", "0", "1", "0", "1", "1"])
            #expect(try await browser.text(of: "#scanners").contains("新粉丝"))
            try await checkAPI(code.id, matou, unfollowed: 0)

            try await unfollow(in: browser, matou)
            try await browser.open(code.address)
            #expect(try await figures(browser) == ["1", "1", "1", "0", "1", "1", "1", "1"])
            #expect(try await browser.text(of: "#scanners").contains("已取关"))
            try await checkAPI(code.id, matou, unfollowed: 1)
        } catch {
            let picture = try? await browser.screenshot()
            Issue.record(
                "\(error); the page: \((try? await browser.text()) ?? ""), \(picture?.count ?? 0) bytes"
            )
        }
        await browser.close()
    }

    private func makeCode(
        in browser: Browser, _ matou: RunningMatou
    ) async throws -> (address: String, id: String) {
        let signIn = try #require(matou.signIn)
        try await browser.open(matou.url)
        try await browser.type(signIn.email, into: "#email")
        try await browser.type(signIn.password, into: "#password")
        try await browser.click("form button.btn-main")
        #expect(await browser.has(".shell"))
        try await browser.open(matou.url + "/qr-codes")
        try await browser.click("a[href='/qr-codes/new']")
        try await browser.type("门店拉新活动_上海_外滩门店", into: "#name")
        try await browser.click("input[name=reply][value=some] + span")
        try await browser.type("欢迎来到外滩店，回复「1」领取新人礼。", into: "#reply_text_1")
        try await browser.click(".form-foot button")
        #expect(await browser.has(".picture img"))
        #expect(try await browser.text(of: "h1") == "门店拉新活动_上海_外滩门店")
        let address = try await browser.address()
        let id = try #require(address.split(separator: "/").last.map(String.init))
        return (address, id)
    }

    /// What zbarimg, a stranger to our encoder, reads in the PNG that the page gives.
    private func downloadedText(_ browser: Browser) async throws -> String {
        try await browser.click("a[href*='size=430']")
        let file = try await browser.download()
        let output = try await BackgroundProcess.run(
            "zbarimg", ["--raw", "--quiet", "--nodbus", file])
        return output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func scanAndFollow(
        _ text: String, in browser: Browser, _ matou: RunningMatou
    ) async throws {
        try await browser.open(matou.mockURL)
        try await browser.type("小明", into: "#name")
        try await browser.click(".new-person button")
        try await browser.type(text, into: "#content")
        try await browser.click(".scan-form button")
        try await browser.click(".account-card button.primary")
        // Or opening the page anew would break off what the click began.
        #expect(await browser.has("#chat"))
        #expect(
            try await eventually {
                try await browser.open(try await browser.address())
                return try await browser.text(of: "#chat").contains("外滩店")
            })
    }

    private func unfollow(in browser: Browser, _ matou: RunningMatou) async throws {
        try await browser.open(matou.mockURL)
        try await browser.click(".faces li:first-child a")
        try await browser.click(".chats a")
        try await browser.click("details.menu summary")
        try await browser.click("details.menu button.danger")
        // The unfollow has been delivered when the chat offers to follow again.
        #expect(await browser.has(".composer[action$=follow]"))
    }

    /// Scans, scanners, new followers, unfollowed, replies sent: as the cards show them.
    private func figures(_ browser: Browser) async throws -> [String] {
        var figures: [String] = []
        for card in 1...8 {
            figures.append(try await browser.text(of: ".stats .stat:nth-child(\(card)) b"))
        }
        return figures
    }

    private func checkAPI(
        _ id: String, _ matou: RunningMatou, unfollowed: Int
    ) async throws {
        let token = try await matou.command(["token", "add", "journey"])
        let code = try await matou.api("GET", "/qr-codes/\(id)", token: token).object()
        let counts = try #require(code["counts"] as? [String: Int])
        #expect(
            counts == [
                "scans": 1, "new_scans": 1, "existing_scans": 0, "scanners": 1, "new_scanners": 1,
                "existing_scanners": 0,
                "new_followers": 1, "unfollowed": unfollowed, "replies_sent": 1,
                "replies_received": 1, "replies_failed": 0, "replies_too_late": 0,
                "replies_unknown": 0,
            ])
        let list = try await matou.api("GET", "/qr-codes/\(id)/scanners", token: token).object()
        let scanners = try #require(list["data"] as? [[String: Any]])
        #expect(scanners.count == 1)
        #expect(scanners.first?["reply_status"] as? String == "sent")
        #expect(scanners.first?["unfollowed"] as? Bool == (unfollowed == 1))
    }
}
