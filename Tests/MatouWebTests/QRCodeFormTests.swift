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
}
