import Foundation
import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

@Suite struct `Articles among the materials` {
    private static let drafts = """
        {"total_count":2,"item_count":2,"item":[\
        {"media_id":"D1","update_time":1716200000,"content":{"news_item":[\
        {"title":"新品<i>","digest":"摘要","url":"javascript:x","thumb_media_id":"T"}]}},\
        {"media_id":"D2","update_time":1716200001,"content":{"news_item":[\
        {"title":"一"},{"title":"二"}]}}]}
        """

    private func wharf() async throws -> Wharfside {
        let wharf = try await Wharfside()
        wharf.workshop.wechat.answer("/cgi-bin/draft/batchget", Self.drafts)
        return wharf
    }

    private func article(_ wharf: Wharfside) async throws -> Article {
        let page = try await wharf.workshop.installation.articles.page(
            of: wharf.workshop.account.id, titled: "新品", for: wharf.workshop.owner)
        return try #require(page.elements.first)
    }

    private func picture(_ workshop: Workshop) async throws -> Material {
        try await workshop.installation.materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "封面", by: workshop.owner
        ).material
    }

    @Test func `drafts are synced, searched, opened, and begin a code that is then named`()
        async throws
    {
        let wharf = try await wharf()
        let account = wharf.workshop.account.id.text
        var owner = try await wharf.owner()
        #expect(try await owner.get("/articles").contains("还没有图文"))
        #expect(try await owner.get("/materials").contains(#"href="/articles""#))
        #expect(
            try await owner.post("/articles/sync", ["account": account]).location == "/articles")
        let list = try await owner.get("/articles")
        #expect(list.contains("已同步，微信上有 2 篇图文。"))
        #expect(list.contains("新品&lt;i&gt;") && list.contains("含 2 篇，不能发送"))
        #expect(!(try await owner.get("/articles?q=%E6%96%B0").contains("含 2 篇")))

        let article = try await article(wharf)
        let page = try await owner.get(article.path)
        #expect(page.contains("摘要") && page.contains("没有二维码在使用"))
        #expect(!page.contains("javascript:"))
        let form = try await owner.get("/qr-codes/new?article=\(article.id)")
        #expect(form.contains(#"value="\#(article.id)" selected"#))
        _ = try await wharf.workshop.code(named: "静安门店", reply: [.article(article.id)])
        #expect(try await owner.get(article.path).contains("静安门店"))

        let picker = try await owner.get("/articles/picker?account=\(account)&q=%E4%B8%80")
        #expect(picker.contains(#"action="/articles/picker""#) && picker.contains("disabled"))
        let synced = try await owner.post("/articles/picker", ["account": account])
        #expect(try synced.json()["articles"].elements.count == 2)
    }

    @Test func `a code that sends what WeChat has lost says so, and is saved all the same`()
        async throws
    {
        let wharf = try await wharf()
        let workshop = wharf.workshop
        let account = workshop.account.id
        try await workshop.installation.articles.sync(account, by: workshop.owner)
        let lost = try await article(wharf)
        let code = try await workshop.code(named: "静安门店", reply: [.article(lost.id)])
        var owner = try await wharf.owner()
        #expect(!(try await owner.get(code.path).contains("最近一次同步没有找到它")))
        workshop.wechat.answer(
            "/cgi-bin/draft/batchget", #"{"total_count":0,"item_count":0,"item":[]}"#)
        workshop.clock.advance(by: .seconds(1))
        try await owner.get("/articles")
        try await owner.post("/articles/sync", ["account": account.text])
        #expect(try await owner.get("/articles").contains("有 1 个二维码仍在发送"))
        #expect(try await owner.get(code.path).contains("最近一次同步没有找到它"))
        #expect(try await owner.get(code.path + "/edit").contains("· 草稿 · 微信已没有</option>"))

        var fields = [
            "account": account.text, "version": "1", "type": "permanent", "name": "外滩门店",
            "reply": "some", "reply_key": "1", "reply_format": "article",
            "reply_article_id": lost.id.text,
        ]
        #expect(try await owner.post(code.path, fields).location == code.path)
        let copied = try await owner.get("/qr-codes/new?copy=\(code.id)")
        #expect(copied.contains(#"value="\#(lost.id)" selected"#))
        fields["version"] = nil
        let refused = try await owner.post("/qr-codes", fields)
        #expect(refused.status == 422 && refused.contains("微信上已没有这篇图文，请改选另一篇。"))
    }

    @Test func `what WeChat refuses is said on the page`() async throws {
        let wharf = try await wharf()
        wharf.workshop.wechat.answer(
            "/cgi-bin/draft/batchget", #"{"errcode":48001,"errmsg":"api unauthorized"}"#)
        var owner = try await wharf.owner()
        try await owner.get("/articles")
        let refused = try await owner.post(
            "/articles/sync", ["account": wharf.workshop.account.id.text])
        #expect(refused.status == 502 && refused.contains("notice-bad"))
    }

    @Test func `a card of our own is made, found, copied into a code, changed and deleted`()
        async throws
    {
        let wharf = try await wharf()
        let picture = try await picture(wharf.workshop)
        var owner = try await wharf.owner()
        #expect(try await owner.get("/news-cards").contains("还没有图文模板"))
        try await owner.get("/news-cards/new")
        var fields = [
            "title": "上新<b>", "description": "秋季", "url": "ftp://x",
            "material_id": picture.id.text,
        ]
        let wrong = try await owner.post("/news-cards", fields)
        #expect(wrong.status == 422 && wrong.input("title") == "上新&lt;b&gt;")
        fields["url"] = "https://example.com/a"
        let path = try #require(try await owner.post("/news-cards", fields).location)
        let page = try await owner.get(path)
        #expect(page.contains("bubble-card") && page.contains("上新&lt;b&gt;"))
        #expect(try await owner.get("/news-cards?q=%E4%B8%8A").contains(path))
        let picker = try await owner.get("/news-cards/picker?q=%E4%B8%8A")
        #expect(picker.contains(#"data-url="https://example.com/a""#))
        #expect(picker.contains(#"data-material="\#(picture.id)""#))
        let id = try #require(path.split(separator: "/").last)
        let form = try await owner.get("/qr-codes/new?card=\(id)")
        #expect(form.contains("https://example.com/a"))
        #expect(form.contains(#"value="\#(picture.id)" data-kind="image" selected"#))

        fields["version"] = "1"
        fields["title"] = "冬季上新"
        try await owner.get(path)
        #expect(try await owner.post(path, fields).status == 303)
        fields["title"] = "别的"
        #expect(try await owner.post(path, fields).status == 422)
        var viewer = try await wharf.member(.viewer)
        let seen = try await viewer.get(path)
        #expect(seen.contains("冬季上新") && !seen.contains("<textarea"))
        #expect(try await viewer.post(path + "/delete").status == 403)
        try await owner.get(path)
        #expect(try await owner.post(path + "/delete").location == "/news-cards")
        #expect(try await owner.get(path).status == 404)
    }

    @Test func `titles and descriptions count their bytes, each against WeChat's limit`()
        async throws
    {
        let wharf = try await wharf()
        var owner = try await wharf.owner()
        let card = try await owner.get("/news-cards/new")
        for (field, max) in [("title", 128), ("description", 512)] {
            #expect(
                card.contains(#"for="\#(field)" data-counts="bytes" data-max="\#(max)""#),
                "\(field)")
        }
        let code = try await owner.get("/qr-codes/new")
        for (choice, max) in [("others", 128), ("mini_program", 64)] {
            let counter = #"for="reply_title_1" data-for="\#(choice)" data-counts="bytes""#
            #expect(code.contains(counter + #" data-max="\#(max)""#), "\(choice)")
        }
    }

    @Test func `the API syncs, lists and searches drafts, and keeps cards`() async throws {
        let api = try await Integrator(at: wharf())
        let account = "/accounts/\(api.workshop.account.id)/articles"
        let synced = try await api.call(.post, account + "/sync").json()
        #expect(synced["read"] == 2 && synced["total"] == 2 && synced["complete"] == true)
        let first = try await api.call(.get, account + "?limit=1").json()
        let cursor = try #require(first["next_cursor"].text)
        let second = try await api.call(.get, account + "?limit=1&cursor=\(cursor)").json()
        #expect(second["data"].elements.map { $0["title"] } == ["新品<i>"])
        #expect(try await api.call(.get, account + "?title=none").json()["data"] == [])
        let article = try await article(api.wharf)
        #expect(try await api.call(.get, article.path).json()["gone"] == false)
        #expect(try await api.call(.get, article.path + "/cover").status == 404)
        _ = try await api.workshop.code(named: "静安门店", reply: [.article(article.id)])
        let uses = try await api.call(.get, article.path + "/uses").json()["data"]
        #expect(uses.elements.map { $0["name"] } == ["静安门店"])

        let picture = try await picture(api.workshop)
        let body =
            #"{"title":"上新","description":"秋季","url":"https://example.com","material_id":"\#(picture.id)"}"#
        let made = try await api.call(.post, "/news-cards", body, ["Idempotency-Key": "c"])
        let again = try await api.call(.post, "/news-cards", body, ["Idempotency-Key": "c"])
        #expect(made.status == 201 && again.text == made.text)
        let path = "/news-cards/\(try #require(try made.json()["id"].text))"
        let tag = try #require(try await api.call(.get, path).fields["ETag"])
        let change = #"{"title":"冬季"}"#
        #expect(try await api.call(.patch, path, change, ["If-Match": tag]).status == 200)
        #expect(try await api.call(.patch, path, change, ["If-Match": tag]).status == 412)
        #expect(try await api.call(.get, "/news-cards?title=%E5%86%AC").contains("冬季"))
        #expect(try await api.call(.delete, "/materials/\(picture.id)").status == 409)
        let wrong = try await api.call(.post, "/news-cards", #"{"title":7,"colour":"red"}"#)
        #expect(
            try wrong.faults() == [
                "title malformed", "colour unknown", "description required", "url required",
                "material_id required",
            ])
        #expect(try await api.call(.delete, path).status == 204)
        #expect(try await api.call(.get, path).status == 404)
    }
}
