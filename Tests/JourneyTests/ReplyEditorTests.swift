import Foundation
import TestSupport
import TestWorld
import Testing

/// The reply editor in a real browser, against the built program and the mock's phone.
@Suite(.timeLimit(.minutes(5))) struct `The reply editor` {
    @Test func `three formats are ordered by keyboard and arrive in that order`() async throws {
        let matou = try await RunningMatou()
        let browser = try await Browser()
        defer { matou.process.stop() }
        do {
            try await browser.signIn(to: matou)
            try await browser.open(matou.url + "/qr-codes/new")
            try await browser.type("三种格式", into: "#name")
            try await browser.click("input[name=reply][value=some] + span")
            try await browser.type("第一条", into: "#reply_text_1")
            #expect(await shows(browser, "第一条"))

            try await browser.click("[data-reply-add]")
            try await browser.click("#reply_format_2 option[value=menu]")
            try await browser.type("想了解什么？", into: "#reply_head_2")
            try await browser.type("价格", into: ".reply-item:nth-of-type(2) [name=reply_choice]")
            try await browser.type("99 元起", into: ".reply-item:nth-of-type(2) [name=reply_answer]")
            #expect(await shows(browser, "价格"))

            try await browser.click("[data-reply-add]")
            try await browser.click("#reply_format_3 option[value=image]")
            let picture = try picture(in: matou)
            // A file input cannot be cleared by a driver, only filled.
            try await browser.fill(picture, into: ".reply-item:nth-of-type(3) [data-reply-file]")
            #expect(
                await eventually {
                    let chosen = try? await browser.text(
                        of: ".reply-item:nth-of-type(3) [data-reply-material] option:checked")
                    return chosen?.contains("海报") ?? false
                })
            #expect(await browser.has("[data-reply-chat] .bubble-picture"))

            // The picture goes up twice, with the keyboard alone.
            for _ in 1...2 {
                try await browser.press("\u{E007}", on: "#reply_format_3 ~ [data-reply-move=up]")
            }
            #expect(try await browser.attribute("value", of: ".reply-item [name=reply_key]") == "3")
            try await browser.click(".form-foot button")
            #expect(await browser.has(".picture img"))
            try await checkInbox(browser, matou)
        } catch {
            Issue.record("\(error); the page: \((try? await browser.text()) ?? "")")
        }
        await browser.close()
    }

    @Test func `of a batch is the same: items are dragged into order and go with every code`()
        async throws
    {
        let matou = try await RunningMatou()
        let browser = try await Browser(height: 1500)
        defer { matou.process.stop() }
        do {
            try await browser.signIn(to: matou)
            try await browser.open(matou.url + "/imports/new")
            let names = matou.folder.path + "/门店.csv"
            try "批量甲\n批量乙\n".write(toFile: names, atomically: true, encoding: .utf8)
            try await browser.fill(names, into: "#csv")
            try await browser.click("input[name=reply][value=some] + span")
            try await browser.type("第一条", into: "#reply_text_1")
            #expect(await shows(browser, "第一条"))
            try await browser.click("[data-reply-add]")
            try await browser.type("第二条", into: "#reply_text_2")
            #expect(await shows(browser, "第二条"))
            try await browser.drag(
                ".reply-item:nth-of-type(2) [data-reply-grip]",
                over: ".reply-item:nth-of-type(1) header")
            #expect(try await browser.attribute("value", of: ".reply-item [name=reply_key]") == "2")
            #expect(
                await eventually {
                    (try? await browser.text(of: "[data-reply-bubble]"))?.contains("第二条") ?? false
                })

            try await browser.click("[data-reply-add]")
            try await browser.click("#reply_format_3 option[value=image]")
            let picture = try picture(in: matou)
            try await browser.fill(picture, into: ".reply-item:nth-of-type(3) [data-reply-file]")
            #expect(await browser.has("[data-reply-chat] .bubble-picture"))
            try await browser.click(".form-foot button")
            #expect(await browser.has("form[action$='/start']"))
            try await browser.click("form[action$='/start'] button")
            let token = try await matou.command(["token", "add", "journey"])
            let replies = try await eventually {
                let list = try await matou.api(
                    "GET", "/qr-codes?name=%E6%89%B9%E9%87%8F", token: token
                ).object()
                let codes = list["data"] as? [[String: Any]] ?? []
                let formats = codes.map { code in
                    (code["reply"] as? [[String: Any]] ?? []).map {
                        ($0["text"] ?? $0["format"]) as? String
                    }
                }
                return formats.count == 2
                    && formats.allSatisfy { $0 == ["第二条", "第一条", "image"] }
            }
            #expect(replies)
        } catch {
            Issue.record("\(error); the page: \((try? await browser.text()) ?? "")")
        }
        await browser.close()
    }

    @Test func `a saved article is found in the picker and copied into the item`() async throws {
        let matou = try await RunningMatou()
        let browser = try await Browser()
        defer { matou.process.stop() }
        do {
            try await browser.signIn(to: matou)
            try await browser.open(matou.url + "/news-cards/new")
            try await browser.type("秋季上新", into: "#title")
            try await browser.type("第一批", into: "#description")
            try await browser.type("https://example.com/a", into: "#url")
            try await browser.fill(try picture(in: matou), into: "#file")
            try await browser.click(".form-foot button")
            #expect(await browser.has(".bubble-card img"))

            try await browser.open(matou.url + "/qr-codes/new")
            try await browser.click("input[name=reply][value=some] + span")
            try await browser.click("#reply_format_1 option[value=news]")
            try await browser.click("[data-reply-pick='/news-cards/picker']")
            try await browser.type("秋季", into: "[data-picker] [type=search]")
            try await browser.press("\u{E007}", on: "[data-picker] [type=search]")
            try await browser.click("[data-picker-choice]")
            #expect(await shows(browser, "秋季上新"))
            #expect(await browser.has("[data-reply-chat] .bubble-card img"))
        } catch {
            Issue.record("\(error); the page: \((try? await browser.text()) ?? "")")
        }
        await browser.close()
    }

    @Test func `what WeChat refuses and what a format cannot send is said beside the field`()
        async throws
    {
        let matou = try await RunningMatou()
        let browser = try await Browser()
        defer { matou.process.stop() }
        do {
            _ = try await matou.mock(
                "PUT", "/faults",
                #"{"faults":[{"fault":"errcode","errcode":48001,"path":"/cgi-bin/draft/batchget"}]}"#
            )
            try await browser.signIn(to: matou)
            try await browser.open(matou.url + "/qr-codes/new")
            try await browser.click("input[name=reply][value=some] + span")
            let item = ".reply-item:nth-of-type(1) "
            try await browser.click("#reply_format_1 option[value=article]")
            #expect(await browser.has(item + ".field-wrong[data-field=article_id] .error"))
            _ = try await matou.mock("DELETE", "/faults")
            try await browser.click(item + "[data-reply-sync]")
            #expect(await browser.has(item + "[data-field=article_id]:not(.field-wrong)"))

            try await browser.click("#reply_format_1 option[value=image]")
            let file = item + "[data-reply-file]"
            try await browser.fill(try keep(MediaBytes.mp4(), as: "店.mp4", matou), into: file)
            #expect(await browser.has(item + ".field-wrong[data-field=material_id] .error"))
            let told = try await browser.text(of: item + "[data-field=material_id] .error")
            #expect(told.contains("这种回复格式不能发送它"))
            #expect(try await browser.value(of: item + "[data-reply-material]").isEmpty)
            try await browser.fill(
                try keep(MediaBytes.gif(pictures: 2), as: "动图.gif", matou), into: file)
            #expect(await browser.has(item + "[data-reply-animated]:not([hidden])"))
            #expect(await browser.has(item + "[data-field=material_id]:not(.field-wrong)"))
        } catch {
            Issue.record("\(error); the page: \((try? await browser.text()) ?? "")")
        }
        await browser.close()
    }

    @Test func `links, faces and emoji are inserted with the keyboard alone`() async throws {
        let matou = try await RunningMatou()
        let browser = try await Browser()
        defer { matou.process.stop() }
        let enter = "\u{E007}"
        do {
            try await browser.signIn(to: matou)
            try await browser.open(matou.url + "/qr-codes/new")
            try await browser.click("input[name=reply][value=some] + span")
            try await browser.type("欢迎 ", into: "#reply_text_1")
            try await browser.press(enter, on: "[data-insert-open=link]")
            try await browser.type("看这里", into: "[data-insert-part=link] [name=words]")
            try await browser.type(
                "https://example.com/?a=\"b\"", into: "[data-insert-part=link] [name=url]")
            try await browser.press(enter, on: "[data-insert-part=link] [name=url]")
            #expect(await shows(browser, "看这里"))
            try await browser.press(enter, on: "[data-insert-open=mini_program]")
            let program = "[data-insert-part=mini_program]"
            try await browser.type("小程序", into: program + " [name=words]")
            try await browser.type("wx0123456789abcdef", into: program + " [name=app_id]")
            try await browser.type("pages/index", into: program + " [name=path]")
            try await browser.type("https://example.com", into: program + " [name=url]")
            try await browser.press(enter, on: program + " [name=url]")
            try await browser.press(enter, on: "[data-insert-open=face]")
            try await browser.press(enter, on: "[data-insert-sign='[微笑]']")
            try await browser.press(enter, on: "[data-insert-open=emoji]")
            try await browser.press(enter, on: "[data-insert-sign='🎉']")
            // The caret is behind what was inserted, in the text.
            try await browser.fill("好", into: "#reply_text_1")
            #expect(await shows(browser, "[微笑]🎉好"))
            let text = try await browser.value(of: "#reply_text_1")
            #expect(
                text == """
                    欢迎 <a href="https://example.com/?a=%22b%22">看这里</a>\
                    <a href="https://example.com" data-miniprogram-appid="wx0123456789abcdef" \
                    data-miniprogram-path="pages/index">小程序</a>[微笑]🎉好
                    """)
        } catch {
            Issue.record("\(error); the page: \((try? await browser.text()) ?? "")")
        }
        await browser.close()
    }

    private func shows(_ browser: Browser, _ words: String) async -> Bool {
        await eventually {
            (try? await browser.text(of: "[data-reply-chat]"))?.contains(words) ?? false
        }
    }

    private func picture(in matou: RunningMatou) throws -> String {
        try keep(MediaBytes.png(), as: "海报.png", matou)
    }

    private func keep(_ bytes: [UInt8], as name: String, _ matou: RunningMatou) throws -> String {
        let path = matou.folder.path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Scans as a new person: the picture, the text and the menu arrive, and a tap is answered.
    private func checkInbox(_ browser: Browser, _ matou: RunningMatou) async throws {
        let id = try #require(try await browser.address().split(separator: "/").last)
        let token = try await matou.command(["token", "add", "journey"])
        let code = try await matou.api("GET", "/qr-codes/\(id)", token: token).object()
        let content = try #require(code["content"] as? String)
        let person = try await matou.mock("POST", "/people", #"{"name":"小明"}"#).object()
        let personID = try #require(person["id"] as? String)
        let people = "/people/\(personID)"
        _ = try await matou.mock("POST", people + "/scan", #"{"content":"\#(content)"}"#)
        _ = try await matou.mock("POST", people + "/follow")
        func inbox() async throws -> [[String: Any]] {
            let answer = try await matou.mock("GET", people + "/inbox").object()
            return answer["data"] as? [[String: Any]] ?? []
        }
        let arrived = try await eventually { try await inbox().count == 3 }
        #expect(arrived)
        let messages = try await inbox()
        #expect(messages.map { $0["msgtype"] as? String } == ["image", "text", "msgmenu"])

        let menu = try #require(messages.last)
        let list = (menu["msgmenu"] as? [String: Any])?["list"] as? [[String: String]]
        let item = try #require(list?.first?["id"])
        let message = try #require(menu["id"] as? Int)
        _ = try await matou.mock(
            "POST", people + "/send", #"{"item":"\#(item)","message":\#(message)}"#)
        let answered = try await eventually {
            let last = try await inbox().last?["text"] as? [String: String]
            return last?["content"] == "99 元起"
        }
        #expect(answered)
    }
}
