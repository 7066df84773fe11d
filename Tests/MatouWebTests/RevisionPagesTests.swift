import Foundation
import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

struct RevisionPagesTests {
    @Test func `the history of a code tells each change in words, and undoes one`() async throws {
        let wharf = try await Wharfside()
        let code = try await wharf.workshop.code(named: "静安门店", reply: [.text("欢迎")])
        var owner = try await wharf.owner()
        try await owner.get(code.path + "/edit")
        try await owner.post(
            code.path,
            [
                "name": "外滩门店", "source": "线下", "reply": "some", "reply_text": "您好",
                "version": "1",
            ])
        let history = try await owner.get(code.path + "/revisions")
        #expect(history.contains("<del>静安门店</del> → <ins>外滩门店</ins>"))
        #expect(history.contains("<del>无</del> → <ins>线下</ins>"))
        #expect(history.contains("<del>1. 文字 · 欢迎</del> → <ins>1. 文字 · 您好</ins>"))
        #expect(history.contains("林晓"))

        let undone = try await owner.post(code.path + "/restorations", ["version": "1"])
        #expect(undone.location == code.path + "/revisions")
        let page = try await owner.get(code.path)
        #expect(page.contains("静安门店") && page.contains("欢迎"))
    }

    @Test func `the history of a code calls what its reply sends by name`() async throws {
        let wharf = try await Wharfside()
        let (workshop, installation) = (wharf.workshop, wharf.workshop.installation)
        let poster = try await installation.materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "秋季海报", by: workshop.owner
        ).material.id
        let code = try await workshop.code(named: "静安门店")
        var draft = QRCode.Draft(code)
        draft.reply = [.image(poster)]
        _ = try await installation.qrCodes.change(code.id, to: draft, by: workshop.owner)
        var owner = try await wharf.owner()
        let history = try await owner.get(code.path + "/revisions")
        #expect(history.contains("图片 · 秋季海报") && !history.contains(poster.text))
    }

    @Test func `a version whose material is gone says which item cannot come back`() async throws {
        let wharf = try await Wharfside()
        let (workshop, installation) = (wharf.workshop, wharf.workshop.installation)
        let poster = try await installation.materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "秋季海报", by: workshop.owner
        ).material.id
        let code = try await workshop.code(reply: [.text("欢迎"), .image(poster)])
        var draft = QRCode.Draft(code)
        draft.reply = [.text("欢迎")]
        _ = try await installation.qrCodes.change(code.id, to: draft, by: workshop.owner)
        try await installation.materials.delete(poster, by: workshop.owner)
        var owner = try await wharf.owner()
        try await owner.get(code.path + "/revisions")
        let answer = try await owner.post(code.path + "/restorations", ["version": "1"])
        #expect(answer.location == code.path + "/revisions")
        let page = try await owner.get(code.path + "/revisions")
        #expect(page.contains("不能恢复到版本 1，什么都没有改。 第 2 项回复：它的素材已经删除。"))
        #expect(
            try await installation.qrCodes.find(code.id, for: workshop.owner).reply.items == [
                .text("欢迎")
            ])
    }

    @Test func `who goes back on a page that is older than the code overwrites nobody`()
        async throws
    {
        let wharf = try await Wharfside()
        let code = try await wharf.workshop.code(named: "静安门店")
        let codes = wharf.workshop.installation.qrCodes
        var draft = QRCode.Draft(code)
        draft.name = "外滩门店"
        _ = try await codes.change(code.id, to: draft, by: wharf.workshop.owner)
        var owner = try await wharf.owner()
        let history = try await owner.get(code.path + "/revisions")
        let seen = try #require(history.input("present"))
        draft.name = "徐汇门店"
        _ = try await codes.change(code.id, to: draft, by: wharf.workshop.owner)
        let late = try await owner.post(
            code.path + "/restorations", ["version": "1", "present": seen])
        #expect(late.status == 412 && late.contains("已经被别人改过"))
        #expect(try await codes.find(code.id, for: wharf.workshop.owner).name == "徐汇门店")
    }

    @Test func `who saves after somebody else sees what is there now beside their own`()
        async throws
    {
        let wharf = try await Wharfside()
        let code = try await wharf.workshop.code(named: "静安门店")
        var owner = try await wharf.owner()
        try await owner.get(code.path + "/edit")
        var draft = QRCode.Draft(code)
        draft.name = "外滩门店"
        _ = try await wharf.workshop.installation.qrCodes.change(
            code.id, to: draft, by: wharf.workshop.owner)
        let page = try await owner.post(
            code.path, ["name": "徐汇门店", "reply": "none", "version": "1"])
        #expect(page.status == 422 && page.input("name") == "徐汇门店")
        #expect(page.contains("<td class=\"said-text\">外滩门店</td>"))
        #expect(page.contains("<td class=\"said-text\">徐汇门店</td>"))
    }

    @Test func `a changed answer of a menu is told as it was and is`() async throws {
        let wharf = try await Wharfside()
        func menu(_ answer: String) -> ReplyItem {
            .menu(.init(head: "想了解？", choices: [.init(text: "价格", answer: answer)], tail: ""))
        }
        let code = try await wharf.workshop.code(reply: [menu("99 元起")])
        var draft = QRCode.Draft(code)
        draft.reply = [menu("89 元起")]
        _ = try await wharf.workshop.installation.qrCodes.change(
            code.id, to: draft, by: wharf.workshop.owner)
        var owner = try await wharf.owner()
        let page = try await owner.get(code.path + "/revisions")
        #expect(page.contains("<del>1. 菜单消息 · 价格 · 99 元起 · 想了解？</del>"))
        #expect(page.contains("<ins>1. 菜单消息 · 价格 · 89 元起 · 想了解？</ins>"))
    }

    @Test func `a deleted code shows what it collected and can be brought back`() async throws {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let code = try await workshop.code(named: "静安门店")
        var owner = try await wharf.owner()
        try await owner.get(code.path + "/delete")
        try await owner.post(code.path + "/delete")
        let later = workshop.clock.now.seconds + 5
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oMing", at: later))

        #expect(try await owner.get("/qr-codes/deleted").contains("静安门店"))
        #expect(!(try await owner.get("/qr-codes").contains("静安门店")))
        #expect(try await owner.get(code.path).contains("oMing"))
        #expect(try await owner.get(code.path + "/figures/scans").contains("删除之后"))
        try await owner.get(code.path)
        #expect(try await owner.post(code.path + "/restorations").location == code.path)
        #expect(try await owner.get("/qr-codes").contains("静安门店"))
    }

    @Test func `a figure opens to its definition and as many rows as it says`() async throws {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let code = try await workshop.code()
        for person in ["oMing", "oLin"] {
            try await workshop.deliver(
                .init(.subscribe(scene: code.scene), by: person, at: workshop.clock.now.seconds))
        }
        var owner = try await wharf.owner()
        let page = try await owner.get(code.path)
        // Shown where there are some.
        let lost: [Metric] = [.repliesFailed, .repliesTooLate, .repliesUnknown]
        for metric in Metric.allCases {
            let isShown = page.contains("\(code.path)/figures/\(metric.rawValue)")
            #expect(isShown != lost.contains(metric), "\(metric)")
            let opened = try await owner.get("\(code.path)/figures/\(metric.rawValue)")
            let rows = opened.text.components(separatedBy: "class=\"nameless mono\"").count - 1
            let expected = try await workshop.counts(of: code)[metric]
            #expect(opened.status == 200 && rows == expected, "\(metric)")
            let sum = try await owner.get("/figures/\(metric.rawValue)")
            #expect(sum.status == 200 && !sum.contains("metric."), "\(metric)")
        }
        let today = try await owner.get(code.path + "/figures/scans?from=2026-11-21")
        #expect(today.contains("oMing") && today.contains("2026-11-21"))
        let before = try await owner.get(code.path + "/figures/scans?from=2026-11-20")
        #expect(!before.contains("oMing"))
        #expect(try await owner.get(code.path + "/figures/none").status == 404)
        let wrong = "/figures/scans?from=2026-11-21&to=2026-11-20"
        let refused = try await owner.get(code.path + wrong)
        #expect(refused.status == 422 && refused.contains("开始不能晚于结束。"))
        #expect(refused.input("from") == "2026-11-21" && refused.input("to") == "2026-11-20")
    }

    @Test func `the audit has what was done to people's things, with who and what`() async throws {
        let client = try await Integrator()
        let workshop = client.workshop
        let (installation, owner) = (workshop.installation, workshop.owner)
        let form = try await workshop.form()
        for (scan, person) in ["oMing", "oLin"].enumerated() {
            try await workshop.deliver(
                .init(.subscribe(scene: nil), by: person, at: workshop.clock.now.seconds))
            try await workshop.submit(
                form, mobile: "13812345678", by: person, after: Int64(scan + 1))
        }
        let contact = try await workshop.contact("oMing")
        let merge = try #require(
            try await installation.contacts.merges(of: contact, for: owner).first)
        try await installation.contacts.undo(merge.id, by: owner)
        let tag = try await installation.tags.makeContactTag(named: "会员", by: owner)
        _ = try await installation.tags.renameContactTag(tag.id, to: "老会员", by: owner)
        let audience = try await installation.audiences.create(
            named: "展会人群", .tag(tag.id), by: owner)
        try await workshop.doJobs()
        _ = try await installation.exports.create(
            AudienceMembersExport(of: audience.id), as: ExportFormat(typed: "csv"), in: .chinese,
            by: owner)
        try await installation.audiences.delete(audience.id, by: owner)
        let material = try await installation.materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "海报", by: owner
        ).material
        _ = try await installation.materials.rename(material.id, to: "秋季海报", by: owner)
        try await installation.materials.delete(material.id, by: owner)
        try await installation.tags.deleteContactTag(tag.id, by: owner)

        let poster = try await installation.materials.upload(
            OneChunk(bytes: MediaBytes.jpeg()), named: "开业海报", by: owner
        ).material
        _ = try await workshop.code(reply: [.image(poster.id), .form(form.id)])

        var visitor = try await client.wharf.owner()
        for (kind, words) in [
            ("contact_tag", ["<del>会员</del> → <ins>老会员</ins>", "删除", "林晓"]),
            ("audience", ["展会人群", "有会员标签「", "删除"]), ("export", ["展会人群 人群成员", "新建"]),
            ("material", ["<del>海报</del> → <ins>秋季海报</ins>", "删除"]),
            ("contact_merge", ["撤销", "合并的身份", ">oLin</a>", "2. oMing"]),
            ("form", ["会员登记"]), ("qr_code", ["图片 · 开业海报", "表单 · 会员登记"]),
        ] {
            let page = try await visitor.get("/audit?kind=\(kind)")
            for word in words { #expect(page.contains(word), "\(kind): \(word)") }
            let api = try await client.call(.get, "/audit?kind=\(kind)").json()["data"].elements
            #expect(api.first?["actor"].text == owner.actor, "\(kind)")
        }
        #expect(!(try await visitor.get("/audit")).contains("13812345678"))
    }

    @Test func `the audit is narrowed to a member and to days, on the page and over the API`()
        async throws
    {
        let client = try await Integrator()
        let workshop = client.workshop
        _ = try await workshop.code(named: "昨天的码")
        let yesterday = workshop.clock.now
        workshop.clock.advance(by: .seconds(86_400))
        var editor = try await client.wharf.member(.editor)
        try await editor.get("/groups")
        try await editor.post("/groups", ["name": "今天的组"])

        var owner = try await client.wharf.owner()
        let zone = TimeZone(identifier: "Asia/Shanghai") ?? .gmt
        let (first, second) = (
            yesterday.day(in: zone).iso, workshop.clock.now.day(in: zone).iso
        )
        let before = try await owner.get("/audit?to=\(first)")
        #expect(before.contains("昨天的码") && !before.contains("今天的组"))
        let after = try await owner.get("/audit?from=\(second)")
        #expect(after.contains("今天的组") && !after.contains("昨天的码"))
        let own = try await owner.get("/audit?actor=\(workshop.owner.actor)")
        #expect(own.contains("昨天的码") && !own.contains("今天的组"))
        #expect(own.contains("<option value=\"\(workshop.owner.actor)\" selected>林晓"))

        for (query, count) in [
            ("kind=group", 1), ("kind=group&actor=\(workshop.owner.actor)", 0),
            ("kind=group&before=\(yesterday.rfc3339)", 0),
            ("kind=group&from=\(yesterday.rfc3339)", 1),
        ] {
            let list = try await client.call(.get, "/audit?\(query)").json()["data"].elements
            #expect(list.count == count, "\(query)")
        }
        #expect(try await client.call(.get, "/audit?from=yesterday").status == 422)
    }

    @Test func `the audit is for admins`() async throws {
        let wharf = try await Wharfside()
        _ = try await wharf.workshop.code(named: "静安门店")
        var owner = try await wharf.owner()
        let audit = try await owner.get("/audit?kind=qr_code")
        #expect(audit.contains("静安门店") && audit.contains("新建"))
        var editor = try await wharf.member(.editor)
        #expect(try await editor.get("/audit").status == 403)
    }
}

/// The same over the API.
struct RevisionAPITests {
    @Test func `versions are listed, gone back to, and deletions taken back`() async throws {
        let client = try await Integrator()
        let id = try #require(try await client.code(named: "a")["id"].text)
        let path = "/qr-codes/\(id)"
        try await client.call(.patch, path, #"{"name":"b"}"#)
        let versions = try await client.call(.get, path + "/revisions").json()["data"].elements
        #expect(versions.map { $0["action"].text } == ["changed", "created"])
        #expect(versions.first?["before"]["name"].text == "a")
        let back = try await client.call(.post, path + "/restorations", #"{"version":1}"#)
        #expect(try back.json()["name"].text == "a")
        #expect(
            try await client.call(.post, path + "/restorations", #"{"version":9}"#).status == 404)
        #expect(try await client.call(.post, path + "/restorations", "{}").status == 409)

        let deleted = try await client.call(
            .post, "/qr-codes/deletions", #"{"qr_code_ids":["\#(id)","qr_none"]}"#)
        #expect(try deleted.json()["count"] == .integer(1))
        #expect(try await client.call(.get, path).json()["deleted_at"] != .null)
        let list = try await client.call(.get, "/qr-codes/deleted").json()["data"].elements
        #expect(list.map { $0["id"].text } == [id])
        #expect(try await client.call(.post, path + "/restorations", "{}").status == 200)
        #expect(try await client.call(.get, path).status == 200)
        let audit = try await client.call(.get, "/audit").json()["data"].elements
        #expect(audit.first?["action"].text == "restored")
    }

    @Test func `figures open to rows, by day as well`() async throws {
        let client = try await Integrator()
        let workshop = client.workshop
        let code = try await workshop.code()
        try await workshop.deliver(
            .init(.scan(scene: code.scene), by: "oMing", at: workshop.clock.now.seconds))
        let path = "/qr-codes/\(code.id)/figures"
        let rows = try await client.call(.get, path + "/scans").json()["data"].elements
        #expect(rows.map { $0["openid"].text } == ["oMing"])
        let none = try await client.call(.get, path + "/scans?from=2026-11-01&to=2026-11-20")
        #expect(try none.json()["data"].elements.isEmpty)
        #expect(try await client.call(.get, path + "/scans?from=2026-02-30").status == 422)
        #expect(try await client.call(.get, path + "/nothing").status == 404)
        let operation = client.document.json["paths"]["/api/v1/qr-codes/{id}/figures/{metric}"]
        let found = operation["get"]["parameters"].elements.first { $0["name"] == "metric" }
        let metric = try #require(found)
        #expect(
            metric["schema"]["enum"].elements.compactMap(\.text) == Metric.allCases.map(\.rawValue))
        #expect(metric["description"] != "The id.")
        let days = "/qr-codes/\(code.id)/days?from=2026-11-20&to=2026-11-22"
        let counted = try await client.call(.get, days).json()["data"].elements
        #expect(counted.map { $0["scans"] } == [0, 1, 0])
        for (query, fault, words) in [
            ("days?from=2020-01-01", "from too_many_days", "At most 366 days"),
            ("days?from=2099-01-01", "from ends_before_start", "cannot be after the end"),
            ("days?from=2026-11-21&to=2026-11-20", "to ends_before_start", "after the end"),
            (
                "figures/scans?from=2026-11-21&to=2026-11-20", "to ends_before_start",
                "after the end"
            ),
        ] {
            let answer = try await client.call(.get, "/qr-codes/\(code.id)/\(query)")
            #expect(answer.status == 422 && answer.contains(words), "\(query)")
            #expect(try answer.faults() == [fault], "\(query)")
        }
        let account = workshop.account.id
        let stats = try await client.call(.get, "/stats?account_id=\(account)").json()
        #expect(stats["counts"]["scans"] == 1)
        let parts = try await client.call(.get, "/stats/scans?account_id=\(account)").json()
        #expect(parts["data"].elements.map { $0["figure"] } == [1])
        #expect(try await client.call(.get, "/stats").status == 422)
        #expect(try await client.call(.get, "/stats?account_id=ac_none").status == 422)
    }
}
