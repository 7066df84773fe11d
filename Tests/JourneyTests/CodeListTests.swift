import Foundation
import TestSupport
import TestWorld
import Testing

/// The gestures of the lists in a real browser.
@Suite(.timeLimit(.minutes(5))) struct `The list in a browser` {
    @Test func `shows a code over it in three sizes, with a logo or none, and copies its link`()
        async throws
    {
        try await journey { browser, matou in
            let token = try await matou.command(["token", "add", "journey"])
            // A picture without a code in it, of the page that was just seen.
            let logo = try await PlainHTTP.send(
                "POST", port: matou.port, path: "/api/v1/logos?name=mark",
                headers: [
                    ("Authorization", "Bearer \(token)"), ("Content-Type", "image/png"),
                ], body: try await browser.screenshot())
            try #require(logo.status == 201, "\(logo.text)")
            let id = try #require(try logo.object()["id"] as? String)

            try await browser.open(matou.url + "/qr-codes")
            try await browser.click("tbody tr:first-child a[data-picture]")
            #expect(await browser.has("dialog#picture[open] img[src*='format=svg']"))
            #expect(try await browser.text(of: "dialog#picture header") != "")
            for size in ["258", "430", "1280"] {
                #expect(
                    await browser.has("dialog#picture a[data-size='\(size)'][href*='size=\(size)']")
                )
            }
            try await browser.click("dialog#picture select option[value='\(id)']")
            #expect(await browser.has("dialog#picture img[src*='logo=\(id)']"))
            #expect(await browser.has("dialog#picture a[data-size='1280'][href*='logo=\(id)']"))
            try await browser.click("dialog#picture select option[value='false']")
            #expect(await browser.has("dialog#picture img[src*='logo=false']"))

            try await browser.click("dialog#picture [data-copy]")
            #expect(try await browser.text(of: "dialog#picture .toast") == "已复制")
            let link = try #require(
                try await browser.attribute("data-copy", of: "dialog#picture [data-copy]"))
            #expect(link.hasPrefix(matou.url + "/c/"))

            try await browser.click("dialog#picture a[data-size='258']")
            let file = try Data(contentsOf: URL(fileURLWithPath: try await browser.download()))
            // The width in the PNG's head.
            #expect(Array(file.dropFirst(16).prefix(4)) == [0, 0, 1, 2])
        }
    }

    @Test func `keeps ticks over its pages, and moves what is ticked on all of them`() async throws
    {
        try await journey { browser, matou in
            let token = try await matou.command(["token", "add", "journey"])
            try await make(25, in: matou, token: token)
            try await browser.open(matou.url + "/qr-codes?q=%E6%89%B9%E9%87%8F")
            #expect(try await browser.shows("tbody tr:nth-of-type(1) input[name=select]"))
            try await browser.click("tbody tr:nth-of-type(1) input[name=select]")
            try await browser.click("tbody tr:nth-of-type(2) input[name=select]")
            #expect(try await browser.text(of: "[data-selected-count]") == "2")
            try await browser.click("a[rel=next]")
            #expect(await browser.has("a[rel=prev]"))
            #expect(try await browser.text(of: "[data-selected-count]") == "2")
            try await browser.click("[data-select-all]")
            #expect(try await browser.text(of: "[data-selected-count]") == "7")
            try await browser.click("a[rel=prev]")
            #expect(await browser.has("tbody tr:nth-of-type(20)"))
            #expect(try await browser.text(of: "[data-selected-count]") == "7")

            try await browser.click(".batch details:has(input[name=group]) summary")
            try await browser.type("甲组", into: ".batch input[name=group]")
            try await browser.click(".batch button[value=group]")
            #expect(await browser.has(".notice-good form"))
            func moved() async throws -> Int {
                let list = try await matou.api("GET", "/qr-codes?limit=200", token: token).object()
                let codes = list["data"] as? [[String: Any]] ?? []
                return codes.count { $0["group"] as? String == "甲组" }
            }
            #expect(try await moved() == 7)
            // What was done ends the selection, and can be taken back.
            #expect(await browser.has("[data-select-none][hidden]"))
            try await browser.click(".notice-good form button")
            #expect(try await eventually { try await moved() == 0 })
        }
    }

    @Test func `of an audience's conditions says who would be in it while they change`()
        async throws
    {
        try await journey { browser, matou in
            try await browser.open(matou.url + "/audiences/new")
            let before = try await browser.text(of: "[data-sentence]")
            try await browser.click(".condition:first-child select option[value=following]")
            #expect(
                await eventually {
                    let sentence = try? await browser.text(of: "[data-sentence]")
                    return sentence != nil && sentence != before
                })
            let following = try await count(browser)
            #expect(following > 0)
            try await browser.click(".condition:first-child [type=checkbox]")
            #expect(await eventually { (try? await count(browser)) != following })
            try await browser.click(".condition:first-child [type=checkbox]")
            #expect(await eventually { (try? await count(browser)) == following })
            try await browser.type("正在关注", into: "#name")
            try await browser.click(".form-foot button")
            #expect(
                await eventually {
                    (try? await browser.text())?.contains("共 \(following) 人") ?? false
                })
        }
    }

    /// The number that the builder tells.
    private func count(_ browser: Browser) async throws -> Int {
        let words = try await browser.text(of: "[data-count]")
        return Int(words.filter(\.isNumber)) ?? -1
    }

    private func make(_ count: Int, in matou: RunningMatou, token: String) async throws {
        let accounts = try await matou.api("GET", "/accounts", token: token).object()
        let account = try #require((accounts["data"] as? [[String: Any]])?.first?["id"] as? String)
        let names = (1...count).map { "批量\($0)\\n" }.joined()
        let batch = try await matou.api(
            "POST", "/imports", token: token,
            body: #"{"account_id":"\#(account)","type":"permanent","csv":"\#(names)"}"#
        ).object()
        let path = "/imports/\(try #require(batch["id"] as? String))"
        _ = try await matou.api("POST", path + "/start", token: token)
        let isDone = try await eventually(within: .seconds(60)) {
            try await matou.api("GET", path, token: token).object()["state"] as? String == "done"
        }
        try #require(isDone)
    }
}
