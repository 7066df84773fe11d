import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

struct TagPagesTests {
    @Test func `a tag that is there is not added again, whatever its capitals`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        try await owner.get("/tags")
        try await owner.post("/tags", ["name": "VIP"])
        #expect(try await owner.get("/tags").contains("已添加「VIP」"))
        try await owner.post("/tags", ["name": "vip"])
        #expect(try await owner.get("/tags").contains("已有「vip」"))
    }

    @Test func `deleting a tag says first how many people wear it and which codes put it on`()
        async throws
    {
        let client = try await Integrator(.editor)
        let workshop = client.workshop
        var draft = QRCode.Draft()
        draft.name = "展会"
        draft.kind = .permanent
        draft.contactTags = ["会员"]
        let code = try await workshop.make(draft)
        _ = try await workshop.code(named: "无标签")
        let now = workshop.clock.now.seconds
        let form = try await workshop.form()
        for (scan, person) in ["oMing", "oLin", "oChen"].enumerated() {
            try await workshop.deliver(.init(.subscribe(scene: code.scene), by: person, at: now))
            // Ming and Lin are one person.
            if person != "oChen" {
                try await workshop.submit(
                    form, mobile: "13812345678", by: person, after: Int64(scan + 1))
            }
        }
        let tag = try #require(try await workshop.contact("oMing").tags.first).tag
        var owner = try await client.wharf.owner()
        let people = #"/contacts?tag=\#(tag.id)&amp;account=all">2</a>"#
        #expect(try await owner.get("/tags").contains(people))
        let question = try await owner.get("/tags/\(tag.id)/delete")
        #expect(question.contains("现在有 2 人带有这个标签"))
        #expect(question.contains("href=\"\(code.path)\">展会</a>") && !question.contains("无标签"))
        let uses = try await client.call(.get, "/tags/\(tag.id)/uses").json()["data"].elements
        #expect(uses.map { $0["code_id"].text } == [code.id.text])

        let unused = try await workshop.installation.tags.makeContactTag(
            named: "闲置", by: workshop.owner)
        let quiet = try await owner.get("/tags/\(unused.id)/delete")
        #expect(quiet.contains("现在有 0 人") && quiet.contains("没有二维码在打它"))
        #expect(try await client.call(.get, "/tags/tg_none/uses").status == 404)
    }
}
