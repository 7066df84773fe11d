import Foundation
import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

struct AudiencePagesTests {
    /// Sends the form of an audience, whose fields come more than once.
    private func send(
        _ visitor: inout Visitor, _ fields: [(String, String)], to path: String = "/audiences"
    ) async throws -> Answer {
        let token = visitor.token
        let body = (fields + [("csrf_token", token)]).map { name, value in
            "\(name)=\(PercentCoding.encodeQueryComponent(value))"
        }.joined(separator: "&")
        let answer = try await visitor.send(.post, path, body: Array(body.utf8))
        #expect(answer.status != 403 && answer.status < 500, "\(path): \(answer.text.prefix(3000))")
        return answer
    }

    /// Ming wears the tag and follows, Lin wears it and has left, Chen follows.
    private func world() async throws -> (Wharfside, Visitor) {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        var draft = QRCode.Draft()
        draft.name = "展会"
        draft.kind = .permanent
        draft.contactTags = ["会员"]
        let code = try await workshop.make(draft)
        let now = workshop.clock.now.seconds
        for person in ["oMing", "oLin"] {
            try await workshop.deliver(.init(.subscribe(scene: code.scene), by: person, at: now))
        }
        try await workshop.deliver(.init(.unsubscribe, by: "oLin", at: now + 1))
        try await workshop.deliver(.init(.subscribe(scene: nil), by: "oChen", at: now))
        var owner = try await wharf.owner()
        try await owner.get("/audiences/new")
        return (wharf, owner)
    }

    /// Everybody who wears the tag and has not left.
    private let tagged = [
        ("name", "展会会员"), ("groups", "1"), ("join_1", "all"), ("kind_1", "tag"), ("tag_1", "会员"),
        ("kind_1", "left"), ("tag_1", ""), ("not_1", "1"),
    ]

    @Test func `the sentence and the count stand there before it is made`() async throws {
        var (wharf, owner) = try await world()
        let counted = try await send(&owner, tagged + [("edit", "count")])
        #expect(counted.status == 200)
        #expect(counted.contains("有会员标签「会员」 且 非（已取关）的联系人"))
        #expect(counted.contains("现在有 1 人"))
        #expect(counted.input("name") == "展会会员")
        let live = try await send(&owner, tagged, to: "/audiences/estimate")
        #expect(live.contains("现在有 1 人"))
        #expect(
            try await wharf.workshop.installation.audiences.page(for: wharf.workshop.owner)
                .elements.isEmpty)

        let made = try await send(&owner, tagged)
        try await wharf.workshop.doJobs()
        let page = try await owner.get(try #require(made.location))
        #expect(page.contains("有会员标签「会员」 且 非（已取关）的联系人"))
        #expect(page.contains("oMing") && !page.contains("oLin") && page.contains("共 1 人"))
    }

    @Test func `an empty form is told of its name and of its conditions at once`() async throws {
        var (_, owner) = try await world()
        let empty = try await send(&owner, [("name", " "), ("groups", "1")])
        #expect(empty.status == 422)
        #expect(empty.contains("请至少填写一个条件") && empty.contains("请填写。"))
    }

    @Test func `lines and groups come and go, and keep what was typed`() async throws {
        var (_, owner) = try await world()
        let added = try await send(&owner, tagged + [("edit", "add-line-1")])
        #expect(added.text.components(separatedBy: "class=\"condition\"").count == 4)
        #expect(added.input("tag_1") == "会员")
        let grouped = try await send(&owner, tagged + [("edit", "add-group")])
        #expect(grouped.contains("name=\"kind_2\""))
        let removed = try await send(&owner, tagged + [("edit", "remove-line-1-1")])
        #expect(removed.text.components(separatedBy: "class=\"condition\"").count == 2)
        #expect(removed.input("tag_1") == "")
        for button in ["remove-line-9-9", "remove-group-1", "add-line-0", "x", "remove-line-1-99"] {
            #expect(try await send(&owner, tagged + [("edit", button)]).status == 200, "\(button)")
        }
    }

    @Test func `a name of nothing and a time that is none are told at their line`() async throws {
        var (_, owner) = try await world()
        for line in [
            [("kind_1", "tag"), ("tag_1", "没有")], [("kind_1", "code"), ("code_1", "没有")],
            [("kind_1", "form"), ("form_1", "")],
            [("kind_1", "answer"), ("question_1", "没有 › 手机号")],
            [("kind_1", "scanned"), ("from_1", "昨天")],
        ] {
            let answer = try await send(&owner, [("name", "x"), ("groups", "1")] + line)
            #expect(answer.status == 422, "\(line): \(answer.status)")
            #expect(answer.contains("找不到这个名称"), "\(line)")
        }
        let backwards = try await send(
            &owner,
            [
                ("name", "x"), ("groups", "1"), ("kind_1", "scanned"),
                ("from_1", "2026-11-21T10:00"), ("to_1", "2026-11-20T10:00"),
            ])
        #expect(backwards.status == 422 && backwards.contains("开始不能晚于结束。"))
        #expect(backwards.input("from_1") == "2026-11-21T10:00")
        let nothing = try await send(&owner, [("name", "x"), ("groups", "1"), ("kind_1", "")])
        #expect(nothing.status == 422 && nothing.contains("请至少填写一个条件"))
    }

    @Test func `a name of several codes is refused with what means each of them`() async throws {
        var (wharf, owner) = try await world()
        let workshop = wharf.workshop
        var codes: [QRCode] = []
        for _ in 0..<2 {
            workshop.clock.advance(by: .seconds(1))
            codes.append(try await workshop.code(named: "门店"))
        }
        try await workshop.deliver(
            .init(
                .scan(scene: codes[0].scene), by: "oMing", at: workshop.clock.now.seconds))
        func scanned(_ name: String) -> [(String, String)] {
            [("groups", "1"), ("kind_1", "code"), ("code_1", name), ("edit", "count")]
        }
        let refused = try await send(&owner, scanned("门店"))
        #expect(refused.status == 422 && refused.contains("有几个同名"))
        #expect(refused.input("code_1") == "门店")
        for (code, people) in zip(codes, [1, 0]) {
            let label = try #require(
                refused.text.split(whereSeparator: { "\"<>;：".contains($0) })
                    .first { $0.hasPrefix("门店 · ") && $0.hasSuffix(code.id.text) })
            let counted = try await send(&owner, scanned(String(label)))
            #expect(counted.contains("现在有 \(people) 人"), "\(label)")
        }
    }

    @Test func `an answer is asked for as it is kept`() async throws {
        var (wharf, owner) = try await world()
        let form = try await wharf.workshop.installation.forms.create(
            {
                var draft = Matou.Form.Draft()
                draft.title = "会员登记"
                draft.fields = [
                    Matou.Form.Field(id: "mobile", kind: .mobile, label: "手机号", role: .key)
                ]
                return draft
            }(), by: wharf.workshop.owner)
        let stamp = try wharf.workshop.installation.forms.stamp(for: form)
        wharf.workshop.clock.advance(by: .seconds(5))
        try await wharf.workshop.installation.forms.submit(
            FormSheet(
                answers: ["mobile": ["13812345678"]], token: nil, stamp: stamp, trap: "",
                address: "203.0.113.7"), to: form.slug)
        let counted = try await send(
            &owner,
            [
                ("name", "x"), ("groups", "1"), ("kind_1", "answer"), ("question_1", "会员登记 › 手机号"),
                ("answer_1", "138 1234 5678"), ("edit", "count"),
            ])
        #expect(counted.contains("现在有 1 人"))
        #expect(counted.contains("在表单「会员登记」的「手机号」中填了「+8613812345678」"))
    }

    @Test func `an audience of a code's scanners has those of the list as it is filtered`()
        async throws
    {
        var (wharf, owner) = try await world()
        let workshop = wharf.workshop
        let code = try #require(
            try await workshop.installation.qrCodes.page(
                QRCodeFilter(account: workshop.account.id), for: workshop.owner
            ).codes.elements.first)
        let now = workshop.clock.now.seconds
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oChen", at: now + 5))
        workshop.clock.advance(by: .seconds(60))
        for (kind, openid, name, people) in [
            ("existing", "", "展会 老粉丝", ["oChen"]), ("new", "", "展会 新粉丝", ["oMing", "oLin"]),
            ("all", "oM", "展会 全部粉丝", ["oMing"]),
        ] {
            let asked = try await owner.get(
                "\(code.path)/audiences/new?kind=\(kind)&openid=\(openid)")
            #expect(asked.contains("现在有 \(people.count) 人"), "\(kind)")
            #expect(asked.input("name") == name)
            let origin = [("kind", kind), ("openid", openid)]
            let nameless = try await send(
                &owner, origin + [("name", "")], to: code.path + "/audiences")
            #expect(nameless.status == 422 && nameless.input("kind") == kind)
            let made = try await send(
                &owner, origin + [("name", "展会 \(kind)")], to: code.path + "/audiences")
            // The jobs run on once they have been done: only the first audience is seen before its own.
            if kind == "existing" {
                let building = try await owner.get(try #require(made.location))
                #expect(building.contains("已找到 0 人") && !building.contains("没有符合条件的人"))
            }
            try await workshop.doJobs()
            let page = try await owner.get(try #require(made.location))
            for person in ["oMing", "oLin", "oChen"] {
                #expect(page.contains(person) == people.contains(person), "\(kind) \(person)")
            }
        }
    }

    @Test func `that has fewer contacts than the code has scanners says that some were merged`()
        async throws
    {
        var (wharf, owner) = try await world()
        let workshop = wharf.workshop
        let code = try #require(
            try await workshop.installation.qrCodes.page(
                QRCodeFilter(account: workshop.account.id), for: workshop.owner
            ).codes.elements.first)
        let form = try await workshop.form()
        for (scan, person) in ["oMing", "oLin"].enumerated() {
            try await workshop.submit(
                form, mobile: "13812345678", by: person, after: Int64(scan + 1))
        }
        let asked = try await owner.get("\(code.path)/audiences/new?kind=new")
        #expect(asked.contains("2 个粉丝，合并后 1 位联系人"))
        let left = try await owner.get("\(code.path)/audiences/new?kind=unfollowed")
        #expect(left.contains("现在有 1 人") && left.input("name") == "展会 后又取关")
    }

    @Test func `shows of a person who both follows and has left the one that was asked for`()
        async throws
    {
        var (wharf, owner) = try await world()
        let workshop = wharf.workshop
        let form = try await workshop.form()
        for (scan, person) in ["oMing", "oLin"].enumerated() {
            try await workshop.submit(
                form, mobile: "13812345678", by: person, after: Int64(scan + 1))
        }
        for (kind, shown, other) in [("following", "oMing", "oLin"), ("left", "oLin", "oMing")] {
            let made = try await send(
                &owner, [("name", kind), ("groups", "1"), ("kind_1", kind)])
            try await workshop.doJobs()
            let page = try await owner.get(try #require(made.location))
            #expect(page.contains("title=\"\(shown)\""), "\(kind)")
            #expect(!page.contains("title=\"\(other)\""), "\(kind)")
        }
    }

    @Test func `it is renamed and found by a part of its name, on the page and over the API`()
        async throws
    {
        var (wharf, owner) = try await world()
        let path = try #require(try await send(&owner, tagged).location)
        try await owner.get(path)
        let tooLong = String(repeating: "长", count: Audience.nameLimit + 1)
        let refused = try await owner.post(path, ["name": tooLong])
        #expect(refused.status == 422 && refused.input("name") == tooLong)
        #expect(try await owner.post(path, ["name": "秋季 Expo"]).status == 303)
        #expect(try await owner.get("/audiences?q=EXPO").contains("秋季 Expo"))
        #expect(try await owner.get("/audiences?q=%E5%B1%95%E4%BC%9A").contains("没有这个名称的人群"))
        #expect(try await owner.get("/audit?kind=audience").contains("<ins>秋季 Expo</ins>"))

        let client = try await Integrator(.editor, at: wharf)
        let found = try await client.call(.get, "/audiences?name=expo").json()["data"].elements
        #expect(found.count == 1)
        #expect(try await client.call(.patch, path, #"{"name":"冬季"}"#).json()["name"] == "冬季")
        #expect(try await client.call(.patch, path, #"{"name":" "}"#).status == 422)
        #expect(try await client.call(.get, "/audiences?name=expo").json()["data"] == [])
        let viewer = try await client.with(.viewer)
        #expect(try await viewer.call(.patch, path, #"{"name":"x"}"#).status == 403)
    }

    @Test
    func `that was deleted comes back with those who were in it, and goes on if it had not ended`()
        async throws
    {
        var (wharf, owner) = try await world()
        let path = try #require(try await send(&owner, tagged).location)
        // Nobody has been looked for yet.
        let list = try #require(try await owner.post(path + "/delete").location)
        #expect(try await owner.get(path).status == 404)
        try await wharf.workshop.doJobs()
        let deleted = try await owner.get(list)
        #expect(deleted.contains("已删除人群「展会会员」。"))
        #expect(deleted.contains("action=\"\(path)/restorations\""))
        #expect(try await owner.post(path + "/restorations").location == path)
        try await wharf.workshop.doJobs()
        let back = try await owner.get(path)
        #expect(back.contains("oMing") && back.contains("共 1 人"))
        #expect(try await owner.post(path + "/restorations").status == 404)
        #expect(!(try await owner.get(list)).contains("/restorations"))
        var viewer = try await wharf.member(.viewer)
        try await owner.post(path + "/delete")
        #expect(!(try await viewer.get(list)).contains("/restorations"))
    }

    @Test func `has a version, which changes and deletions over the API may name`() async throws {
        let client = try await Integrator(.editor)
        let made = try await client.call(
            .post, "/audiences", #"{"name":"展会","condition":{"following":true}}"#)
        let path = "/audiences/\(try #require(try made.json()["id"].text))"
        let tag = try #require(made.fields["ETag"])
        try await client.workshop.doJobs()
        let renamed = try await client.call(.patch, path, #"{"name":"秋季"}"#, ["If-Match": tag])
        #expect(renamed.status == 200)
        #expect(try renamed.json()["version"] == 2)
        for body in [#"{"name":"冬季"}"#, "{}"] {
            let late = try await client.call(.patch, path, body, ["If-Match": tag])
            #expect(late.status == 412)
        }
        #expect(try await client.call(.delete, path, nil, ["If-Match": tag]).status == 412)
        let fresh = try #require(try await client.call(.get, path).fields["ETag"])
        #expect(
            try await client.call(.get, path, nil, ["If-None-Match": fresh]).status == 304)
        #expect(try await client.call(.delete, path, nil, ["If-Match": fresh]).status == 204)
        let back = try await client.call(.post, path + "/restorations")
        #expect(back.status == 200)
        #expect(try back.json()["version"] == 4)
        #expect(try back.json()["name"] == "秋季")
        #expect(try await client.call(.post, path + "/restorations").status == 404)
    }

    @Test func `a condition that cannot be says which member is wrong, and why`() async throws {
        let client = try await Integrator(.editor)
        let form = try await client.workshop.form()
        for (condition, field, code) in [
            (
                #"{"all":[{"following":true},{"scanned":{"kind":"old"}}]}"#,
                "condition.all.1.scanned.kind", "not_one_of"
            ),
            (#"{"not":{"scanned":{"kinds":"new"}}}"#, "condition.not.scanned.kinds", "unknown"),
            (
                #"{"any":[{"answered":{"field":"name"}}]}"#,
                "condition.any.0.answered.form_id", "required"
            ),
            (
                #"{"answered":{"form_id":"\#(form.id)","field":"shoe"}}"#,
                "condition.answered.field", "unknown"
            ),
            (#"{"answered":{"form_id":"fm_none"}}"#, "condition.answered.form_id", "unknown"),
            (#"{"all":[{"tag":"tg_none"}]}"#, "condition.all.0.tag", "unknown"),
            (#"{"all":[{"any":[]}]}"#, "condition.all.0.any", "required"),
            (#"{"following":"yes"}"#, "condition.following", "malformed"),
            (#"{"replied":{"from":"yesterday"}}"#, "condition.replied.from", "malformed"),
            (#"{"wears":"x"}"#, "condition", "not_one_of"),
            (
                #"{"not":{"scanned":{"from":"2026-11-21T00:00:00Z","to":"2026-11-20T00:00:00Z"}}}"#,
                "condition.not.scanned.to", "ends_before_start"
            ),
        ] {
            for (path, body) in [
                ("/audiences", #"{"name":"x","condition":\#(condition)}"#),
                ("/audiences/estimate", #"{"condition":\#(condition)}"#),
            ] {
                let answer = try await client.call(.post, path, body)
                #expect(answer.status == 422, "\(path) \(condition)")
                #expect(try answer.faults() == ["\(field) \(code)"], "\(path) \(condition)")
            }
        }
        let known = #"{"answered":{"form_id":"\#(form.id)","field":"name"}}"#
        let made = try await client.call(
            .post, "/audiences", #"{"name":"x","condition":\#(known)}"#)
        #expect(made.status == 201)
    }

    @Test func `no more than five exports of a person are under way`() async throws {
        let client = try await Integrator(.viewer)
        let code = try await client.workshop.code()
        let body = #"{"kind":"scanners","qr_code_id":"\#(code.id)"}"#
        for _ in 1...5 { #expect(try await client.call(.post, "/exports", body).status == 201) }
        let sixth = try await client.call(.post, "/exports", body)
        #expect(sixth.status == 409 && sixth.contains("too_many_exports"))
    }

    @Test func `the people of a deleted code are exported still`() async throws {
        let client = try await Integrator(.viewer)
        let code = try await client.workshop.code()
        try await client.workshop.installation.qrCodes.delete(code.id, by: client.workshop.owner)
        let body = #"{"kind":"scanners","qr_code_id":"\#(code.id)"}"#
        #expect(try await client.call(.post, "/exports", body).status == 201)
    }

    @Test func `its members and a form's submissions are exported from their pages`() async throws {
        var (wharf, owner) = try await world()
        let made = try await send(&owner, tagged)
        try await wharf.workshop.doJobs()
        let path = try #require(made.location)
        #expect(try await owner.get(path).contains("action=\"\(path)/export\""))
        #expect(try await owner.post(path + "/export", ["format": "CSV"]).location == "/exports")
        #expect(try await owner.get("/exports").contains("展会会员 人群成员"))
    }

    @Test func `the API counts without making, and takes and gives times as RFC 3339`()
        async throws
    {
        let client = try await Integrator(.editor)
        let body = #"""
            {"name":"展会","condition":{"all":[{"following":true},
            {"replied":{"from":"2026-11-01T00:00:00+08:00","to":"2026-12-01T00:00:00Z"}}]}}
            """#
        let made = try await client.call(.post, "/audiences", body)
        #expect(made.status == 201)
        #expect(made.contains("2026-10-31T16:00:00.000Z"))
        for time in [#""yesterday""#, "9223372036854775807", "-9223372036854775808", "true"] {
            for event in ["replied", "scanned"] {
                let wrong = try await client.call(
                    .post, "/audiences",
                    #"{"name":"x","condition":{"\#(event)":{"from":\#(time)}}}"#)
                #expect(wrong.status == 422, "\(event) \(time)")
            }
        }
        for odd in [#"{"following":true,"x":1}"#, #"{"scanned":{"kinds":"new"}}"#, #"{"x":1}"#] {
            let answer = try await client.call(
                .post, "/audiences", #"{"name":"x","condition":\#(odd)}"#)
            #expect(answer.status == 422, "\(odd)")
        }
        let estimate = try await client.call(
            .post, "/audiences/estimate", #"{"condition":{"following":true}}"#)
        #expect(try estimate.json()["complete"] == .bool(true))
        #expect(try await client.call(.post, "/audiences/estimate", "{}").status == 422)
        let none = try await client.call(
            .post, "/exports", #"{"kind":"audience_members","audience_id":"au_none"}"#)
        #expect(none.status == 404)
        let form = try await client.call(.post, "/exports", #"{"kind":"form_submissions"}"#)
        #expect(form.status == 422)
    }
}
