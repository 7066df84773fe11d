import Foundation
import HTTPClient
import Matou
import TestWorld
import Testing

@Suite struct `WeChat's drafts` {
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
        #expect(try await all(workshop).map(\.draftID) == (0..<45).reversed().map { "D\($0)" })
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

    @Test func `name the codes that send them, until those are deleted`() async throws {
        let workshop = try await Workshop(wechat: wechat(drafts: 1))
        let articles = workshop.installation.articles
        try await articles.sync(workshop.account.id, by: workshop.owner)
        let article = try #require(try await all(workshop).first)
        let code = try await workshop.code(named: "静安门店", reply: [.article(article.id)])
        #expect(
            try await articles.uses(of: article.id, for: workshop.owner).map(\.name) == ["静安门店"])
        try await workshop.installation.qrCodes.delete(code.id, by: workshop.owner)
        #expect(try await articles.uses(of: article.id, for: workshop.owner).isEmpty)
    }
}
