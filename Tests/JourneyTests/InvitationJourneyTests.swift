import TestWorld
import Testing

/// How a person joins, in the browser that they use.
@Suite(.timeLimit(.minutes(3))) struct `An invitation` {
    @Test func `is accepted in a browser, whose first page is the link`() async throws {
        let matou = try await RunningMatou()
        defer { matou.process.stop() }
        let token = try await matou.command(["token", "add", "journey", "--role", "admin"])
        let invited = try await matou.api(
            "POST", "/invitations", token: token,
            body: #"{"email":"zhou@example.com","role":"editor"}"#
        ).object()
        let link = try #require(invited["url"] as? String)

        let browser = try await Browser()
        try await browser.open(link)
        try await browser.click("form[action='/language'] button")
        #expect(try await browser.text().contains("zhou@example.com"))
        try await browser.type("周岩", into: "#name")
        try await browser.type("harbour-2027", into: "#password")
        try await browser.click("form button.btn-main")
        let page = try await browser.text()
        #expect(await browser.has(".shell"), "\(page)")
        await browser.close()
    }
}
