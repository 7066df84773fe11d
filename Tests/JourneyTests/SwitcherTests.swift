import Foundation
import TestSupport
import TestWorld
import Testing

/// The switcher of accounts in a real browser: one choice moves every page, also the next time.
@Suite(.timeLimit(.minutes(5))) struct `The switcher` {
    @Test func `moves every page at once, and stands there after signing in again`() async throws {
        let matou = try await RunningMatou()
        let browser = try await Browser()
        defer { matou.process.stop() }
        do {
            try await world(matou)
            try await browser.signIn(to: matou)
            try await browser.open(matou.url + "/qr-codes")
            #expect(try await browser.text(of: "main").contains("甲号码"))
            try await browser.click(".switch[popovertarget=accounts]")
            try await browser.click("#accounts form button:last-of-type")
            try await checkPages(browser, matou, of: "外滩服务号")

            try await browser.click("[popovertarget=viewer]")
            try await browser.click("form[action='/sign-out'] button")
            try await browser.signIn(to: matou)
            try await checkPages(browser, matou, of: "外滩服务号")
        } catch {
            Issue.record("\(error); the page: \((try? await browser.text()) ?? "")")
        }
        await browser.close()
    }

    private func checkPages(
        _ browser: Browser, _ matou: RunningMatou, of account: String
    ) async throws {
        for path in ["/", "/qr-codes", "/imports", "/contacts", "/tags", "/figures/scans"] {
            try await browser.open(matou.url + path)
            #expect(try await browser.text(of: ".switch").contains(account), "\(path)")
            #expect(!(try await browser.text(of: "main").contains("甲号码")), "\(path)")
        }
        try await browser.open(matou.url + "/qr-codes")
        #expect(try await browser.text(of: "main").contains("乙号码"))
    }

    /// A code of the demo's account, and one of another.
    private func world(_ matou: RunningMatou) async throws {
        let token = try await matou.command(["token", "add", "journey", "--role", "admin"])
        let accounts = try await matou.api("GET", "/accounts", token: token).object()
        let first = try #require((accounts["data"] as? [[String: Any]])?.first?["id"] as? String)
        let app = #""secret":"0123456789abcdef0123456789abcdef","name":"外滩服务号","verified":true"#
        _ = try await matou.mock("PUT", "/accounts/wx1111111111111111", "{\(app)}")
        let second = try await matou.api(
            "POST", "/accounts", token: token, body: #"{"app_id":"wx1111111111111111",\#(app)}"#
        ).object()
        for (account, name) in [(first, "甲号码"), (try #require(second["id"] as? String), "乙号码")] {
            let made = try await matou.api(
                "POST", "/qr-codes", token: token,
                body: #"{"account_id":"\#(account)","name":"\#(name)","type":"permanent"}"#)
            #expect(made.status == 201, "\(name): \(String(decoding: made.body, as: UTF8.self))")
        }
    }
}
