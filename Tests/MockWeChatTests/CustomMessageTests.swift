import MockWeChat
import Testing

@Suite struct CustomMessageTests {
    @Test func `after a follow three messages arrive within a minute`() async throws {
        try await Street.with { street in
            let ming = try await street.fan("明")
            for number in 1...3 { try await street.text(0, to: ming, "message \(number)") }
            try await street.text(45047, to: ming)
            #expect(ming.inbox().map(\.content) == (1...3).map { .text("message \($0)") })
            #expect(ming.inbox().allSatisfy { $0.origin == .customMessage })
        }
    }

    @Test func `the minute of a follow and of a scan ends`() async throws {
        try await Street.with { street in
            let code = try await street.code("a")
            let ming = try await street.fan("明")
            try street.gateway.advanceClock(by: .seconds(60))
            try await street.text(45015, to: ming)
            try await ming.scan(code)
            try street.gateway.advanceClock(by: .seconds(59))
            try await street.text(0, to: ming)
            try street.gateway.advanceClock(by: .seconds(1))
            try await street.text(45015, to: ming)
        }
    }

    @Test func `a fan's text opens five messages in forty-eight hours`() async throws {
        try await Street.with { street in
            let ming = try await street.fan("明")
            try await ming.send("在吗")
            try street.gateway.advanceClock(by: .seconds(48 * 3600 - 1))
            for _ in 1...5 { try await street.text(0, to: ming) }
            try await street.text(45047, to: ming)
            try street.gateway.advanceClock(by: .seconds(1))
            try await street.text(45015, to: ming)
        }
    }

    @Test func `allowances of several actions do not add up`() async throws {
        try await Street.with { street in
            let ming = try await street.fan("明")
            try await ming.send("在吗")
            for _ in 1...5 { try await street.text(0, to: ming) }
            try await street.text(45047, to: ming)
        }
    }

    @Test func `a tap on a menu message comes back as a text and opens a minute`() async throws {
        try await Street.with { street in
            let ming = try await street.fan("明")
            try await street.expect(
                0, calling: "/cgi-bin/message/custom/send",
                [
                    "touser": .string(ming.openid(at: Street.appid)), "msgtype": "msgmenu",
                    "msgmenu": [
                        "head_content": "满意吗？",
                        "list": [
                            ["id": "101", "content": "满意"], ["id": "102", "content": "不满意"],
                        ],
                        "tail_content": "谢谢",
                    ],
                ])
            try street.gateway.advanceClock(by: .seconds(100))
            let menu = try #require(ming.inbox().last)
            try await ming.tap("102", of: menu)
            let call = try #require(street.server.calls.last)
            #expect(call.element("Content") == "不满意")
            #expect(call.element("bizmsgmenuid") == "102")
            for _ in 1...3 { try await street.text(0, to: ming) }
            try await street.text(45047, to: ming)
        }
    }

    @Test func `only followers can be written to`() async throws {
        try await Street.with { street in
            let stranger = try street.gateway.people.add("舟")
            try await street.text(43004, to: stranger)
            try await stranger.follow()
            try await stranger.unfollow()
            try await street.text(45015, to: stranger)
            try await street.expect(
                40003, calling: "/cgi-bin/message/custom/send",
                ["touser": "oNobody", "msgtype": "text", "text": ["content": "hi"]])
        }
    }

    @Test(
        arguments: [
            (40008, "telegram", [:]), (48008, "link", ["title": "t"]),
            (44004, "text", ["content": ""]),
            (45002, "text", ["content": .string(String(repeating: "长", count: 683))]),
            (40007, "image", ["media_id": "gone"]), (40007, "voice", ["media_id": "gone"]),
            (40007, "video", ["media_id": "gone", "title": "t"]),
            (40007, "music", ["musicurl": "http://m", "thumb_media_id": "gone"]),
            (44003, "news", ["articles": []]),
            (45008, "news", ["articles": [["title": "a"], ["title": "b"]]]),
            (45003, "news", ["articles": [["title": .string(String(repeating: "t", count: 129))]]]),
            (
                45004, "news",
                [
                    "articles": [
                        ["title": "t", "description": .string(String(repeating: "d", count: 513))]
                    ]
                ]
            ),
            (
                45005, "news",
                ["articles": [["title": "t", "url": .string(String(repeating: "u", count: 2049))]]]
            ),
            (
                45006, "news",
                [
                    "articles": [
                        ["title": "t", "picurl": .string(String(repeating: "p", count: 2049))]
                    ]
                ]
            ),
            (40007, "mpnews", ["media_id": "gone"]),
            (53600, "mpnewsarticle", ["article_id": "gone"]),
            (44004, "msgmenu", ["list": []]), (40035, "wxcard", [:]),
            (40166, "miniprogrampage", ["title": "t", "appid": "nope", "pagepath": "p"]),
            (40165, "miniprogrampage", ["title": "t", "appid": "wx1", "pagepath": ""]),
            (
                40007, "miniprogrampage",
                ["title": "t", "appid": "wx1", "pagepath": "p", "thumb_media_id": "x"]
            ),
            (45003, "miniprogrampage", ["title": .string(String(repeating: "t", count: 65))]),
        ] as [(Int64, String, JSON)])
    func `a message with a wrong part is refused and costs nothing`(
        errcode: Int64, type: String, payload: JSON
    ) async throws {
        try await Street.with { street in
            let ming = try await street.fan("明")
            let call: JSON = [
                "touser": .string(ming.openid(at: Street.appid)), "msgtype": .string(type),
            ]
            try await street.expect(
                errcode, calling: "/cgi-bin/message/custom/send", call.adding(type, payload))
            #expect(ming.inbox().isEmpty)
            for _ in 1...3 { try await street.text(0, to: ming) }
        }
    }

    @Test func `pictures, cards and stored articles arrive as they were sent`() async throws {
        try await Street.with { street in
            let image = try await street.upload(
                "/cgi-bin/media/upload?type=image", MediaTests.png, named: "a.png")
            let id = try #require(image["media_id"]?.string)
            let ming = try await street.fan("明")
            let openid = JSON.string(ming.openid(at: Street.appid))
            try await street.expect(
                0, calling: "/cgi-bin/message/custom/send",
                ["touser": openid, "msgtype": "image", "image": ["media_id": .string(id)]])
            try await street.expect(
                0, calling: "/cgi-bin/message/custom/send",
                [
                    "touser": openid, "msgtype": "news",
                    "news": ["articles": [["title": "秋", "url": "https://example.com/"]]],
                ])
            try await street.expect(
                0, calling: "/cgi-bin/message/custom/send",
                [
                    "touser": openid, "msgtype": "miniprogrampage",
                    "miniprogrampage": [
                        "title": "商城", "appid": "wx0123456789abcdef",
                        "pagepath": "pages/index?from=qr", "thumb_media_id": .string(id),
                    ],
                ])
            let contents = ming.inbox().map(\.content)
            try #require(contents.count == 3)
            #expect(contents.first == .image(mediaID: id))
            guard case .news(let articles) = contents[1], case .miniProgram(let card) = contents[2]
            else {
                Issue.record("\(contents)")
                return
            }
            #expect(articles.first?.title == "秋")
            #expect(card.pagepath == "pages/index?from=qr")
            let inbox = try await street.get("/mock/people/\(ming.id)/inbox")
            let types = inbox["data"]?.array?.compactMap { $0["msgtype"]?.string }
            #expect(types == ["image", "news", "miniprogrampage"])
        }
    }

    @Test func `a mini program that is not linked cannot be sent`() async throws {
        try await Street.with { street in
            try street.limit { $0.linkedMiniPrograms = ["wx1"] }
            let ming = try await street.fan("明")
            try await street.expect(
                40166, calling: "/cgi-bin/message/custom/send",
                [
                    "touser": .string(ming.openid(at: Street.appid)), "msgtype": "miniprogrampage",
                    "miniprogrampage": ["title": "t", "appid": "wx2", "pagepath": "p"],
                ])
        }
    }

    @Test func `typing shows for half a minute after the fan's last deed`() async throws {
        try await Street.with { street in
            let ming = try await street.fan("明")
            try await street.typing(0, ming, "Typing")
            try await street.typing(45081, ming, "Typing")
            try await street.typing(0, ming, "CancelTyping")
            try await street.typing(45072, ming, "Dancing")
            try street.gateway.advanceClock(by: .seconds(31))
            try await street.typing(45080, ming, "Typing")
        }
    }
}

extension Street {
    /// Sends a text to a fan.
    func text(
        _ errcode: Int64, to person: MockPerson, _ text: String = "hi",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await expect(
            errcode, calling: "/cgi-bin/message/custom/send",
            [
                "touser": .string(person.openid(at: Self.appid)), "msgtype": "text",
                "text": ["content": .string(text)],
            ], sourceLocation: sourceLocation)
    }

    fileprivate func typing(
        _ errcode: Int64, _ person: MockPerson, _ command: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await expect(
            errcode, calling: "/cgi-bin/message/custom/typing",
            ["touser": .string(person.openid(at: Self.appid)), "command": .string(command)],
            sourceLocation: sourceLocation)
    }
}
