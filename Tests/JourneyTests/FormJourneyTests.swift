import Foundation
import TestSupport
import TestWorld
import Testing

/// A form's whole way, in a browser: a phone scans, the reply's card leads to the form, what is sent
/// merges two people into one, and a marketer takes that back.
@Suite(.timeLimit(.minutes(5))) struct `A form` {
    @Test func `is answered from the chat, merges two people by their number, and is parted again`()
        async throws
    {
        let matou = try await RunningMatou()
        let browser = try await Browser()
        defer { matou.process.stop() }
        do {
            let content = try await codeWithForm(matou)
            for name in ["小明", "小明的工作号"] {
                try await answer(as: name, content, in: browser, matou)
            }
            try await browser.signIn(to: matou)
            try await browser.open(matou.url + "/contacts?q=13812345678")
            try await browser.click("main td a")
            #expect(try await browser.text(of: "#forms").contains("小明"))
            #expect(try await browser.text(of: "#merges").contains("138 1234 5678"))
            #expect(await browser.has(".receipt li:nth-child(2) .mono"))

            try await browser.click("#merges a.btn")
            try await browser.click("form.card button.btn-bad")
            #expect(try await eventually { try await identities(matou) == [1, 1] })
        } catch {
            Issue.record("\(error); the page: \((try? await browser.text()) ?? "")")
        }
        await browser.close()
    }

    /// What a code whose reply is a form has inside.
    private func codeWithForm(_ matou: RunningMatou) async throws -> String {
        let token = try await matou.command(["token", "add", "journey"])
        let form = try await matou.api(
            "POST", "/forms", token: token,
            body: #"""
                {"title":"会员登记","fields":[{"id":"name","kind":"text","label":"姓名","role":"name"},
                {"id":"mobile","kind":"mobile","label":"手机号","role":"key"}]}
                """#
        ).object()
        let accounts = try await matou.api("GET", "/accounts", token: token).object()
        let account = try #require(
            (accounts["data"] as? [[String: Any]])?.first?["id"] as? String)
        let formID = try #require(form["id"] as? String)
        let code = try await matou.api(
            "POST", "/qr-codes", token: token,
            body: #"""
                {"account_id":"\#(account)","name":"登记","type":"permanent",
                "reply":[{"format":"form","form_id":"\#(formID)"}]}
                """#
        ).object()
        return try #require(code["content"] as? String)
    }

    private func answer(
        as name: String, _ content: String, in browser: Browser, _ matou: RunningMatou
    ) async throws {
        try await browser.open(matou.mockURL)
        try await browser.type(name, into: "#name")
        try await browser.click(".new-person button")
        try await browser.type(content, into: "#content")
        try await browser.click(".scan-form button")
        try await browser.click(".account-card button.primary")
        let card = "#chat a[href*='/f/']"
        #expect(
            try await eventually {
                try await browser.open(try await browser.address())
                return await browser.has(card)
            })
        let link = try #require(try await browser.attribute("href", of: card))
        try await browser.open(link)
        let opened = ContinuousClock.now
        try await browser.type(name, into: "input[name=answer_name]")
        try await browser.type("13812345678", into: "input[name=answer_mobile]")
        // What is sent sooner than anybody types is taken for a program's.
        _ = await eventually { ContinuousClock.now - opened > .milliseconds(1200) }
        try await browser.click("form button.btn-main")
        #expect(await browser.has(".notice-good"))
    }

    /// How many identities each of the contacts with the number has.
    private func identities(_ matou: RunningMatou) async throws -> [Int] {
        let token = try await matou.command(["token", "add", "journey"])
        let found = try await matou.api("GET", "/contacts?q=13812345678", token: token).object()
        let contacts = try #require(found["data"] as? [[String: Any]])
        return contacts.map { ($0["identities"] as? [Any])?.count ?? 0 }
    }
}
