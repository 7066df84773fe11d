import Foundation
import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

struct FormPagesTests {
    private func form(_ workshop: Workshop, title: String = "会员登记") async throws -> Matou.Form {
        var draft = Matou.Form.Draft()
        draft.title = title
        draft.fields = [
            Matou.Form.Field(id: "name", kind: .text, label: "姓名<b>", role: .name),
            Matou.Form.Field(id: "mobile", kind: .mobile, label: "手机号", role: .key),
        ]
        return try await workshop.installation.forms.create(draft, by: workshop.owner)
    }

    @Test func `a stranger fills in a form in a phone, and nothing typed becomes markup`()
        async throws
    {
        let wharf = try await Wharfside()
        let form = try await form(wharf.workshop, title: "<script>alert(1)</script>")
        var stranger = wharf.stranger()
        let page = try await stranger.get("/f/\(form.slug)")
        #expect(page.status == 200 && !page.contains("<script>alert") && !page.contains("<b>"))
        let stamp = try #require(page.input("stamp"))
        wharf.workshop.clock.advance(by: .seconds(5))
        let wrong = try await stranger.post(
            "/f/\(form.slug)",
            ["stamp": stamp, "answer_mobile": "12", "answer_name": "<img onerror=x>"])
        #expect(wrong.status == 422 && wrong.input("answer_mobile") == "12")
        #expect(!wrong.contains("<img onerror"))
        // It is the merchant who asks, and says what is missing.
        #expect(wrong.contains("码头") && wrong.contains("请填 11 位手机号"))
        let sent = try await stranger.post(
            "/f/\(form.slug)",
            ["stamp": stamp, "answer_mobile": "13812345678", "answer_name": "=1+1<img>"])
        #expect(sent.status == 200 && sent.contains("已收到"))

        var owner = try await wharf.owner()
        let list = try await owner.get("/forms/\(form.id)")
        #expect(list.contains("+8613812345678") && !list.contains("<img>"))
        let contacts = try await owner.get("/contacts?q=13812345678")
        #expect(contacts.contains("138 1234 5678"))
        #expect(contacts.contains("=1+1&lt;img&gt;"))
    }

    @Test func `the editor adds, moves and removes fields without losing what was typed`()
        async throws
    {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        try await owner.get("/forms/new")
        let typed = [
            "title": "活动", "field_id": "mobile", "field_label": "电话", "field_kind": "mobile",
            "field_options": "", "field_key": "1", "open": "yes",
        ]
        let grown = try await owner.post(
            "/forms", typed.merging(["add": "yes"]) { own, _ in own })
        #expect(grown.status == 200 && grown.input("title") == "活动")
        #expect(grown.text.components(separatedBy: "name=\"field_id\"").count == 3)
        let made = try await owner.post("/forms", typed)
        #expect(made.status == 303)
        let path = try #require(made.location)
        #expect(try await owner.get(path).contains("活动"))
        #expect(try await owner.get(path + "/edit").contains("电话"))
        let refused = try await owner.post("/forms", ["title": ""])
        #expect(refused.status == 422 && refused.contains("关键字段"))
    }

    @Test func `a form need not ask for a name`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        let none = #"name="field_name" value="" checked"#
        let made = try await wharf.workshop.form()
        #expect(!(try await owner.get(made.path + "/edit").contains(none)))
        let saved = try await owner.post(
            made.path,
            [
                "title": "会员登记", "open": "yes", "version": "1", "field_id": "mobile",
                "field_label": "手机号", "field_kind": "mobile", "field_options": "",
                "field_key": "1", "field_name": "",
            ])
        #expect(saved.status == 303)
        #expect(try await owner.get(made.path + "/edit").contains(none))
    }

    @Test func `an option may hold commas: each stands on a line of its own`() async throws {
        let wharf = try await Wharfside()
        var draft = Matou.Form.Draft()
        draft.title = "报名"
        draft.fields = [
            Matou.Form.Field(id: "mobile", kind: .mobile, label: "手机号", role: .key),
            Matou.Form.Field(
                id: "city", kind: .select, label: "城市", options: ["北京, 上海", "深圳、广州"]),
        ]
        let forms = wharf.workshop.installation.forms
        let form = try await forms.create(draft, by: wharf.workshop.owner)
        var owner = try await wharf.owner()
        #expect(try await owner.get("\(form.path)/edit").contains("北京, 上海\n深圳、广州</textarea>"))
        let sent = [
            ("csrf_token", owner.token), ("title", "报名"), ("open", "yes"), ("version", "1"),
            ("field_id", "mobile"), ("field_label", "手机号"), ("field_kind", "mobile"),
            ("field_options", ""), ("field_key", "1"), ("field_required", "1"),
            ("field_id", "city"), ("field_label", "城市"), ("field_kind", "select"),
            ("field_options", "北京, 上海\r\n深圳、广州\r\n"),
        ]
        let body = sent.map { "\($0)=\(PercentCoding.encodeQueryComponent($1))" }
        let saved = try await owner.send(
            .post, form.path, body: Array(body.joined(separator: "&").utf8))
        #expect(saved.status == 303)
        let kept = try await forms.find(form.id, for: wharf.workshop.owner)
        #expect(kept.fields.last?.options == ["北京, 上海", "深圳、广州"] && kept.version == 1)
    }

    @Test func `a form that codes send names them, one that none sends is deleted and back`()
        async throws
    {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let form = try await form(workshop)
        let code = try await workshop.code(named: "静安门店", reply: [.form(form.id)])
        var draft = Matou.Form.Draft(form)
        draft.isOpen = false
        _ = try await workshop.installation.forms.change(form.id, to: draft, by: workshop.owner)
        var owner = try await wharf.owner()
        let page = try await owner.get(form.path)
        #expect(page.contains("静安门店") && page.contains("仍有二维码在发送"))
        let question = try await owner.get(form.path + "/delete")
        #expect(question.contains("静安门店") && !question.contains(#"action="\#(form.path)/delete""#))
        #expect(try await owner.post(form.path + "/delete").status == 409)

        try await workshop.installation.qrCodes.delete(code.id, by: workshop.owner)
        try await owner.get(form.path + "/delete")
        #expect(try await owner.post(form.path + "/delete").location == form.path)
        let deleted = try await owner.get(form.path)
        #expect(!(try await owner.get("/forms").contains(form.path)))
        #expect(try await owner.get("/forms/deleted").contains("会员登记"))
        #expect(deleted.contains("恢复") && !deleted.contains("/f/\(form.slug)"))
        var stranger = wharf.stranger()
        #expect(try await stranger.get("/f/\(form.slug)").status == 404)
        #expect(try await owner.post(form.path + "/restorations").location == form.path)
        #expect(try await owner.get("/forms?q=%E4%BC%9A%E5%91%98").contains("会员登记"))
        #expect(!(try await owner.get("/forms?q=none").contains("会员登记")))

        let history = try await owner.get(form.path + "/revisions")
        #expect(history.contains("正在收集") && history.contains("林晓"))
        let back = try await owner.post(form.path + "/restorations", ["version": "1"])
        #expect(back.location == form.path + "/revisions")
        #expect(try await workshop.installation.forms.find(form.id, for: workshop.owner).isOpen)
    }

    @Test func `a form's page shows it as a phone does, names who sent it, and begins a code`()
        async throws
    {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let form = try await workshop.form()
        try await workshop.deliver(
            .init(.subscribe(scene: nil), by: "oMing", at: workshop.clock.now.seconds))
        try await workshop.submit(form, mobile: "13812345678", name: "张三", by: "oMing")
        var owner = try await wharf.owner()
        let page = try await owner.get(form.path)
        #expect(page.contains(#"<label for="answer_mobile">手机号"#))
        #expect(page.contains(">张三</a>"))
        #expect(page.contains(#"href="/qr-codes/new?form=\#(form.id)""#))
        let code = try await owner.get("/qr-codes/new?form=\(form.id)")
        #expect(code.contains(#"value="\#(form.id)" selected"#))
    }

    @Test func `the API narrows submissions, says who sends a form, and brings it back`()
        async throws
    {
        let api = try await Integrator()
        let workshop = api.workshop
        let form = try await form(workshop)
        let path = "/forms/\(form.id)"
        let code = try await workshop.code(named: "静安门店", reply: [.form(form.id)])
        let uses = try await api.call(.get, path + "/uses").json()["data"].elements
        #expect(uses.map { $0["code_id"].text } == [code.id.text])
        #expect(try await api.call(.delete, path).status == 409)
        try await api.call(.patch, "/qr-codes/\(code.id)", #"{"reply":[]}"#)
        #expect(try await api.call(.delete, path).status == 204)
        #expect(try await api.call(.get, path).status == 404)
        let deleted = try await api.call(.get, "/forms/deleted").json()["data"].elements
        #expect(deleted.first?["deleted_at"] != .null)
        #expect(try await api.call(.post, path + "/restorations", "{}").status == 200)
        #expect(try await api.call(.post, path + "/restorations", "{}").status == 409)
        #expect(try await api.call(.patch, path, #"{"title":"VIP"}"#).status == 200)
        let found = try await api.call(.get, "/forms?title=vip").json()["data"].elements
        #expect(found.count == 1)
        let versions = try await api.call(.get, path + "/revisions").json()["data"].elements
        #expect(versions.first?["version"] == 4)
        let back = try await api.call(.post, path + "/restorations", #"{"version":1}"#).json()
        #expect(back["title"] == "会员登记")
        for query in ["code_id=\(code.id)", "contact_id=co_none"] {
            let none = try await api.call(.get, path + "/submissions?" + query).json()
            #expect(none["data"] == [])
        }
    }

    @Test func `the replies to one scan stand in one line of the timeline`() async throws {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let code = try await workshop.code(reply: [.text("欢迎"), .text("再来")])
        for second in [0, 5] {
            workshop.clock.advance(by: .seconds(second))
            try await workshop.deliver(
                .init(.scan(scene: code.scene), by: "oMing", at: workshop.clock.now.seconds))
            try await workshop.doJobs()
        }
        var owner = try await wharf.owner()
        let page = try await owner.get(try await workshop.contact("oMing").path)
        #expect(page.text.components(separatedBy: "回复已送达 × 2").count == 3)
    }

    @Test func `a contact's page shows it all, takes tags and asks before it parts people`()
        async throws
    {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let code = try await workshop.code()
        let form = try await form(workshop)
        for (index, person) in ["oMing", "oLin"].enumerated() {
            try await workshop.deliver(
                .init(.subscribe(scene: code.scene), by: person, at: workshop.clock.now.seconds))
            let link = try await workshop.installation.forms.link(
                to: form.id, for: FollowerKey(account: workshop.account.id, openid: person),
                after: Int64(index), of: code.id, in: workshop.owner.workspace)
            var stranger = wharf.stranger()
            let page = try await stranger.get(try #require(link))
            let stamp = try #require(page.input("stamp"))
            let token = try #require(page.input("t"))
            workshop.clock.advance(by: .seconds(5))
            let sent = try await stranger.post(
                "/f/\(form.slug)",
                ["stamp": stamp, "t": token, "answer_mobile": "13812345678", "answer_name": "小明"])
            #expect(sent.contains("已收到"))
        }
        var owner = try await wharf.owner()
        let scanners = try await owner.get(code.path)
        let id = Contact.ID(FollowerKey(account: workshop.account.id, openid: "oLin"))
        #expect(scanners.contains("href=\"/contacts/\(id)\">小明</a>"))
        let page = try await owner.get(id.path)
        let head = try await workshop.installation.contacts.find(id, for: workshop.owner)
        let shown = page.status == 303 ? try await owner.get(head.path) : page
        #expect(shown.contains("oMing") && shown.contains("oLin") && shown.contains("静安门店"))
        #expect(try await owner.post(head.path + "/tags", ["name": "VIP"]).status == 303)
        #expect(try await owner.get(head.path).contains("VIP"))
        let merges = try await workshop.installation.contacts.merges(of: head, for: workshop.owner)
        let merge = try #require(merges.first)
        let question = head.path + "/merges/\(merge.id)"
        let asked = try await owner.get(question)
        #expect(asked.contains("撤销这次合并"))
        for person in ["oMing", "oLin"] {
            let identity = "\(person) · \(workshop.account.name)"
            #expect(shown.contains(identity) && asked.contains(identity), "\(person)")
        }
        #expect(try await owner.post(question).status == 303)
        #expect(try await workshop.installation.contacts.find(id, for: workshop.owner).id == id)
    }

    @Test func `what an erased contact sent says so, and leads nowhere`() async throws {
        let client = try await Integrator()
        let workshop = client.workshop
        let form = try await workshop.form()
        try await workshop.submit(form, mobile: "13812345678", name: "小明")
        try await workshop.submit(form, mobile: "13912345678", name: "小林", after: 2)
        let sent = try await workshop.installation.forms.submissions(
            of: form.id, for: workshop.owner)
        let ming = try #require(sent.elements.last).contact
        try await workshop.installation.contacts.erase(ming, by: workshop.owner)
        var owner = try await client.wharf.owner()
        let page = try await owner.get("/forms/\(form.id)")
        #expect(page.contains("已清除") && !page.contains(ming.text) && page.contains("小林"))
        let rows = try await client.call(.get, "/forms/\(form.id)/submissions").json()["data"]
        #expect(rows.elements.map(\.["erased"]) == [false, true])
    }
}
