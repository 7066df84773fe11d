import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

struct QRCodeFormTests {
    @Test func `what the form and what the rules find wrong is said at once`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        owner.language = "en"
        try await owner.get("/qr-codes/new")
        let account = wharf.workshop.account.id.text
        let answer = try await owner.post(
            "/qr-codes",
            [
                "account": account, "name": " ", "type": "temporary", "lifetime": "31",
                "starts_at": "tomorrow", "source": String(repeating: "s", count: 61),
            ])
        #expect(answer.status == 422)
        for words in [
            "Please fill this in.", "Give a number from 1 to 30.",
            "This is not in the right format.", "At most 60 characters.",
        ] { #expect(answer.contains(words), "\(words)") }
    }

    @Test
    func `a ticked tag is one tag, whatever its name, and a form saved as it was says nothing`()
        async throws
    {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        var draft = QRCode.Draft()
        draft.name = "静安门店"
        draft.kind = .permanent
        draft.contactTags = ["北京、上海"]
        draft.followerTags = ["金卡;VIP"]
        let code = try await workshop.make(draft)
        var owner = try await wharf.owner()
        let form = try await owner.get(code.path + "/edit")
        #expect(form.contains(#"name="contact_tags" value="北京、上海" checked"#))
        #expect(form.contains(#"name="follower_tags" value="金卡;VIP" checked"#))
        #expect(form.input("contact_tags_typed") == "" && form.input("follower_tags_typed") == "")
        var sent = [
            "name": "静安门店", "version": "\(code.version)", "reply": "none",
            "contact_tags": "北京、上海", "follower_tags": "金卡;VIP",
        ]
        try await owner.post(code.path, sent)
        let saved = try await workshop.installation.qrCodes.find(code.id, for: workshop.owner)
        #expect(saved.version == code.version && saved.tags == code.tags)

        sent["contact_tags_typed"] = "会员、老客；VIP"
        try await owner.post(code.path, sent)
        let tagged = try await workshop.installation.qrCodes.find(code.id, for: workshop.owner)
        #expect(tagged.tags.contact.map(\.name) == ["北京、上海", "会员", "老客", "VIP"])
    }

    @Test func `a form that a code sends stays chosen behind any number of later ones`()
        async throws
    {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let first = try await workshop.form()
        let code = try await workshop.code(reply: [.form(first.id)])
        var draft = Matou.Form.Draft()
        draft.fields = first.fields
        for number in 1...ReplyOffer.listed {
            draft.title = "活动报名 \(number)"
            workshop.clock.advance(by: .seconds(1))
            _ = try await workshop.installation.forms.create(draft, by: workshop.owner)
        }
        var owner = try await wharf.owner()
        let form = try await owner.get(code.path + "/edit")
        #expect(form.contains(#"<option value="\#(first.id)" selected>会员登记</option>"#))
        #expect(!(try await owner.get("/qr-codes/new").contains("会员登记")))

        let found = try await owner.get("/forms/picker?q=%E4%BC%9A%E5%91%98")
        #expect(found.contains(#"data-picker-choice="\#(first.id)" data-kind="form""#))
        #expect(!found.contains("活动报名"))
        #expect(try await owner.get("/forms/picker").contains("data-picker-next"))
    }

    @Test func `the lines of a menu's answer come back from the form as they were`() async throws {
        let wharf = try await Wharfside()
        let answer = "静安店\n南京西路 1 号\n10:00–22:00"
        let menu = ReplyItem.menu(
            .init(head: "想了解什么？", choices: [.init(text: "地址", answer: answer)], tail: ""))
        let code = try await wharf.workshop.code(reply: [menu])
        var owner = try await wharf.owner()
        let form = try await owner.get(code.path + "/edit")
        // The first line break after the tag is the markup's.
        #expect(form.contains(">\n\(answer)</textarea>"))
        let saved = try await owner.post(
            code.path,
            [
                "version": "1", "name": code.name, "reply": "some", "reply_key": "1",
                "reply_format": "menu", "reply_head": "想了解什么？", "reply_choice": "地址",
                "reply_answer": answer.replacing("\n", with: "\r\n"),
            ])
        #expect(saved.location == code.path)
        let now = try await wharf.workshop.installation.qrCodes.find(
            code.id, for: wharf.workshop.owner)
        #expect(now.version == 1 && now.reply.items == [menu])
    }
}
