import Foundation
import TestSupport
import TestWorld
import Testing

/// Every page in a real browser, in both languages, on a screen and in a phone, with the longest names.
@Suite(.timeLimit(.minutes(5))) struct PageWidthTests {
    private static let longName = "一个名字非常非常长的微信公众号旗舰体验店官方服务号"
    private static let longWord = "InternationalConventionAndExhibitionCentreOfShanghaiHongqiao"

    @Test(arguments: ["zh-CN", "en"])
    func `no page is wider than the screen, nor a table wider than its card`(language: String)
        async throws
    {
        let matou = try await RunningMatou()
        defer { matou.process.stop() }
        let browser = try await Browser(language: language)
        do {
            try await browser.signIn(to: matou)
            for path in try await world(matou, browser) {
                try await browser.open(matou.url + path)
                for width in [1280, 390] {
                    try await browser.resize(width: width, height: 900)
                    // A phone's viewport grows with what is too wide, so it is no measure.
                    let wide = try await browser.run(
                        """
                        const tooWide = [...document.querySelectorAll(".scroll")]
                            .filter((box) => box.scrollWidth > box.clientWidth)
                            .map((box) => `a table of ${box.scrollWidth} in ${box.clientWidth}`);
                        for (const more of document.querySelectorAll("details.more")) more.open = true;
                        const right = (element) => element.getBoundingClientRect().right;
                        const fields = [...document.querySelectorAll(".card .filters .input")]
                            .filter((field) => right(field) > right(field.closest(".card")) - 8)
                            .map((field) => `${field.name} out of its card`);
                        const tick = document.querySelector("input[name=select]");
                        if (tick) tick.checked = true;
                        const bar = document.querySelector(".batch")?.offsetHeight ?? 0;
                        if (\(width) > 900 && bar > 60) fields.push("a bar of two lines");
                        const page = document.documentElement.scrollWidth;
                        return (page > \(width) ? [`${page} on ${\(width)}`] : [])
                            .concat(tooWide, fields);
                        """)
                    #expect(wide as? [String] == [], "\(path)")
                }
            }
        } catch {
            Issue.record("\(error); the page: \((try? await browser.text()) ?? "")")
        }
        await browser.close()
    }

    /// Something of everything, much of it with long names; the paths to look at.
    private func world(_ matou: RunningMatou, _ browser: Browser) async throws -> [String] {
        let token = try await matou.command(["token", "add", "journey", "--role", "admin"])
        func made(_ path: String, _ body: String) async throws -> [String: Any] {
            let answer = try await matou.api("POST", path, token: token, body: body)
            #expect(answer.status < 300, "\(path): \(answer.text)")
            return try answer.object()
        }
        let accounts = try await matou.api("GET", "/accounts", token: token).object()
        let first = try #require((accounts["data"] as? [[String: Any]])?.first?["id"] as? String)
        let account =
            #""secret":"0123456789abcdef0123456789abcdef","name":"\#(Self.longName)","verified":true"#
        _ = try await matou.mock("PUT", "/accounts/wx1111111111111111", "{\(account)}")
        let second = try await made("/accounts", #"{"app_id":"wx1111111111111111",\#(account)}"#)
        let form = try await made(
            "/forms",
            #"""
            {"title":"会员登记","fields":[{"id":"name","kind":"text","label":"姓名","role":"name"},
            {"id":"mobile","kind":"mobile","label":"手机号","role":"key"}]}
            """#)
        let formPath = "/forms/\(try #require(form["id"] as? String))"
        var codePath = ""
        for account in [try #require(second["id"] as? String), first] {
            let code = try await made(
                "/qr-codes",
                #"""
                {"account_id":"\#(account)","name":"\#(Self.longWord)","source":"\#(Self.longWord)",
                "type":"permanent","group":"\#(Self.longWord.prefix(40))",
                "reply":[{"format":"form","form_id":"\#(formPath.dropFirst(7))"}]}
                """#)
            codePath = "/qr-codes/\(try #require(code["id"] as? String))"
            // The other account's callbacks go nowhere.
            guard account == first else { continue }
            try await answer(try #require(code["content"] as? String), matou, browser)
        }
        _ = try await made("/tags", #"{"name":"\#(Self.longWord.prefix(30))"}"#)
        let audience = try await made(
            "/audiences", #"{"name":"\#(Self.longWord)","condition":{"following":true}}"#)
        let batch = try await made(
            "/imports", #"{"account_id":"\#(first)","type":"permanent","csv":"\#(Self.longWord)2"}"#
        )
        let found = try await matou.api("GET", "/contacts?q=13812345678", token: token).object()
        let contact = try #require((found["data"] as? [[String: Any]])?.first?["id"] as? String)

        // From here on the pages are about the account with the long name.
        try await browser.open(matou.url)
        try await browser.click(".switch[popovertarget=accounts]")
        try await browser.click("#accounts form button:last-of-type")
        return [
            "/", "/qr-codes", "/qr-codes?account=all", "/qr-codes/new", "/qr-codes/deleted",
            codePath, codePath + "/edit", codePath + "/revisions", codePath + "/design",
            codePath + "/figures/scans", "/figures/scans", "/groups", "/imports", "/imports/new",
            "/imports/\(try #require(batch["id"] as? String))", "/exports", "/contacts",
            "/contacts/\(contact)", "/forms", "/forms/new", formPath, formPath + "/edit",
            "/audiences", "/audiences/new",
            "/audiences/\(try #require(audience["id"] as? String))", "/tags", "/materials",
            "/articles", "/news-cards", "/logos", "/accounts", "/accounts/new",
            "/accounts/\(first)", "/members", "/tokens", "/audit", "/settings", "/api/docs",
        ]
    }

    /// Somebody scans, follows, and answers the form that is sent to them.
    private func answer(_ content: String, _ matou: RunningMatou, _ browser: Browser) async throws {
        let person = try await matou.mock("POST", "/people", #"{"name":"小明"}"#).object()
        let path = "/people/\(try #require(person["id"] as? String))"
        _ = try await matou.mock("POST", path + "/scan", #"{"content":"\#(content)"}"#)
        _ = try await matou.mock("POST", path + "/follow")
        var sent: String?
        _ = try await eventually {
            sent = try await matou.mock("GET", path + "/inbox").text.replacing("\\/", with: "/")
                .firstMatch(of: /http:\/\/[^"\\ ]+\/f\/[^"\\ ]+/).map { String($0.output) }
            return sent != nil
        }
        try await browser.open(try #require(sent))
        let opened = ContinuousClock.now
        try await browser.type(Self.longName, into: "input[name=answer_name]")
        try await browser.type("13812345678", into: "input[name=answer_mobile]")
        // What is sent sooner than anybody types is taken for a program's.
        _ = await eventually { ContinuousClock.now - opened > .milliseconds(1200) }
        try await browser.click("form button.btn-main")
        #expect(await browser.has(".notice-good"))
    }
}
