import HTTP
import HTTPClient
import Matou
import TestWorld
import Testing
import WeChat

@testable import MatouWeb

struct QRCodePagesTests {
    private func form(_ name: String, reply: String? = nil) -> [String: String] {
        var form = ["name": name, "type": "permanent", "reply": reply == nil ? "none" : "some"]
        if let reply { form["reply_text"] = reply }
        return form
    }

    private func newCode(
        _ wharf: Wharfside, _ visitor: inout Visitor, _ form: [String: String]
    ) async throws -> Answer {
        try await visitor.get("/qr-codes/new")
        return try await visitor.post(
            "/qr-codes", form.merging(["account": wharf.workshop.account.id.text]) { own, _ in own }
        )
    }

    @Test func `a code is made from the form and shown with its picture and figures`() async throws
    {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        let made = try await newCode(wharf, &owner, form("静安门店", reply: "欢迎"))
        #expect(made.status == 303)
        let path = try #require(made.location)
        let page = try await owner.get(path)
        #expect(page.contains("静安门店") && page.contains("进行中") && page.contains("欢迎"))
        #expect(page.contains("\(path)/image?format=svg"))
        let picture = try await owner.get("\(path)/image?format=svg")
        #expect(picture.fields["Content-Type"] == "image/svg+xml" && picture.contains("<path"))
    }

    @Test func `a wrong field gets its words beside it and the rest is kept`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        var form = form("", reply: String(repeating: "字", count: 700))
        form["source"] = "线下门店"
        form["group"] = "门店拉新"
        let page = try await newCode(wharf, &owner, form)
        #expect(page.status == 422)
        #expect(page.contains("请填写。") && page.contains("最多 2048 字节。"))
        #expect(page.input("source") == "线下门店" && page.input("group") == "门店拉新")
        #expect(page.contains(String(repeating: "字", count: 700)))
    }

    @Test func `days outside of a month are told at their field`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        var form = form("展会")
        form["type"] = "temporary"
        form["lifetime"] = "31"
        let page = try await newCode(wharf, &owner, form)
        #expect(page.status == 422 && page.contains("请填 1 到 30 之间的数。"))
        #expect(page.input("lifetime") == "31")
    }

    @Test func `WeChat out of reach keeps the code, says why and offers a retry`() async throws {
        let wechat = StubWeChat()
        let wharf = try await Wharfside(try await Workshop(wechat: wechat))
        wechat.answer("/cgi-bin/qrcode/create") { _ throws(TransportFailure) in
            throw TransportFailure(.unreachable, .notSent)
        }
        var owner = try await wharf.owner()
        let path = try #require(try await newCode(wharf, &owner, form("外滩门店")).location)
        let failed = try await owner.get(path)
        #expect(failed.contains("创建失败") && failed.contains("\(path)/retry"))

        wechat.answer(
            "/cgi-bin/qrcode/create", #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Again"}"#)
        #expect(try await owner.post("\(path)/retry").status == 303)
        #expect(try await owner.get(path).contains("进行中"))
    }

    @Test func `a copy begins with everything of the original and its own name`() async throws {
        let wharf = try await Wharfside()
        let code = try await wharf.workshop.code(named: "静安门店", reply: [.text("欢迎光临")])
        var owner = try await wharf.owner()
        let page = try await owner.get("/qr-codes/new?copy=\(code.id)")
        #expect(page.input("name") == "静安门店_copy" && page.contains("欢迎光临"))
    }

    @Test func `a copy is of the original's account, whatever account the switcher shows`()
        async throws
    {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        // The switcher begins with the account that came first.
        workshop.clock.advance(by: .seconds(1))
        let other = try await workshop.secondAccount()
        var draft = QRCode.Draft()
        draft.name = "外滩门店"
        draft.kind = .permanent
        let code = try await workshop.installation.qrCodes.create(
            draft, on: other.id, by: workshop.owner)
        var owner = try await wharf.owner()
        #expect(try await owner.get("/qr-codes/new").input("account") == workshop.account.id.text)
        let copy = try await owner.get("/qr-codes/new?copy=\(code.id)")
        #expect(copy.input("name") == "外滩门店_copy" && copy.input("account") == other.id.text)
    }

    @Test func `a life is a number of any unit, and a copy keeps it to the second`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        var form = form("展会")
        form["type"] = "temporary"
        form["lifetime"] = "36"
        form["lifetime_unit"] = "hours"
        let path = try #require(try await newCode(wharf, &owner, form).location)
        let id = QRCode.ID(String(try #require(path.split(separator: "/").dropFirst().first)))
        let codes = wharf.workshop.installation.qrCodes
        let made = try await codes.find(id, for: wharf.workshop.owner)
        #expect(made.kind == .temporary(lifetimeSeconds: 36 * 3600))
        let copy = try await owner.get("/qr-codes/new?copy=\(id)")
        #expect(copy.input("lifetime") == "36")
        #expect(copy.contains("value=\"hours\" selected"))

        var odd = QRCode.Draft()
        odd.name = String(repeating: "长", count: QRCode.nameLimit)
        odd.lifetimeSeconds = 90
        odd.startsAt = wharf.workshop.clock.now + .seconds(30)
        odd.contactTags = ["VIP"]
        let original = try await wharf.workshop.make(odd)
        wharf.workshop.clock.advance(by: .seconds(60))
        let copied = try await codes.copy(original.id, by: wharf.workshop.owner)
        #expect(copied.kind == original.kind && copied.startsAt == nil)
        #expect(copied.name.hasSuffix("长_copy") && copied.name.count == QRCode.nameLimit)
        #expect(copied.tags == original.tags)
        #expect(
            try await owner.get("/qr-codes/new?copy=\(original.id)")
                .contains("value=\"seconds\" selected"))
    }

    @Test func `a name that another code has is warned of, and sources are suggested`()
        async throws
    {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        var form = form("静安门店")
        form["source"] = "线下门店"
        _ = try await newCode(wharf, &owner, form)
        #expect(try await owner.get("/qr-codes/new").contains("<option value=\"线下门店\">"))
        let second = try #require(try await newCode(wharf, &owner, form).location)
        #expect(try await owner.get(second).contains("已有同名的二维码"))
        #expect(
            try await owner.get("/qr-codes?source=%E7%BA%BF%E4%B8%8B%E9%97%A8%E5%BA%97")
                .contains("静安门店"))
        #expect(try await owner.get("/qr-codes?source=x").contains("没有符合条件的二维码"))
    }

    @Test func `the list shows the codes of one account, of another, or of all`() async throws {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        _ = try await workshop.code(named: "静安门店")
        let other = try await workshop.installation.accounts.connect(
            .init(name: "静安店服务号", appID: "wx2", secret: "s", isVerified: true),
            by: workshop.owner)
        var draft = QRCode.Draft()
        draft.name = "外滩门店"
        _ = try await workshop.installation.qrCodes.create(
            draft, on: other.id, by: workshop.owner)
        var owner = try await wharf.owner()
        try await owner.get("/")
        try await owner.post("/account", ["account": workshop.account.id.text, "return_to": "/"])
        let own = try await owner.get("/qr-codes")
        #expect(own.contains(">静安门店<") && !own.contains(">外滩门店<"))
        let all = try await owner.get("/qr-codes?account=all")
        #expect(all.contains(">静安门店<") && all.contains(">外滩门店<"))
        #expect(all.contains("<small>静安店服务号</small>"))
        let theirs = try await owner.get("/qr-codes?account=\(other.id)")
        #expect(!theirs.contains(">静安门店<") && theirs.contains(">外滩门店<"))
    }

    @Test func `what a deleted code collected is still exported`() async throws {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let code = try await workshop.code()
        try await workshop.deliver(
            .init(.scan(scene: code.scene), by: "oMing", at: workshop.clock.now.seconds))
        try await workshop.installation.qrCodes.delete(code.id, by: workshop.owner)
        var owner = try await wharf.owner()
        try await owner.get(code.path)
        #expect(try await owner.post("\(code.path)/export", ["format": "csv"]).status == 303)
        let api = try await Integrator(at: wharf)
        let shown = try await api.call(.get, "/qr-codes/\(code.id)").json()
        #expect(shown["deleted_at"].text != nil && shown["counts"]["scans"] == 1)
    }

    @Test func `the scans of new and of existing scanners stand beside the people`() async throws {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let code = try await workshop.code(reply: [.text("欢迎")])
        let now = workshop.clock.now.seconds
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oMing", at: now))
        for second in 1...3 {
            try await workshop.deliver(
                .init(.scan(scene: code.scene), by: "oLin", at: now + Int64(second)))
        }
        // The follow that began it all arrives last: all of their scans are then a new one's.
        try await workshop.deliver(
            .init(.subscribe(scene: code.scene), by: "oLin", at: now - 1))
        let counts = try await workshop.counts(of: code)
        #expect(counts.newScans == 4 && counts.existingScans == 1)
        var owner = try await wharf.owner()
        let page = try await owner.get(code.path)
        #expect(page.contains("2 人 · 5 次") && page.contains("1 人 · 4 次"))
        let rows = try await owner.get("\(code.path)/figures/scans")
        #expect(rows.contains("发送中"))
        let api = try await Integrator(at: wharf)
        let scans = try await api.call(.get, "/qr-codes/\(code.id)/figures/scans").json()
        #expect(scans["data"].elements.count == 5)
        #expect(scans["data"].elements.allSatisfy { $0["reply_status"] == "pending" })
    }

    @Test func `replies that did not arrive open to their people and reasons, in page and API`()
        async throws
    {
        let wechat = StubWeChat()
        let client = try await Integrator(
            at: Wharfside(try await Workshop(wechat: wechat)))
        let workshop = client.workshop
        wechat.answer(
            "/cgi-bin/message/custom/send", #"{"errcode":48002,"errmsg":"user block"}"#)
        let code = try await workshop.code(reply: [.text("欢迎")])
        for person in ["oMing", "oLin"] {
            try await workshop.deliver(
                .init(.scan(scene: code.scene), by: person, at: workshop.clock.now.seconds))
        }
        try await workshop.doJobs()
        var visitor = try await client.wharf.owner()
        let path = "\(code.path)/figures/replies_failed"
        #expect(try await visitor.get(code.path).contains("href=\"\(path)\">2</a>"))
        let opened = try await visitor.get(path)
        #expect(opened.contains("oMing") && opened.contains("oLin") && opened.contains("原因"))

        let shown = try await client.call(.get, "/qr-codes/\(code.id)").json()
        #expect(shown["counts"]["replies_failed"] == 2)
        let reasons = shown["reply_failures"].elements
        #expect(reasons.map { $0["items"] } == [2] && reasons[0]["failure"]["code"] == 48002)
        let rows = try await client.call(.get, "/qr-codes/\(code.id)/figures/replies_failed")
            .json()["data"].elements
        #expect(rows.map { $0["failure"]["code"] } == [48002, 48002])
        let listed = try await client.call(.get, "/qr-codes").json()["data"].elements
        #expect(listed.first?["counts"]["replies_failed"] == 2)
    }

    @Test func `codes that failed are asked for again at once, from the list and over the API`()
        async throws
    {
        let wechat = StubWeChat()
        let client = try await Integrator(
            .editor, at: Wharfside(try await Workshop(wechat: wechat)))
        let workshop = client.workshop
        let made = try await workshop.code(named: "早先")
        let create = "/cgi-bin/qrcode/create"
        var owner = try await client.wharf.owner()
        let quiet = try await owner.get("/qr-codes")
        #expect(!quiet.contains("value=\"retry\""))
        wechat.answer(create, #"{"errcode":48001,"errmsg":"api unauthorized"}"#)
        let failed = try await workshop.code(named: "失败")
        #expect(try await owner.get("/qr-codes").contains("value=\"retry\""))
        let ticks = ["action": "retry", "select": made.id.text, "return_to": "/qr-codes"]
        #expect(try await owner.post("/qr-codes/selection", ticks).status == 303)
        #expect(try await owner.get("/qr-codes").contains("没有创建失败的"))

        wechat.answer(create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Again"}"#)
        let again = try await client.call(
            .post, "/qr-codes/creation-attempts", #"{"qr_code_ids":["\#(failed.id)"]}"#)
        #expect(again.status == 202)
        #expect(try again.json()["count"] == 1)
        try await workshop.doJobs()
        #expect(
            try await client.call(.get, "/qr-codes/\(failed.id)").json()["status"] == "in_effect")
        let viewer = try await client.with(.viewer)
        #expect(
            try await viewer.call(
                .post, "/qr-codes/creation-attempts", #"{"qr_code_ids":["\#(failed.id)"]}"#
            ).status == 403)
    }

    @Test func `the chart shows any days up to 366, and says why it does not show others`()
        async throws
    {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let code = try await workshop.code()
        let now = workshop.clock.now.seconds
        try await workshop.deliver(
            .init(.scan(scene: code.scene), by: "oMing", at: now - 200 * 86_400))
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oLin", at: now))
        var owner = try await wharf.owner()
        #expect(!(try await owner.get(code.path)).contains("/figures/scans?from=2026-05-05"))
        let past = try await owner.get(code.path + "?from=2026-05-01&to=2026-05-31")
        #expect(past.contains("/figures/scans?from=2026-05-05\">1</a>"))
        // What is new today is not of the last day shown.
        #expect(past.contains("今日 +1") && past.input("from") == "2026-05-01")
        for (wrong, words) in [
            ("from=2025-01-01&to=2026-05-31", "一次最多 366 天。"),
            ("from=2026-05-31&to=2026-05-01", "开始不能晚于结束。"),
            ("from=2026-05-31&to=soon", "格式不对。"),
        ] {
            let page = try await owner.get(code.path + "?" + wrong)
            #expect(page.status == 200 && page.contains(words), "\(wrong)")
            #expect(page.contains("value=\"2026-05-31\""), "\(wrong)")
        }
    }

    @Test func `the list finds, filters and says when nothing matches`() async throws {
        let wharf = try await Wharfside()
        _ = try await wharf.workshop.code(named: "门店_静安")
        _ = try await wharf.workshop.code(named: "地铁_二号线")
        var owner = try await wharf.owner()
        let found = try await owner.get("/qr-codes?q=%E5%9C%B0%E9%93%81")
        #expect(found.contains("地铁_二号线") && !found.contains("门店_静安"))
        #expect(try await owner.get("/qr-codes?status=expired").contains("没有符合条件的二维码"))
        #expect(try await owner.get("/qr-codes?type=permanent&sort=-scans").contains("门店_静安"))
    }

    @Test func `the scanners of a code can be told apart, found and paged`() async throws {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let code = try await workshop.code()
        let now = workshop.clock.now.seconds
        try await workshop.deliver(.init(.subscribe(scene: code.scene), by: "oMing", at: now))
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oLin", at: now + 1))
        try await workshop.deliver(.init(.unsubscribe, by: "oMing", at: now + 2))
        var owner = try await wharf.owner()
        let all = try await owner.get(code.path)
        #expect(all.contains("oMing") && all.contains("oLin") && all.contains("已取关"))
        #expect(!(try await owner.get(code.path + "?kind=new").contains(">oLin<")))
        let found = try await owner.get(code.path + "?openid=oL")
        #expect(!found.contains(">oMing<") && found.contains("共 1 人"))
        let unfollowed = try await owner.get(code.path + "?kind=unfollowed")
        #expect(unfollowed.contains("oMing") && !unfollowed.contains(">oLin<"))
    }

    @Test func `deleting asks first, in words that fit the state`() async throws {
        let wharf = try await Wharfside()
        let code = try await wharf.workshop.code(named: "静安门店")
        var owner = try await wharf.owner()
        let question = try await owner.get(code.path + "/delete")
        #expect(question.contains("仍然可以扫") && question.contains("静安门店"))
        #expect(try await owner.post(code.path + "/delete").location == code.path)
        let deleted = try await owner.get(code.path)
        #expect(deleted.contains("删除了这个二维码") && !deleted.contains(code.path + "/edit"))
        #expect(deleted.contains("已删除") && !deleted.contains("微信还没有生成"))
        #expect(try await owner.get(code.path + "/edit").status == 404)
        #expect(try await owner.get("/c/\(code.slug)").status == 404)
    }

    @Test func `a viewer sees codes and changes none`() async throws {
        let wharf = try await Wharfside()
        let code = try await wharf.workshop.code()
        var viewer = try await wharf.member(.viewer)
        let page = try await viewer.get(code.path)
        #expect(page.status == 200 && !page.contains("\(code.path)/edit"))
        for path in ["/qr-codes/new", code.path + "/edit", code.path + "/delete"] {
            #expect(try await viewer.get(path).status == 403, "\(path)")
        }
        #expect(try await viewer.post(code.path + "/delete").status == 403)
    }

    @Test func `the public page downloads in a browser and shows the picture in WeChat`()
        async throws
    {
        let wharf = try await Wharfside()
        let code = try await wharf.workshop.code()
        var stranger = wharf.stranger()
        let browser = try await stranger.get("/c/\(code.slug)")
        #expect(browser.contains("确认下载"))
        stranger.fields = [("User-Agent", "Mozilla/5.0 MicroMessenger/8.0")]
        let phone = try await stranger.get("/c/\(code.slug)")
        #expect(phone.contains("长按图片") && !phone.contains("确认下载"))
        let image = try await stranger.get("/c/\(code.slug)/image")
        #expect(image.fields["Content-Type"] == "image/png")
    }
}
