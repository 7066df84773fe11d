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
        form["days"] = "31"
        let page = try await newCode(wharf, &owner, form)
        #expect(page.status == 422 && page.contains("请填 1 到 30 之间的数。"))
        #expect(page.input("days") == "31")
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
        #expect(!(try await owner.get(code.path + "?openid=oL").contains(">oMing<")))
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
