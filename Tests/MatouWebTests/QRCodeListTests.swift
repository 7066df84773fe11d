import Foundation
import HTTP
import Matou
import SQL
import TestSupport
import TestWorld
import Testing

@testable import MatouWeb

@Suite struct `The list of codes` {
    private func shops(_ count: Int, in wharf: Wharfside) async throws -> [QRCode] {
        var codes: [QRCode] = []
        for number in 1...count {
            codes.append(try await wharf.workshop.code(named: "门店\(number)"))
            wharf.workshop.clock.advance(by: .seconds(1))
        }
        return codes
    }

    private func selection(_ wharf: Wharfside, _ form: [String: String]) -> [String: String] {
        form.merging(["account": wharf.workshop.account.id.text, "filter": "q=门店"]) { own, _ in own
        }
    }

    @Test func `leads to the details of each code, beside its picture`() async throws {
        let wharf = try await Wharfside()
        let code = try await wharf.workshop.code()
        var viewer = try await wharf.member(.viewer)
        #expect(
            try await viewer.get("/qr-codes").contains(
                #"<a class="btn btn-icon" href="\#(code.path)" title="详情""#))
    }

    @Test func `tells the hour at which a code of hours ends, and the day of one of weeks`()
        async throws
    {
        let wharf = try await Wharfside()
        for (name, seconds) in [("一小时", 3600), ("两周", 14 * 86_400)] {
            var draft = QRCode.Draft()
            draft.name = name
            draft.lifetimeSeconds = seconds
            _ = try await wharf.workshop.make(draft)
        }
        var owner = try await wharf.owner()
        let list = try await owner.get("/qr-codes")
        #expect(try list.text.contains(Regex(#"临时 · \d+ 月 \d+ 日 \d\d:\d\d 到期"#)))
        #expect(try list.text.contains(Regex(#"临时 · \d+ 月 \d+ 日 到期"#)))
    }

    @Test func `pages lead there and back`() async throws {
        let wharf = try await Wharfside()
        _ = try await shops(45, in: wharf)
        var owner = try await wharf.owner()
        let first = try await owner.get("/qr-codes?limit=20")
        #expect(first.contains(">门店45<") && !first.contains(">门店25<"))
        let next = try #require(first.link(rel: "next"))
        let second = try await owner.get(next)
        #expect(second.contains(">门店25<") && second.contains(">门店6<"))
        let back = try #require(second.link(rel: "prev"))
        let again = try await owner.get(back)
        #expect(again.contains(">门店45<") && again.contains(">门店26<"))
        #expect(again.link(rel: "prev") == nil)
    }

    @Test func `filters by group, creator and date, and keeps what was chosen`() async throws {
        let wharf = try await Wharfside()
        _ = try await shops(2, in: wharf)
        var owner = try await wharf.owner()
        #expect(try await owner.get("/qr-codes?creator=me").contains(">门店1<"))
        #expect(try await owner.get("/qr-codes?creator=us_other").contains("没有符合条件的二维码"))
        #expect(try await owner.get("/qr-codes?group=none").contains(">门店1<"))
        let day = try await owner.get("/qr-codes?from=2026-11-21&to=2026-11-21")
        #expect(day.contains(">门店1<") && day.input("from") == "2026-11-21")
        #expect(try await owner.get("/qr-codes?from=2026-11-22").contains("没有符合条件的二维码"))
    }

    @Test func `shows the columns that a person chose, in every browser of theirs`() async throws {
        let wharf = try await Wharfside()
        _ = try await shops(1, in: wharf)
        var owner = try await wharf.owner()
        #expect(try await owner.get("/qr-codes").contains("data-label=\"扫码次数\""))
        let body =
            "csrf_token=\(PercentCoding.encodeQueryComponent(owner.token))&column=creator&column=updated&return_to=%2Fqr-codes"
        _ = try await owner.send(.post, "/qr-codes/columns", body: Array(body.utf8))
        let page = try await owner.get("/qr-codes")
        #expect(!page.contains("data-label=\"扫码次数\"") && page.contains("data-label=\"创建人\""))
        var elsewhere = try await wharf.owner()
        #expect(!(try await elsewhere.get("/qr-codes").contains("data-label=\"扫码次数\"")))
        var viewer = try await wharf.member(.viewer)
        #expect(try await viewer.get("/qr-codes").contains("data-label=\"扫码次数\""))
    }

    @Test func `deletes what was ticked after a question that fits the states, and takes it back`()
        async throws
    {
        let wharf = try await Wharfside()
        let codes = try await shops(3, in: wharf)
        var draft = QRCode.Draft()
        draft.name = "过期门店"
        draft.lifetimeSeconds = 60
        let over = try await wharf.workshop.make(draft)
        wharf.workshop.clock.advance(by: .seconds(90))
        var owner = try await wharf.owner()
        try await owner.get("/qr-codes")
        let ids = [codes[0].id.text, over.id.text]
        let question = try await owner.post(
            "/qr-codes/selection",
            selection(wharf, ["action": "delete", "elsewhere": ids.joined(separator: ",")]))
        #expect(question.contains("删除选中的 2 个二维码？"))
        #expect(question.contains("1 个未生效或进行中") && question.contains("1 个已过期或创建失败"))
        let done = try await owner.post(
            "/qr-codes/deletions",
            selection(wharf, ["elsewhere": ids.joined(separator: ","), "expected": "2"]))
        let list = try await owner.get(try #require(done.location))
        #expect(list.contains("已删除 2 个二维码。") && !list.contains(">门店1<"))
        let time = try #require(list.value(after: "name=\"at\" value=\""))
        #expect(
            try await owner.post("/qr-codes/undos", ["at": time, "done": "deleted"]).status == 303)
        #expect(try await owner.get("/qr-codes").contains(">门店1<"))
    }

    @Test func `asks again when the list has changed since the question`() async throws {
        let wharf = try await Wharfside()
        _ = try await shops(2, in: wharf)
        var owner = try await wharf.owner()
        try await owner.get("/qr-codes")
        let again = try await owner.post(
            "/qr-codes/deletions", selection(wharf, ["all": "1", "expected": "1"]))
        #expect(again.status == 409 && again.contains("删除选中的 2 个二维码？"))
    }

    @Test func `moves all that match to a group, made in place`() async throws {
        let wharf = try await Wharfside()
        _ = try await shops(23, in: wharf)
        _ = try await wharf.workshop.code(named: "地铁")
        var owner = try await wharf.owner()
        try await owner.get("/qr-codes?q=%E9%97%A8%E5%BA%97")
        let moved = try await owner.post(
            "/qr-codes/selection",
            selection(
                wharf, ["action": "group", "all": "1", "group": "拉新", "return_to": "/qr-codes"]))
        #expect(moved.status == 303)
        let groups = try await owner.get("/groups")
        #expect(groups.contains("value=\"拉新\"") && groups.contains(">23<"))
        #expect(try await owner.get("/qr-codes?group=none").contains(">地铁<"))

        let list = try await owner.get(try #require(moved.location))
        #expect(list.contains("已移动 23 个二维码。"))
        let time = try #require(list.value(after: "name=\"at\" value=\""))
        let undone = try await owner.post("/qr-codes/undos", ["at": time, "done": "moved"])
        #expect(try await owner.get(undone.location ?? "").contains("已恢复 23 个二维码的原状。"))
        let twice = try await owner.post("/qr-codes/undos", ["at": time, "done": "moved"])
        #expect(try await owner.get(twice.location ?? "").contains("没有可以撤销的操作"))
        #expect(try await owner.get("/groups").contains(">0<"))
    }

    @Test func `changes the tags of what was ticked, and says at the field what cannot be`()
        async throws
    {
        let wharf = try await Wharfside()
        let codes = try await shops(2, in: wharf)
        var owner = try await wharf.owner()
        try await owner.get("/qr-codes?q=%E9%97%A8%E5%BA%97")
        let ids = codes.map(\.id.text).joined(separator: ",")
        let question = try await owner.post(
            "/qr-codes/selection", selection(wharf, ["action": "tags", "elsewhere": ids]))
        #expect(question.contains("修改 2 个二维码的标签"))
        let long = String(repeating: "长", count: 41)
        let refused = try await owner.post(
            "/qr-codes/taggings",
            selection(wharf, ["elsewhere": ids, "add_contact_tags_typed": long]))
        #expect(refused.status == 422 && refused.contains(long))
        let done = try await owner.post(
            "/qr-codes/taggings",
            selection(
                wharf,
                [
                    "elsewhere": ids, "add_contact_tags_typed": "VIP，老客",
                    "return_to": "/qr-codes?q=门店&limit=50",
                ]))
        #expect(done.location?.contains("limit=50") == true)
        #expect(
            try await owner.get(try #require(done.location)).contains("已修改 2 个二维码的标签。"))
        #expect(
            try await wharf.workshop.installation.qrCodes.find(
                codes[0].id, for: wharf.workshop.owner
            ).tags.contact.map(\.name) == ["VIP", "老客"])
    }

    @Test func `a group that was renamed or deleted offers the way back`() async throws {
        let wharf = try await Wharfside()
        let group = try await wharf.workshop.installation.groups.create(
            named: "门店", by: wharf.workshop.owner
        ).group
        var owner = try await wharf.owner()
        try await owner.get("/groups")
        let renamed = try await owner.post("/groups/\(group.id)", ["name": "线下"])
        let list = try await owner.get(try #require(renamed.location))
        #expect(list.contains("action=\"/groups/\(group.id)\"") && list.contains("value=\"门店\""))
        _ = try await owner.post("/groups/\(group.id)", ["name": "门店", "undo": "1"])
        let deleted = try await owner.post("/groups/\(group.id)/delete", [:])
        let way = "action=\"/groups/\(group.id)/restorations\""
        #expect(try await owner.get(try #require(deleted.location)).contains(way))
        // Whoever sends somebody a link chooses no address of a form by it.
        #expect(
            !(try await owner.get("/groups?deleted=..%2Faccounts%2Fx").contains("restorations")))
        _ = try await owner.post("/groups/\(group.id)/restorations", [:])
        #expect(try await owner.get("/groups").contains("value=\"门店\""))
    }

    @Test func `downloads the images of what was ticked as one ZIP`() async throws {
        let wharf = try await Wharfside()
        let codes = try await shops(2, in: wharf)
        let twin = try await wharf.workshop.code(named: "门店1")
        let slash = try await wharf.workshop.code(named: "../门店/三")
        var owner = try await wharf.owner()
        try await owner.get("/qr-codes")
        let ids = (codes + [twin, slash]).map(\.id.text).joined(separator: ",")
        let choice = try await owner.post(
            "/qr-codes/selection", selection(wharf, ["action": "images", "elsewhere": ids]))
        #expect(choice.contains("下载 4 个二维码的图片") && choice.contains("size=1280"))
        let request = selection(
            wharf, ["elsewhere": ids, "picture": "size=258", "csrf_token": owner.token])
        let bytes = try await wharf.bytes(of: "/qr-codes/images", request, as: owner)
        let folder = try TemporaryDirectory()
        try Data(bytes).write(to: URL(fileURLWithPath: folder.path + "/codes.zip"))
        let entries = try await OtherReader.archive(folder.path + "/codes.zip")
        #expect(
            Set(entries.keys) == ["门店1.png", "门店2.png", "门店1 (2).png", ".._门店_三.png"])
        #expect(entries.values.allSatisfy { $0 > 200 && $0 < 3000 })
    }

    @Test func `exports links in the background, and the exports' page has the file`() async throws
    {
        let wharf = try await Wharfside()
        _ = try await shops(2, in: wharf)
        var owner = try await wharf.owner()
        try await owner.get("/qr-codes")
        let asked = try await owner.post(
            "/qr-codes/selection",
            selection(wharf, ["action": "links", "all": "1", "format": "CSV"]))
        #expect(asked.location == "/exports")
        let under = try await owner.get("/exports")
        #expect(under.contains("排队中") && under.contains("http-equiv=\"refresh\""))
        let page = try await wharf.workshop.working {
            _ = try await eventually { try await owner.get("/exports").contains("已完成") }
            return try await owner.get("/exports")
        }
        let link = try #require(page.value(after: "btn-main\" href=\""))
            .replacing("&amp;", with: "&")
        var stranger = wharf.stranger()
        let file = try await stranger.get(link)
        #expect(file.fields["Content-Type"]?.hasPrefix("text/csv") == true)
        #expect(file.contains("门店1,qr_") && file.contains("http://127.0.0.1:8080/c/"))
        #expect(try await stranger.get(link + "x").status == 404)
    }

    @Test func `codes that a token made are found by their maker`() async throws {
        let wharf = try await Wharfside()
        _ = try await shops(1, in: wharf)
        let api = try await Integrator(.editor, at: wharf)
        let made = try await api.code(named: "接口生成")
        let maker = try #require(made["created_by"].text)
        var owner = try await wharf.owner()
        #expect(try await owner.get("/qr-codes").contains("<option value=\"\(maker)\">"))
        let found = try await owner.get("/qr-codes?creator=\(maker)")
        #expect(found.contains("接口生成") && !found.contains("门店1"))
    }

    @Test func `a batch shows what its codes will be before they are made`() async throws {
        let wharf = try await Wharfside()
        var draft = QRCode.Draft()
        draft.lifetimeSeconds = 36 * 3600
        draft.followerTags = ["老客"]
        draft.contactTags = ["上海"]
        draft.reply = [.text("欢迎来到静安店")]
        let batch = try await wharf.workshop.installation.imports.check(
            Array("门店一\n门店二".utf8), named: "门店.csv",
            Import.Settings(draft: draft, takesSourceFromName: false),
            on: wharf.workshop.account.id, by: wharf.workshop.owner)
        var owner = try await wharf.owner()
        let page = try await owner.get("/imports/\(batch.id)")
        for words in ["36 小时", "老客", "上海", "欢迎来到静安店", "门店二"] {
            #expect(page.contains(words), "\(words)")
        }
    }

    @Test func `an export that failed says why and is asked for again, a cut one says so`()
        async throws
    {
        let wharf = try await Wharfside()
        _ = try await shops(1, in: wharf)
        var owner = try await wharf.owner()
        try await owner.get("/qr-codes")
        try await owner.post(
            "/qr-codes/selection",
            selection(wharf, ["action": "links", "all": "1", "format": "CSV"]))
        func set(_ columns: Statement) async throws {
            try await wharf.workshop.database.write {
                _ = try $0.run("UPDATE exports SET \(fragment: columns)")
            }
        }
        try await set("state = 'failed', failure = 'disk_full'")
        let failed = try await owner.get("/exports")
        #expect(failed.contains("服务器磁盘已满") && failed.contains("重新导出"))
        let path = try #require(failed.value(after: "action=\"/exports/"))
        #expect(try await owner.post("/exports/\(path)").location == "/exports")
        #expect(try await owner.get("/exports").contains("排队中"))
        try await set("state = 'done', records = 2000000, truncated = 1, bytes = 1")
        #expect(try await owner.get("/exports").contains("前 2,000,000 条（已达上限）"))
    }

    @Test func `a viewer exports and downloads, but is shown nothing that changes`() async throws {
        let wharf = try await Wharfside()
        let codes = try await shops(1, in: wharf)
        var viewer = try await wharf.member(.viewer)
        let list = try await viewer.get("/qr-codes")
        #expect(list.contains("value=\"links\"") && !list.contains("value=\"delete\""))
        let refused = try await viewer.post(
            "/qr-codes/selection",
            selection(wharf, ["action": "group", "select": codes[0].id.text, "group": "x"]))
        #expect(refused.status == 403)
        let deletion = try await viewer.post(
            "/qr-codes/deletions", selection(wharf, ["select": codes[0].id.text]))
        #expect(deletion.status == 403)
    }
}

extension Wharfside {
    /// The bytes of an answer to a form, for what is no text.
    func bytes(
        of target: String, _ form: [String: String], as visitor: Visitor
    ) async throws -> [UInt8] {
        let body = form.map { name, value in
            "\(PercentCoding.encodeQueryComponent(name))=\(PercentCoding.encodeQueryComponent(value))"
        }.joined(separator: "&")
        let request = Request(
            .post, target,
            fields: [
                "Host": visitor.host, "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": visitor.cookies.map { "\($0)=\($1)" }.joined(separator: "; "),
            ], body: Array(body.utf8), clientAddress: visitor.address)
        return try await site.router.respond(to: request).bodyBytes()
    }
}

extension Answer {
    /// Where the link of that relation leads.
    func link(rel: String) -> String? {
        for tag in text.components(separatedBy: "<a ").dropFirst() {
            let head = String(tag.prefix { $0 != ">" })
            if head.contains("rel=\"\(rel)\"") {
                return value(after: "href=\"", in: head)?.replacing("&amp;", with: "&")
            }
        }
        return nil
    }
}
