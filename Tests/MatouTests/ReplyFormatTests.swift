import Foundation
import HTTPClient
import Jobs
import Matou
import SQL
import Synchronization
import TestSupport
import TestWorld
import Testing
import WeChat

@Suite struct `A reply of any format` {
    private static let send = "/cgi-bin/message/custom/send"
    private static let upload = "/cgi-bin/media/upload"

    private func material(
        _ bytes: [UInt8], _ workshop: Workshop
    ) async throws -> Matou.Material.ID {
        try await workshop.installation.materials.upload(
            OneChunk(bytes: bytes), named: "素材", by: workshop.owner
        ).material.id
    }

    private func articles(
        _ workshop: Workshop, _ json: String
    ) async throws -> [Article] {
        workshop.wechat.answer("/cgi-bin/draft/batchget", json)
        try await workshop.installation.articles.sync(workshop.account.id, by: workshop.owner)
        return try await workshop.installation.articles.page(
            of: workshop.account.id, for: workshop.owner
        ).elements
    }

    private static let oneDraft = """
        {"total_count":1,"item_count":1,"item":[{"media_id":"DRAFT1","content":{"news_item":[\
        {"title":"秋季新品","digest":"摘要","thumb_media_id":"T1","url":"http://mp.weixin.qq.com/s/x"}]},\
        "update_time":1716200000}]}
        """

    /// Lets the queue work until `isDone`.
    private func run(
        _ workshop: Workshop, until isDone: @escaping @Sendable () async throws -> Bool
    ) async throws {
        // A queue that was stopped stays so: each run is the next process, whose facts are later.
        workshop.clock.advance(by: .seconds(1))
        let jobs = try workshop.restarted().installation.jobs
        let run = Task { await jobs.run() }
        let ended = try await eventually { try await isDone() }
        await jobs.stop()
        await run.value
        workshop.clock.advance(by: .seconds(1))
        #expect(ended)
    }

    private func scan(_ code: QRCode, _ workshop: Workshop) async throws {
        try await workshop.deliver(
            .init(.subscribe(scene: code.scene), by: "oMing", at: workshop.clock.now.seconds))
        try await run(workshop) {
            let status = try await workshop.scanners(of: code).first?.reply
            return status != nil && status != .pending
        }
    }

    /// What WeChat is sent for one item, as `{"msgtype":…}` without the openid.
    private func sent(_ item: ReplyItem, _ workshop: Workshop) async throws -> [String: Any] {
        let code = try await workshop.code(reply: [item])
        try await scan(code, workshop)
        let body = try #require(workshop.wechat.bodies(of: Self.send).last)
        let json = try JSONSerialization.jsonObject(with: Data(body.utf8))
        return try #require(json as? [String: Any])
    }

    private func payload(
        _ item: ReplyItem, _ type: String, _ workshop: Workshop
    ) async throws -> [String: Any] {
        let message = try await sent(item, workshop)
        #expect(message["msgtype"] as? String == type)
        return try #require(message[type] as? [String: Any])
    }

    @Test func `sends pictures and voice messages by what WeChat was given`() async throws {
        let workshop = try await Workshop()
        let picture = try await material(MediaBytes.png(), workshop)
        let image = try await payload(.image(picture), "image", workshop)
        #expect((image["media_id"] as? String)?.hasPrefix("M") == true)
        let sound = try await material(MediaBytes.mp3(), workshop)
        let voice = try await payload(.voice(sound), "voice", workshop)
        #expect((voice["media_id"] as? String)?.hasPrefix("M") == true)
        let uploads = workshop.wechat.bodies(of: Self.upload)
        #expect(uploads.contains { $0.contains(#"filename="素材.png""#) })
        #expect(uploads.contains { $0.contains(#"filename="素材.mp3""#) })
    }

    @Test func `sends a video with its words and a cover`() async throws {
        let workshop = try await Workshop()
        let film = try await material(MediaBytes.mp4(), workshop)
        let video = try await payload(
            .video(.init(material: film, title: "开箱", description: "一分钟看完")), "video", workshop)
        #expect(video["title"] as? String == "开箱")
        #expect(video["description"] as? String == "一分钟看完")
        #expect(video["media_id"] as? String != video["thumb_media_id"] as? String)
    }

    @Test func `sends a form as a card whose link knows whom it was sent to`() async throws {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        let news = try await payload(.form(form.id), "news", workshop)
        let article = try #require((news["articles"] as? [[String: String]])?.first)
        #expect(article["title"] == form.title)
        let parts = try #require(article["url"]).split(separator: "?t=")
        #expect(parts.first == "http://127.0.0.1:8080/f/\(form.slug)")

        let forms = workshop.installation.forms
        let stamp = try forms.stamp(for: form)
        workshop.clock.advance(by: .seconds(3))
        try await forms.submit(
            FormSheet(
                answers: ["mobile": ["13812345678"], "name": ["小明"]],
                token: parts.last.map(String.init), stamp: stamp, trap: "",
                address: "203.0.113.7"), to: form.slug)
        let contact = try await workshop.contact("oMing")
        #expect(contact.keys == [ContactKey.mobile("13812345678")])
    }

    @Test func `sends articles and links as cards with a picture WeChat can fetch`() async throws {
        let workshop = try await Workshop()
        let picture = try await material(MediaBytes.jpeg(), workshop)
        let card = ReplyItem.Card(
            title: "活动", description: "详情", url: "https://example.com/a?b=c", picture: picture)
        for item in [ReplyItem.news(card), .link(card)] {
            let news = try await payload(item, "news", workshop)
            let article = try #require((news["articles"] as? [[String: String]])?.first)
            #expect(article["title"] == "活动" && article["url"] == "https://example.com/a?b=c")
            let slug = try #require(article["picurl"]?.split(separator: "/").last)
            let found = try await workshop.installation.materials.find(slug: String(slug))
            #expect(found?.material.id == picture)
        }
    }

    @Test func `sends a mini program's card and a synced draft`() async throws {
        let workshop = try await Workshop()
        let picture = try await material(MediaBytes.png(), workshop)
        let card = try await payload(
            .miniProgram(
                .init(
                    title: "领券", appID: "wx0123456789abcdef", path: "pages/index?from=qr",
                    thumbnail: picture)), "miniprogrampage", workshop)
        #expect(card["appid"] as? String == "wx0123456789abcdef")
        #expect(card["pagepath"] as? String == "pages/index?from=qr")
        #expect((card["thumb_media_id"] as? String)?.hasPrefix("M") == true)

        let draft = try #require(try await articles(workshop, Self.oneDraft).first)
        let article = try await payload(.article(draft.id), "mpnews", workshop)
        #expect(article["media_id"] as? String == "DRAFT1")
    }

    @Test func `answers a tap on a menu once, however often it is delivered`() async throws {
        let workshop = try await Workshop()
        let menu = try await payload(
            .menu(
                .init(
                    head: "想了解什么？",
                    choices: [.init(text: "价格", answer: "99 元起"), .init(text: "门店", answer: "静安")],
                    tail: "")), "msgmenu", workshop)
        let choices = try #require(menu["list"] as? [[String: String]])
        #expect(choices.map { $0["content"] } == ["价格", "门店"])
        let id = try #require(choices.last?["id"])
        #expect(Int64(id.dropLast(2)) != nil)

        let now = workshop.clock.now.seconds
        let tap = CallbackEvent(.text("门店", choice: id, id: 7001), by: "oMing", at: now)
        #expect(try await workshop.deliver(tap) == .recorded(willReply: true))
        for _ in 1...4 { #expect(try await workshop.deliver(tap) == .repeated) }
        try await run(workshop) { workshop.wechat.bodies(of: Self.send).count == 2 }
        let answer = try #require(workshop.wechat.bodies(of: Self.send).last)
        #expect(answer.contains("静安") && answer.contains("oMing"))
        let codes = try await workshop.installation.qrCodes.page(.init(), for: workshop.owner)
        let counts = try #require(codes.counts.values.first)
        #expect(counts.repliesSent == 2 && counts.repliesReceived == 1 && counts.scans == 1)

        // Somebody else's tap, and an id that is none of ours.
        let strange = [("oLin", id), ("oMing", "12"), ("oMing", "99999999999999999999999")]
        for (number, (person, choice)) in strange.enumerated() {
            let other = CallbackEvent(
                .text("门店", choice: choice, id: Int64(number)), by: person, at: now)
            #expect(try await workshop.deliver(other) == .recorded(willReply: false))
        }
    }

    @Test func `has its files at WeChat before anybody scans, and renews them in time`()
        async throws
    {
        let workshop = try await Workshop()
        let picture = try await material(MediaBytes.png(), workshop)
        let code = try await workshop.code(reply: [.image(picture)])
        try await run(workshop) { workshop.wechat.bodies(of: Self.upload).count == 1 }
        try await scan(code, workshop)
        #expect(workshop.wechat.bodies(of: Self.upload).count == 1)

        workshop.clock.advance(by: .seconds(3 * 86_400 - 11 * 3600))
        try await run(workshop) { workshop.wechat.bodies(of: Self.upload).count == 2 }
        let standings = try await workshop.installation.materials.standings(
            of: picture, for: workshop.owner)
        guard case .uploaded(let end)? = standings.first?.state else {
            Issue.record("\(standings)")
            return
        }
        #expect(end == workshop.clock.now + .seconds(3 * 86_400 - 1))

        // Without a code that sends it, nothing is renewed.
        try await workshop.installation.qrCodes.delete(code.id, by: workshop.owner)
        workshop.clock.advance(by: .seconds(3 * 86_400))
        try await run(workshop) {
            try await workshop.database.read {
                try $0.value("SELECT COUNT(*) AS jobs FROM jobs") == 0
            }
        }
        #expect(workshop.wechat.bodies(of: Self.upload).count == 2)
    }

    @Test func `has its files at WeChat again once its code was brought back`() async throws {
        let workshop = try await Workshop()
        let picture = try await material(MediaBytes.png(), workshop)
        let code = try await workshop.code(reply: [.image(picture)])
        try await workshop.doJobs()
        try await workshop.installation.qrCodes.delete(code.id, by: workshop.owner)
        workshop.clock.advance(by: .seconds(4 * 86_400))
        try await workshop.doJobs()
        #expect(workshop.wechat.bodies(of: Self.upload).count == 1)
        _ = try await workshop.installation.qrCodes.restore(code.id, by: workshop.owner)
        try await workshop.doJobs()
        #expect(workshop.wechat.bodies(of: Self.upload).count == 2)
    }

    @Test func `whose file meets the day's quota is uploaded in a later hour, and is not rejected`()
        async throws
    {
        let workshop = try await Workshop()
        workshop.wechat.answer(Self.upload, #"{"errcode":45009,"errmsg":"reach max api daily"}"#)
        let picture = try await material(MediaBytes.png(), workshop)
        for name in ["静安门店", "外滩门店"] {
            _ = try await workshop.code(named: name, reply: [.image(picture)])
            try await workshop.doJobs()
        }
        func standings() async throws -> [MaterialStanding] {
            try await workshop.installation.materials.standings(of: picture, for: workshop.owner)
        }
        #expect(try await standings().isEmpty)

        workshop.clock.advance(by: .seconds(3600))
        try await workshop.doJobs()
        #expect(try await standings().isEmpty)
        workshop.wechat.answer(
            Self.upload, #"{"type":"image","media_id":"M","created_at":1716200000}"#)
        let refused = workshop.wechat.bodies(of: Self.upload).count
        workshop.clock.advance(by: .seconds(3600))
        try await workshop.doJobs()
        let last = try await standings()
        guard case .uploaded? = last.first?.state else {
            Issue.record("\(last)")
            return
        }
        #expect(workshop.wechat.bodies(of: Self.upload).count == refused + 1)
    }

    @Test func `uploads once more when WeChat has dropped a file, and sends once`() async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        let picture = try await material(MediaBytes.png(), workshop)
        let refusals = Mutex(0)
        wechat.answer(Self.send) { _ throws(TransportFailure) in
            let isFirst = refusals.withLock { count in
                count += 1
                return count == 1
            }
            return isFirst
                ? #"{"errcode":40007,"errmsg":"invalid media_id"}"# : #"{"errcode":0}"#
        }
        let code = try await workshop.code(reply: [.image(picture)])
        try await scan(code, workshop)
        #expect(try await workshop.scanners(of: code).first?.reply == .sent)
        #expect(wechat.bodies(of: Self.upload).count == 2)
        #expect(wechat.bodies(of: Self.send).count == 2)
    }

    @Test func `whose file WeChat rejects fails with WeChat's words, and the material has them`()
        async throws
    {
        let wechat = StubWeChat()
        wechat.answer(Self.upload, #"{"errcode":40137,"errmsg":"invalid image format"}"#)
        let workshop = try await Workshop(wechat: wechat)
        let picture = try await material(MediaBytes.png(), workshop)
        let code = try await workshop.code(reply: [.text("一"), .image(picture)])
        try await scan(code, workshop)
        let scanner = try await workshop.scanners(of: code).first
        #expect(scanner?.reply == .partlySent)
        #expect(scanner?.replyItems.last?.fault?.code == 40137)
        let standings = try await workshop.installation.materials.standings(
            of: picture, for: workshop.owner)
        guard case .rejected(let fault, _)? = standings.first?.state else {
            Issue.record("\(standings)")
            return
        }
        #expect(fault.words == "invalid image format")
    }

    @Test func `that comes one too many, or whose title is too long, keeps WeChat's reason`()
        async throws
    {
        for (errcode, words) in [(45047, "out of response count limit"), (45003, "title size")] {
            let wechat = StubWeChat()
            wechat.answer(Self.send, #"{"errcode":\#(errcode),"errmsg":"\#(words)"}"#)
            let workshop = try await Workshop(wechat: wechat)
            let code = try await workshop.code(reply: [.text("一")])
            try await scan(code, workshop)
            let item = try await workshop.scanners(of: code).first?.replyItems.first
            #expect(item?.fault == .refused(code: errcode, words: words))
        }
    }

    @Test func `is refused field by field where it cannot be sent`() async throws {
        let workshop = try await Workshop()
        let sound = try await material(MediaBytes.mp3(), workshop)
        let moving = try await material(MediaBytes.gif(pictures: 2), workshop)
        let large = try await material(MediaBytes.png(padding: 2 << 20), workshop)
        let several = Self.oneDraft.replacing(
            #"{"title":"秋季新品""#, with: #"{"title":"另一篇"},{"title":"秋季新品""#)
        let draft = try #require(try await articles(workshop, several).first)
        let card = ReplyItem.Card(title: "", description: "", url: "ftp://x", picture: moving)
        let long = String(repeating: "长", count: 22)
        let cases: [(ReplyItem, [FieldFault])] = [
            (.image(sound), [.init("reply.0.material_id", .unknown)]),
            (.image(.init("ma_none")), [.init("reply.0.material_id", .unknown)]),
            (
                .link(card),
                [
                    .init("reply.0.title", .required), .init("reply.0.description", .required),
                    .init("reply.0.url", .malformed),
                    .init("reply.0.material_id", .unsupportedFile(["PNG", "JPEG"])),
                ]
            ),
            (
                .miniProgram(.init(title: long, appID: "wx1", path: "", thumbnail: large)),
                [
                    .init("reply.0.title", .tooLong(limit: 64, unit: .bytes)),
                    .init("reply.0.app_id", .malformed), .init("reply.0.path", .required),
                    .init("reply.0.material_id", .fileTooLarge(bytes: 2 << 20)),
                ]
            ),
            (
                .video(.init(material: .init(""), title: "", description: "说明")),
                [.init("reply.0.material_id", .required), .init("reply.0.title", .required)]
            ),
            (.article(draft.id), [.init("reply.0.article_id", .notSingleArticle)]),
            (
                .menu(.init(head: "?", choices: [], tail: "")),
                [.init("reply.0.choices", .required)]
            ),
            (
                .menu(.init(head: "?", choices: [.init(text: "a", answer: "")], tail: "")),
                [.init("reply.0.choices.0.answer", .required)]
            ),
            (
                .text(#"<a href="https://x" data-miniprogram-appid="wx1">去</a>"#),
                [.init("reply.0.text", .malformedMiniProgramLink)]
            ),
        ]
        for (item, faults) in cases {
            await #expect(throws: Refusal.invalid(faults), "\(item)") {
                try await workshop.code(reply: [item])
            }
        }
        let link =
            #"<a href="https://x" data-miniprogram-appid="wx0123456789abcdef" data-miniprogram-path="pages/a">去</a>[微笑]\n😀"#
        #expect(try await workshop.code(reply: [.text(link)]).reply.items == [.text(link)])
    }

    @Test func `is stored as it was, and what was stored before can be read`() throws {
        let items: [ReplyItem] = [
            .text("一\n二"), .image(.init("ma_1")), .voice(.init("ma_2")),
            .video(.init(material: .init("ma_3"), title: "t", description: "d")),
            .article(.init("ar_1")), .form(.init("fm_1")),
            .news(.init(title: "t", description: "d", url: "https://x", picture: .init("ma_4"))),
            .link(.init(title: "t", description: "d", url: "https://x", picture: .init("ma_5"))),
            .miniProgram(
                .init(title: "t", appID: "wx", path: "p", thumbnail: .init("ma_6"))),
            .menu(.init(head: "h", choices: [.init(text: "a", answer: "b")], tail: "t")),
        ]
        #expect(Set(items.map(\.format)).count == ReplyItem.Format.allCases.count)
        let json = try JSONEncoder().encode(items)
        #expect(try JSONDecoder().decode([ReplyItem].self, from: json) == items)
        let old = Data(#"[{"format":"text","text":"欢迎"}]"#.utf8)
        #expect(try JSONDecoder().decode([ReplyItem].self, from: old) == [.text("欢迎")])
    }
}
