import Foundation
import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

/// User 360 over the API and on its page.
@Suite struct `A contact` {
    /// Ming followed through a code that tags, and sent the form three times.
    private func world() async throws -> (Integrator, path: String, Matou.Form) {
        let client = try await Integrator()
        let workshop = client.workshop
        var draft = QRCode.Draft()
        draft.name = "展会"
        draft.kind = .permanent
        draft.source = "易拉宝"
        draft.followerTags = ["观众"]
        workshop.wechat.answer("/cgi-bin/tags/get", #"{"tags":[]}"#)
        workshop.wechat.answer("/cgi-bin/tags/create", #"{"tag":{"id":101,"name":"观众"}}"#)
        let code = try await workshop.make(draft)
        try await workshop.deliver(
            .init(.subscribe(scene: code.scene), by: "oMing", at: workshop.clock.now.seconds))
        let form = try await workshop.form()
        for number in 1...3 {
            try await workshop.submit(
                form, mobile: "1381234567\(number)", name: "小明", by: "oMing",
                after: Int64(number))
        }
        try await workshop.doJobs()
        return (client, "/contacts/\(try await workshop.contact("oMing").id)", form)
    }

    @Test func `has its submissions, audiences and follower tags over the API, in pages`()
        async throws
    {
        let (client, path, form) = try await world()
        let workshop = client.workshop
        let identity = try await client.call(.get, path).json()["identities"].elements.first
        #expect(identity?["source"].text == "易拉宝")
        for name in ["一", "二"] {
            _ = try await workshop.installation.audiences.create(
                named: name, .following(true), by: workshop.owner)
            workshop.clock.advance(by: .seconds(1))
        }
        try await workshop.doJobs()
        let first = try await client.call(.get, path + "/submissions?limit=2").json()
        #expect(first["data"].elements.count == 2)
        #expect(first["data"].elements.allSatisfy { $0["form_id"].text == form.id.text })
        let cursor = try #require(first["next_cursor"].text)
        let rest = try await client.call(.get, path + "/submissions?limit=2&cursor=\(cursor)")
        #expect(try rest.json()["data"].elements.count == 1)

        let audiences = try await client.call(.get, path + "/audiences?limit=1").json()
        #expect(audiences["data"].elements.map { $0["name"].text } == ["二"])
        #expect(audiences["data"].elements.map { $0["people"] } == [1])
        #expect(audiences["next_cursor"].text != nil)

        let tags = try await client.call(.get, path + "/follower-tags").json()["data"].elements
        #expect(tags.map { $0["name"].text } == ["观众"])
        #expect(tags.map { $0["openid"].text } == ["oMing"])
        for part in ["submissions", "audiences", "follower-tags"] {
            let none = try await client.call(.get, "/contacts/co_none/\(part)")
            #expect(none.status == 404, "\(part)")
        }
    }

    @Test
    func `shows twenty of its submissions, how many there are, and the rest on the next page`()
        async throws
    {
        let (client, path, form) = try await world()
        let workshop = client.workshop
        for number in 10...29 {
            try await workshop.submit(
                form, mobile: "138123456\(number)", by: "oMing", after: Int64(number))
        }
        var owner = try await client.wharf.owner()
        let page = try await owner.get(path)
        #expect(page.contains("共 23 份"))
        let card = try #require(page.text.components(separatedBy: "id=\"forms\"").last)
        let mark = "href=\"\(path)?forms="
        let next = try #require(page.value(after: mark, in: card))
        #expect(next.hasSuffix("#forms"))
        let rest = try await owner.get("\(path)?forms=\(next.prefix { $0 != "#" })")
        let answers = try #require(rest.text.components(separatedBy: "id=\"forms\"").last)
        #expect(answers.contains("+8613812345671") && !answers.contains("+8613812345629"))
    }

    @Test func `keeps an answer to a field that is gone, under its name`() async throws {
        let (client, path, form) = try await world()
        let workshop = client.workshop
        var draft = Matou.Form.Draft(form)
        draft.fields.removeFirst()
        _ = try await workshop.installation.forms.change(form.id, to: draft, by: workshop.owner)
        var owner = try await client.wharf.owner()
        #expect(try await owner.get(path).contains("姓名（已移除的字段）"))
        try await workshop.installation.forms.delete(form.id, by: workshop.owner)
        let page = try await owner.get(path)
        #expect(page.contains("会员登记") && page.contains("姓名（已移除的字段）"))
    }

    @Test func `tells which audiences it is in after a merge and after its undoing`() async throws {
        let (client, path, form) = try await world()
        let workshop = client.workshop
        try await workshop.deliver(
            .init(.subscribe(scene: nil), by: "oLin", at: workshop.clock.now.seconds))
        try await workshop.submit(form, mobile: "13812345671", by: "oLin", after: 40)
        let audience = try await workshop.installation.audiences.create(
            named: "展会人群", .following(true), by: workshop.owner)
        try await workshop.doJobs()
        let contact = try await workshop.contact("oMing")
        let merge = try #require(
            try await workshop.installation.contacts.merges(of: contact, for: workshop.owner).first)
        try await workshop.installation.contacts.undo(merge.id, by: workshop.owner)
        var owner = try await client.wharf.owner()
        let other = try await workshop.contact("oLin")
        for page in [path, "/contacts/\(other.id)"] {
            #expect(try await owner.get(page).contains("展会人群"), "\(page)")
        }
        let frozen = try await owner.get("/audiences/\(audience.id)")
        #expect(frozen.contains("冻结时 1 人") && frozen.contains("现在是 2 人"))
        #expect(try await owner.get("/audiences").contains("现在是 2 人"))
    }
}
