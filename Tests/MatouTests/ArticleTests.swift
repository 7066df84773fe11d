import Foundation
import HTTPClient
import Matou
import TestWorld
import Testing

@Suite struct `WeChat's articles` {
    /// WeChat with so many drafts, which it gives in pages as it is asked for them.
    private func wechat(drafts total: Int) -> StubWeChat {
        let wechat = StubWeChat()
        answer(wechat, total)
        return wechat
    }

    private func answer(_ wechat: StubWeChat, _ total: Int) {
        wechat.answer("/cgi-bin/draft/batchget") { request in
            struct Asked: Decodable {
                let offset: Int
                let count: Int
            }
            let asked = try? JSONDecoder().decode(Asked.self, from: Data(request.body))
            let first = asked?.offset ?? 0
            let items = (first..<max(first, min(total, first + (asked?.count ?? 0)))).map {
                """
                {"media_id":"D\($0)","update_time":\(1_716_200_000 + $0),\
                "content":{"news_item":[{"title":"新品 No.\($0)"}]}}
                """
            }
            return """
                {"total_count":\(total),"item_count":\(items.count),\
                "item":[\(items.joined(separator: ","))]}
                """
        }
    }

    private func all(_ workshop: Workshop, titled title: String = "") async throws -> [Article] {
        var (found, cursor): ([Article], Cursor?) = ([], nil)
        repeat {
            let page = try await workshop.installation.articles.page(
                of: workshop.account.id, titled: title, after: cursor, limit: 20,
                for: workshop.owner)
            found += page.elements
            cursor = page.next
        } while cursor != nil
        return found
    }

    @Test func `are all kept, listed in pages and found by a part of their title`() async throws {
        let workshop = try await Workshop(wechat: wechat(drafts: 45))
        let articles = workshop.installation.articles
        let sync = try await articles.sync(workshop.account.id, by: workshop.owner)
        #expect(sync.read == 45 && sync.total == 45 && sync.isWhole)
        #expect(
            try await all(workshop).map(\.reference)
                == (0..<45).reversed().map { .draft("D\($0)") })
        #expect(try await all(workshop, titled: "no.44").map(\.title) == ["新品 No.44"])
        #expect(try await all(workshop, titled: "%").isEmpty)

        answer(workshop.wechat, 44)
        workshop.clock.advance(by: .seconds(1))
        try await articles.sync(workshop.account.id, by: workshop.owner)
        #expect(try await all(workshop).count == 44)
    }

    @Test func `beyond what a sync reads are told of, and none is thought gone`() async throws {
        let workshop = try await Workshop(wechat: wechat(drafts: Articles.countMax))
        let articles = workshop.installation.articles
        try await articles.sync(workshop.account.id, by: workshop.owner)
        answer(workshop.wechat, Articles.countMax + 500)
        workshop.clock.advance(by: .seconds(1))
        let sync = try await articles.sync(workshop.account.id, by: workshop.owner)
        #expect(
            sync.read == Articles.countMax && sync.total == Articles.countMax + 500
                && !sync.isWhole)
        #expect(try await all(workshop).count == Articles.countMax)
    }

    @Test func `that were published are articles of their own, sent by their own id`() async throws
    {
        let wechat = wechat(drafts: 1)
        wechat.answer(
            "/cgi-bin/freepublish/batchget",
            """
            {"total_count":2,"item_count":2,"item":[
            {"article_id":"A1","update_time":1716300000,
            "content":{"news_item":[{"title":"春季上新","is_deleted":false}]}},
            {"article_id":"A2","update_time":1716300001,
            "content":{"news_item":[{"title":"撤回了","is_deleted":true}]}}]}
            """)
        let workshop = try await Workshop(wechat: wechat)
        let sync = try await workshop.installation.articles.sync(
            workshop.account.id, by: workshop.owner)
        #expect(sync.read == 3 && sync.isWhole)
        let articles = try await all(workshop)
        #expect(articles.map(\.reference) == [.published("A1"), .draft("D0")])
        let code = try await workshop.code(reply: articles.map { .article($0.id) })
        try await workshop.deliver(
            .init(.scan(scene: code.scene), by: "oMing", at: workshop.clock.now.seconds))
        try await workshop.doJobs()
        let sent = wechat.bodies(of: "/cgi-bin/message/custom/send")
        #expect(sent.count == 2)
        #expect(sent.first?.contains(#""mpnewsarticle":{"article_id":"A1"}"#) == true)
        #expect(sent.last?.contains(#""mpnews":{"media_id":"D0"}"#) == true)
    }

    @Test func `that WeChat has lost stay in the codes that send them, and come into no other`()
        async throws
    {
        let workshop = try await Workshop(wechat: wechat(drafts: 2))
        let (articles, codes) = (workshop.installation.articles, workshop.installation.qrCodes)
        try await articles.sync(workshop.account.id, by: workshop.owner)
        let lost = try #require(try await all(workshop).first)
        let code = try await workshop.code(reply: [.article(lost.id)])
        answer(workshop.wechat, 1)
        workshop.clock.advance(by: .seconds(1))
        let sync = try await articles.sync(workshop.account.id, by: workshop.owner)
        #expect(sync.isWhole && sync.codesWithGone == 1)

        var draft = QRCode.Draft(code)
        draft.name = "外滩门店"
        let renamed = try await codes.change(code.id, to: draft, by: workshop.owner)
        #expect(renamed.name == "外滩门店" && renamed.reply.items == [.article(lost.id)])
        await #expect(throws: Refusal.invalid("reply.0.article_id", .articleGone)) {
            try await codes.copy(code.id, by: workshop.owner)
        }
        draft.reply = []
        _ = try await codes.change(code.id, to: draft, by: workshop.owner)
        let before = QRCode.Draft(code)
        await #expect(throws: Refusal.invalid("reply.0.article_id", .articleGone)) {
            try await codes.change(code.id, to: before, by: workshop.owner)
        }
        workshop.clock.advance(by: .seconds(1))
        #expect(
            try await articles.sync(workshop.account.id, by: workshop.owner).codesWithGone == 0)
    }

    @Test func `name the codes that send them, until those are deleted`() async throws {
        let workshop = try await Workshop(wechat: wechat(drafts: 1))
        let articles = workshop.installation.articles
        try await articles.sync(workshop.account.id, by: workshop.owner)
        let article = try #require(try await all(workshop).first)
        let code = try await workshop.code(named: "静安门店", reply: [.article(article.id)])
        #expect(
            try await articles.uses(of: article.id, for: workshop.owner).elements.map(\.name) == [
                "静安门店"
            ])
        try await workshop.installation.qrCodes.delete(code.id, by: workshop.owner)
        #expect(try await articles.uses(of: article.id, for: workshop.owner).elements.isEmpty)
    }
}
