import Foundation
import MockWeChat
import Testing

@Suite struct PhoneTests {
    @Test func `somebody scans, sees the account's card, follows, and reads the reply in the chat`()
        async throws
    {
        try await Street.with { street in
            let code = try await street.code("store-042")
            let link = try #require(
                code.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            let made = try await street.submit("/phone", ["name": "明", "scan": code])
            #expect(made.url.hasSuffix("/phone/p1?scan=\(link.replacing("%2E", with: "."))"))
            #expect(made.text.contains(code))

            let card = try await street.submit("/phone/p1/scan", ["content": code])
            #expect(card.text.contains("关注公众号"))
            #expect(card.text.contains("海港咖啡"))
            #expect(street.server.calls.isEmpty)

            let chat = try await street.submit("/phone/p1/follow", ["account": Street.appid])
            #expect(chat.text.contains("你已关注此公众号"))
            try await street.text(0, to: try street.gateway.people["p1"], "欢迎来到静安店")
            let page = try await street.fetch("GET", "/phone/p1?account=\(Street.appid)")
            #expect(page.text.contains("欢迎来到静安店"))
            #expect(page.text.contains("subscribe"))

            let left = try await street.submit("/phone/p1/unfollow", ["account": Street.appid])
            #expect(left.text.contains("你已取消关注"))
            #expect(street.server.calls.count == 2)
        }
    }

    @Test func `a code in a picture is scanned like its text`() async throws {
        try await Street.with { street in
            let code = try await street.code("store-042")
            _ = try street.gateway.people.add("明")
            let drawn = try await street.fetch("GET", "/mock/qr?text=\(Self.encoded(code))")
            func hold(_ picture: [UInt8]) async throws -> Answer {
                var body = Array(
                    """
                    --pier\r\nContent-Disposition: form-data; name="picture"; filename="code.png"\
                    \r\n\r\n
                    """.utf8)
                body += picture + Array("\r\n--pier--\r\n".utf8)
                return try await street.fetch(
                    "POST", "/phone/p1/picture", body,
                    fields: ["Content-Type": "multipart/form-data; boundary=pier"])
            }
            let page = try await hold(drawn.bytes)
            #expect(page.url.contains("/phone/p1?scan=") && page.text.contains(code))
            let refused = try await hold(Array("GIF89a".utf8))
            #expect(refused.text.contains("neither a PNG nor a JPEG"))
            let goldens = URL(filePath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Goldens/codes")
            for (name, words) in [
                ("part-1-of-2.png", "This code is part 1 of 2 of a longer text."),
                ("bytes.png", "What the code holds is no text."),
            ] {
                let held = try await hold(
                    Array(try Data(contentsOf: goldens.appending(path: name))))
                #expect(held.status == 422 && held.text.contains(words), "\(name)")
            }

            let image = JSON.string(Data(drawn.bytes).base64EncodedString())
            let scan = try await street.post("/mock/people/p1/scan", ["image": image])
            let same = try await street.post("/mock/people/p1/scan", ["content": .string(code)])
            #expect(scan["outcome"] == "card" && scan == same)
            for body in [#"{"image":"R0lGODlh"}"#, #"{"image":"%"}"#, "{}"] {
                let wrong = try await street.fetch(
                    "POST", "/mock/people/p1/scan", Array(body.utf8))
                #expect(wrong.status == 422, "\(body)")
            }
        }
    }

    @Test func `hostile words stay words`() async throws {
        try await Street.with { street in
            let hostile = "<script>alert(1)</script>\"'>\"\u{301} onfocus=alert(1)"
            let ming = try street.gateway.people.add(hostile)
            try await ming.follow()
            try await ming.send(hostile)
            try await street.text(
                0, to: ming, "<a href=\"javascript:alert(1)\">x</a><img src=x onerror=alert(1)>")
            let pages = [
                "/", "/?scan=\(Self.encoded(hostile))", "/phone/p1",
                "/phone/p1?account=\(Street.appid)", "/phone/p1?text=\(Self.encoded(hostile))",
                "/phone/p1?scan=\(Self.encoded(hostile))",
            ]
            for path in pages {
                let page = try await street.fetch("GET", path)
                #expect(page.status == 200)
                #expect(!page.text.contains("<script>alert"), "\(path)")
                // To a browser a mark after it changes nothing about a quote.
                #expect(page.bytes.firstRange(of: Array("\"\u{301}".utf8)) == nil, "\(path)")
                #expect(!page.text.contains("<img src=x"), "\(path)")
                #expect(!page.text.contains("javascript:"), "\(path)")
                #expect(page.policy.contains("default-src 'none'"))
                #expect(!page.text.contains(" style="), "\(path)")
            }
        }
    }

    @Test func `every kind of message has its bubble`() async throws {
        try await Street.with { street in
            let ming = try await street.fan("明")
            try await ming.send("在吗")
            let image = try await street.upload(
                "/cgi-bin/media/upload?type=image", MediaTests.png, named: "a.png")
            let id = image["media_id"] ?? .null
            let messages: [(String, JSON)] = [
                (
                    "text",
                    [
                        "content":
                            "看 <a href=\"https://example.com/\">菜单</a> 或 <a data-miniprogram-appid=\"wx1\" data-miniprogram-path=\"p\" href=\"http://x\">商城</a>"
                    ]
                ),
                ("image", ["media_id": id]),
                ("news", ["articles": [["title": "秋季新品", "url": "https://example.com/a"]]]),
                (
                    "miniprogrampage",
                    ["title": "门店商城", "appid": "wx1", "pagepath": "p", "thumb_media_id": id]
                ),
                ("msgmenu", ["head_content": "满意吗", "list": [["id": "1", "content": "满意"]]]),
            ]
            for (type, payload) in messages {
                let call: JSON = [
                    "touser": .string(ming.openid(at: Street.appid)), "msgtype": .string(type),
                ]
                try await street.expect(
                    0, calling: "/cgi-bin/message/custom/send", call.adding(type, payload))
            }
            let page = try await street.fetch("GET", "/phone/p1?account=\(Street.appid)").text
            #expect(page.contains("<a href=\"https://example.com/\""))
            #expect(page.contains("title=\"wx1 p\">商城</a>"))
            #expect(page.contains("<img class=\"picture\" src=\"/mock/media/\(id.string ?? "?")\""))
            #expect(page.contains("秋季新品"))
            #expect(page.contains("门店商城"))
            #expect(page.contains("<button class=\"link\">满意</button>"))

            let menu = try #require(ming.inbox().last)
            let tapped = try await street.submit(
                "/phone/p1/tap",
                ["message": String(menu.id), "item": "1", "account": Street.appid])
            #expect(tapped.status == 200)
            #expect(street.server.calls.last?.element("bizmsgmenuid") == "1")
        }
    }

    @Test func `the page is Chinese first, and English once asked for`() async throws {
        try await Street.with { street in
            _ = try street.gateway.people.add("明")
            let chinese = try await street.fetch("GET", "/phone/p1")
            #expect(chinese.text.contains("<html lang=\"zh-CN\">"))
            #expect(chinese.text.contains("扫一扫"))
            let english = try await street.fetch("GET", "/phone/p1?lang=en")
            #expect(english.text.contains("<html lang=\"en\">"))
            #expect(english.text.contains(">Scan"))
            let preferred = try await street.fetch(
                "GET", "/phone/p1", fields: ["Accept-Language": "fr, en-GB;q=0.8, zh;q=0.5"])
            #expect(preferred.text.contains("<html lang=\"en\">"))
            let kept = try await street.fetch(
                "GET", "/phone/p1",
                fields: ["Cookie": "mock_language=en", "Accept-Language": "zh"])
            #expect(kept.text.contains("<html lang=\"en\">"))
        }
    }

    @Test func `everybody is found, page by page, with what is about to be scanned`() async throws {
        try await Street.with { street in
            for number in 1...130 { try street.gateway.people.add("person \(number)") }
            var path: String? = "/?scan=a%26b"
            var found: [String] = []
            while let page = path {
                let text = try await street.fetch("GET", page).text
                found += text.matches(of: />(person \d+)</).map { String($0.1) }
                #expect(text.contains("<code>a&amp;b</code>"))
                path = text.firstMatch(of: /href="([^"]*)" rel="next"/)
                    .map { String($0.1).replacing("&amp;", with: "&") }
            }
            #expect(found == (1...130).reversed().map { "person \($0)" })
            for before in ["0", "-9223372036854775808", "9223372036854775807", "x"] {
                #expect(try await street.fetch("GET", "/?before=\(before)").status == 200)
            }
        }
    }

    @Test func `a refused form says why and an unknown person leads back to everybody`()
        async throws
    {
        try await Street.with { street in
            _ = try street.gateway.people.add("明")
            let refused = try await street.submit(
                "/phone/p1/send", ["account": Street.appid, "text": "hi"])
            #expect(refused.status == 422)
            #expect(refused.text.contains("does not follow"))
            let gone = try await street.fetch("GET", "/phone/p9")
            #expect(gone.url.hasSuffix("/"))
            let expired = try await street.fetch("GET", "/phone/p1?expired=1")
            #expect(expired.text.contains("二维码已过期"))
            let unknown = try await street.submit("/phone/p1/scan", ["content": "hello & bye"])
            #expect(unknown.text.contains("hello &amp; bye"))
        }
    }

    @Test func `the styles and the script come from the gateway itself`() async throws {
        try await Street.with { street in
            let page = try await street.fetch("GET", "/").text
            for pattern in [
                /href="(\/mock\/static\/phone\.css[^"]*)"/,
                /src="(\/mock\/static\/phone\.js[^"]*)"/,
            ] {
                let path = try #require(page.firstMatch(of: pattern)?.1)
                let file = try await street.fetch("GET", String(path))
                #expect(file.status == 200)
                #expect(!file.bytes.isEmpty)
            }
        }
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

extension Street {
    /// Submits a form and follows where it leads.
    fileprivate func submit(_ path: String, _ form: [String: String]) async throws -> Answer {
        let body = form.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        return try await fetch(
            "POST", path, Array(body.joined(separator: "&").utf8),
            fields: ["Content-Type": "application/x-www-form-urlencoded"])
    }
}
