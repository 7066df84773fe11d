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
        let sent = try await stranger.post(
            "/f/\(form.slug)",
            ["stamp": stamp, "answer_mobile": "13812345678", "answer_name": "=1+1<img>"])
        #expect(sent.status == 200 && sent.contains("已收到"))

        var owner = try await wharf.owner()
        let list = try await owner.get("/forms/\(form.id)")
        #expect(list.contains("+8613812345678") && !list.contains("<img>"))
        let contacts = try await owner.get("/contacts?q=13812345678")
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
                to: form.id, for: FollowerName(account: workshop.account.id, openid: person),
                after: Int64(index), of: code.id, in: workshop.owner.workspace)
            var stranger = wharf.stranger()
            let page = try await stranger.get(try #require(link))
            let stamp = try #require(page.input("stamp"))
            let token = try #require(page.input("t"))
            workshop.clock.advance(by: .seconds(5))
            let sent = try await stranger.post(
                "/f/\(form.slug)", ["stamp": stamp, "t": token, "answer_mobile": "13812345678"])
            #expect(sent.contains("已收到"))
        }
        var owner = try await wharf.owner()
        let scanners = try await owner.get(code.path)
        let id = Contact.ID(FollowerName(account: workshop.account.id, openid: "oLin"))
        #expect(scanners.contains("href=\"/contacts/\(id)\""))
        let page = try await owner.get(id.path)
        let head = try await workshop.installation.contacts.find(id, for: workshop.owner)
        let shown = page.status == 303 ? try await owner.get(head.path) : page
        #expect(shown.contains("oMing") && shown.contains("oLin") && shown.contains("静安门店"))
        #expect(try await owner.post(head.path + "/tags", ["name": "VIP"]).status == 303)
        #expect(try await owner.get(head.path).contains("VIP"))
        let merge = try await workshop.installation.contacts.merges(of: head, for: workshop.owner)
        let question = head.path + "/merges/\(merge[0].id)"
        #expect(try await owner.get(question).contains("撤销这次合并"))
        #expect(try await owner.post(question).status == 303)
        #expect(try await workshop.installation.contacts.find(id, for: workshop.owner).id == id)
    }
}
