import Matou
import TestWorld
import Testing

@Suite struct `Forms that people fill in` {
    private func submissions(_ workshop: Workshop, _ form: Form) async throws -> [FormSubmission] {
        try await workshop.installation.forms.submissions(of: form.id, for: workshop.owner).elements
    }

    @Test func `the link of a reply ties the answers to the follower`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        let form = try await workshop.form()
        try await workshop.deliver(
            .init(.subscribe(scene: code.scene), by: "oMing", at: workshop.clock.now.seconds))
        try await workshop.submit(form, mobile: "138 1234 5678", name: "小明", by: "oMing")
        let contact = try await workshop.contact("oMing")
        #expect(contact.name == "小明")
        #expect(contact.keys == [ContactKey.mobile("13812345678")])
        let timeline = try await workshop.installation.contacts.timeline(
            of: contact.id, for: workshop.owner)
        #expect(
            timeline.elements.first?.event == .submitted(form: form.id.text, title: "会员登记"))
    }

    @Test func `the name that was given stands wherever the follower is listed`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        let form = try await workshop.form()
        for person in ["oMing", "oLin", "oQuiet"] {
            try await workshop.deliver(
                .init(.subscribe(scene: code.scene), by: person, at: workshop.clock.now.seconds))
        }
        try await workshop.submit(form, mobile: "13812345678", name: "小明", by: "oMing")
        // Merged by the number: one person, of one name.
        try await workshop.submit(form, mobile: "13812345678", by: "oLin")
        let names = ["oMing": "小明", "oLin": "小明", "oQuiet": nil]
        let stats = workshop.installation.stats
        let scanners = try await stats.scanners(of: code.id, ScannerFilter(), for: workshop.owner)
        #expect(scanners.elements.count == 3)
        for scanner in scanners.elements { #expect(names[scanner.openid] == scanner.name) }
        for metric in Metric.allCases {
            let page = try await stats.figure(
                FigureFilter(metric), of: code.id, for: workshop.owner)
            for row in page.rows.elements { #expect(names[row.openid] == row.name, "\(metric)") }
        }
    }

    @Test func `sent twice it is taken once, whichever way it came`() async throws {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        for _ in 1...2 { try await workshop.submit(form, mobile: "13812345678", by: "oMing") }
        #expect(try await submissions(workshop, form).count == 1)
        let stamp = try workshop.installation.forms.stamp(for: form)
        for _ in 1...2 { try await workshop.submit(form, mobile: "13812345679", stamp: stamp) }
        #expect(try await submissions(workshop, form).count == 2)
    }

    @Test func `what is corrected is kept beside what was sent first, the same again is once`()
        async throws
    {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        try await workshop.follow("oMing")
        // Typed wrong, then Back and typed right: the same page.
        let stamp = try workshop.installation.forms.stamp(for: form)
        for mobile in ["13812345678", "13812345679", "13812345679", "13812345678"] {
            try await workshop.submit(form, mobile: mobile, by: "oMing", stamp: stamp)
        }
        let sent = try await submissions(workshop, form)
        #expect(sent.map { $0.answers["mobile"] } == [["+8613812345679"], ["+8613812345678"]])
        #expect(Set(sent.compactMap(\.contact.follower?.openid)) == ["oMing"])
        // Opened anew: the key says that it is the same person.
        try await workshop.submit(form, mobile: "13812345679", name: "小明", by: "oMing")
        try await workshop.submit(form, mobile: "13812345679", name: "小明", by: "oMing")
        try await workshop.submit(form, mobile: "13812345679", by: "oMing")
        #expect(try await submissions(workshop, form).count == 4)
        #expect(try await workshop.contact("oMing").keys.count == 2)
    }

    @Test func `a link that was passed on is a link without a person`() async throws {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        try await workshop.follow("oMing")
        try await workshop.submit(form, mobile: "13812345678", by: "oMing")
        try await workshop.submit(form, mobile: "13999999999", by: "oMing")
        let sent = try await submissions(workshop, form)
        #expect(sent.map { $0.contact.follower?.openid } == [nil, "oMing"])
        #expect(try await workshop.contact("oMing").keys == [ContactKey.mobile("13812345678")])
    }

    @Test func `what a code sends cannot be deleted, and what was deleted comes back`()
        async throws
    {
        let workshop = try await Workshop()
        let forms = workshop.installation.forms
        let form = try await workshop.form()
        let code = try await workshop.code(named: "静安门店", reply: [.form(form.id)])
        await #expect(throws: Refusal.conflict(.formInUse)) {
            try await forms.delete(form.id, by: workshop.owner)
        }
        #expect(
            try await forms.uses(of: form.id, for: workshop.owner).elements.map(\.name) == ["静安门店"])
        try await workshop.installation.qrCodes.delete(code.id, by: workshop.owner)
        try await workshop.submit(form, mobile: "13812345678")
        try await forms.delete(form.id, by: workshop.owner)
        #expect(try await forms.page(for: workshop.owner).elements.isEmpty)
        #expect(try await forms.deletedPage(for: workshop.owner).elements.map(\.id) == [form.id])
        #expect(try await forms.find(slug: form.slug) == nil)
        #expect(try await submissions(workshop, form).count == 1)

        let restored = try await forms.restore(form.id, by: workshop.owner)
        #expect(restored.slug == form.slug && restored.version == 3)
        await #expect(throws: Refusal.conflict(.formNotDeleted)) {
            try await forms.restore(form.id, by: workshop.owner)
        }
    }

    @Test func `goes back to any of its versions, and is found by its title`() async throws {
        let workshop = try await Workshop()
        let forms = workshop.installation.forms
        let form = try await workshop.form()
        var draft = Form.Draft(form)
        draft.title = "VIP 登记"
        draft.fields[0].label = "怎么称呼"
        let changed = try await forms.change(form.id, to: draft, by: workshop.owner)
        #expect(try await forms.change(form.id, to: draft, by: workshop.owner) == changed)
        #expect(try await forms.page(titled: "vip", for: workshop.owner).elements == [changed])
        #expect(try await forms.page(titled: "会员", for: workshop.owner).elements.isEmpty)
        let back = try await forms.goBack(form.id, to: 1, by: workshop.owner)
        #expect(Form.Draft(back) == Form.Draft(form) && back.version == 3)
        let revisions = try await workshop.installation.revisions.page(
            of: form.id, for: workshop.owner)
        #expect(revisions.elements.map(\.action) == [.undone, .changed, .created])
    }

    @Test func `submissions are narrowed to a code or to a contact with all its ids`()
        async throws
    {
        let workshop = try await Workshop()
        let forms = workshop.installation.forms
        let form = try await workshop.form()
        try await workshop.follow("oMing", "oLin")
        let code = try await workshop.code()
        let ming = FollowerKey(account: workshop.account.id, openid: "oMing")
        let link = try await forms.link(
            to: form.id, for: ming, after: 9, of: code.id, in: workshop.owner.workspace)
        let stamp = try forms.stamp(for: form)
        workshop.clock.advance(by: .seconds(3))
        try await forms.submit(
            FormSheet(
                answers: ["mobile": ["13812345678"]],
                token: link.map { String($0.split(separator: "=", maxSplits: 1)[1]) },
                stamp: stamp, trap: "", address: "203.0.113.7"), to: form.slug)
        try await workshop.submit(form, mobile: "13812345678", by: "oLin", after: 2)
        try await workshop.submit(form, mobile: "13999999999")
        func count(_ code: QRCode.ID?, _ contact: Contact.ID?) async throws -> Int {
            try await forms.submissions(
                of: form.id, by: code, from: contact, for: workshop.owner
            ).elements.count
        }
        #expect(try await count(nil, nil) == 3)
        #expect(try await count(code.id, nil) == 1)
        // Both gave one number, so they are one contact.
        #expect(try await count(nil, Contact.ID(ming)) == 2)
        #expect(try await count(code.id, Contact.ID(ming)) == 1)
        #expect(try await count(nil, Contact.ID("co_none")) == 0)
    }

    @Test func `two followers with one number are one contact, until it is undone`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        let form = try await workshop.form()
        for person in ["oMing", "oLin"] {
            try await workshop.deliver(
                .init(.subscribe(scene: code.scene), by: person, at: workshop.clock.now.seconds))
        }
        try await workshop.submit(form, mobile: "13812345678", by: "oMing", after: 1)
        try await workshop.submit(form, mobile: "+86 13812345678", by: "oLin", after: 2)
        let merged = try await workshop.contact("oLin")
        #expect(merged.followers.count == 2)
        #expect(try await workshop.contact("oMing").id == merged.id)
        let page = try await workshop.installation.contacts.page(
            ContactFilter(), for: workshop.owner)
        #expect(page.elements.count == 1)

        let contacts = workshop.installation.contacts
        let merge = try #require(try await contacts.merges(of: merged, for: workshop.owner).first)
        try await contacts.undo(merge.id, by: workshop.owner)
        #expect(try await workshop.contact("oLin").followers.map(\.openid) == ["oLin"])
        #expect(try await workshop.contact("oMing").followers.map(\.openid) == ["oMing"])
        try await workshop.submit(form, mobile: "13812345678", by: "oLin", after: 3)
        #expect(try await workshop.contact("oLin").followers.count == 1)
    }

    @Test func `a form that a code sends is not deleted`() async throws {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        let forms = workshop.installation.forms
        let code = try await workshop.code(reply: [.form(form.id)])
        await #expect(throws: Refusal.conflict(.formInUse)) {
            try await forms.delete(form.id, by: workshop.owner)
        }
        #expect(
            try await forms.uses(of: form.id, for: workshop.owner).elements.map(\.code) == [code.id]
        )
        try await workshop.installation.qrCodes.delete(code.id, by: workshop.owner)
        try await forms.delete(form.id, by: workshop.owner)
    }

    @Test func `a correction is taken, by the link and by the page`() async throws {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        try await workshop.deliver(
            .init(.subscribe(scene: nil), by: "oMing", at: workshop.clock.now.seconds))
        let sent = try workshop.installation.forms.stamp(for: form)
        for mobile in ["13812345678", "13812345679"] {
            try await workshop.submit(form, mobile: mobile, by: "oMing", stamp: sent)
        }
        #expect(try await submissions(workshop, form).count == 2)
        #expect(
            try await workshop.contact("oMing").keys.contains { $0.value == "+8613812345679" })
        let stamp = try workshop.installation.forms.stamp(for: form)
        for name in ["小明", "小明", "小名"] {
            try await workshop.submit(form, mobile: "13812345670", name: name, stamp: stamp)
        }
        #expect(try await submissions(workshop, form).count == 4)
    }

    @Test func `who only knows a number neither renames its contact nor merges without a trace`()
        async throws
    {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        try await workshop.deliver(
            .init(.subscribe(scene: nil), by: "oMing", at: workshop.clock.now.seconds))
        try await workshop.submit(form, mobile: "13812345678", name: "小明", by: "oMing")
        try await workshop.submit(form, mobile: "13812345678", name: "骗子")
        try await workshop.submit(form, mobile: "13812345678", name: "骗子二号")
        let merged = try await workshop.contact("oMing")
        #expect(merged.name == "小明" && merged.identities.count == 2)
        let contacts = workshop.installation.contacts
        let merges = try await contacts.merges(of: merged, for: workshop.owner)
        try #require(merges.count == 1)
        try await contacts.undo(merges[0].id, by: workshop.owner)
        try await workshop.submit(form, mobile: "13812345678", name: "骗子三号")
        let parted = try await workshop.contact("oMing")
        #expect(parted.name == "小明" && parted.identities.count == 1)
    }

    @Test func `a lead without an openid keeps its name against who knows its number`() async throws
    {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        try await workshop.submit(form, mobile: "13812345678", name: "王小明")
        try await workshop.submit(form, mobile: "13812345678", name: "骗子")
        let names = try await workshop.installation.contacts.page(
            ContactFilter(), for: workshop.owner
        ).elements.map(\.name)
        #expect(names == ["王小明"])
    }

    @Test func `who was parted is not brought together again round a third`() async throws {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        let contacts = workshop.installation.contacts
        for (scan, person) in ["oMing", "oLin", "oChen"].enumerated() {
            try await workshop.deliver(
                .init(.subscribe(scene: nil), by: person, at: workshop.clock.now.seconds))
            guard person != "oChen" else { continue }
            try await workshop.submit(form, mobile: "13812345678", by: person, after: Int64(scan))
        }
        let merges = try await contacts.merges(
            of: try await workshop.contact("oMing"), for: workshop.owner)
        try await contacts.undo(try #require(merges.first).id, by: workshop.owner)
        try await workshop.submit(form, mobile: "13812345678", by: "oChen", after: 8)
        try await workshop.submit(form, mobile: "13812345678", name: "再来", by: "oLin", after: 9)
        try await workshop.submit(form, mobile: "13812345678", name: "再来", by: "oMing", after: 9)
        let ming = try await workshop.contact("oMing").followers.map(\.openid)
        let lin = try await workshop.contact("oLin").followers.map(\.openid)
        #expect(Set(ming).isDisjoint(with: lin))
    }

    @Test func `each shared key is a merge of its own, and one that is undone leaves the other`()
        async throws
    {
        let workshop = try await Workshop()
        let contacts = workshop.installation.contacts
        let mobile = try await workshop.form()
        var draft = Form.Draft()
        draft.title = "邮箱登记"
        draft.fields = [Form.Field(id: "mail", kind: .email, label: "邮箱", role: .key)]
        let mail = try await workshop.installation.forms.create(draft, by: workshop.owner)
        for (scan, person) in ["oMing", "oLin"].enumerated() {
            try await workshop.deliver(
                .init(.subscribe(scene: nil), by: person, at: workshop.clock.now.seconds))
            try await workshop.submit(mobile, mobile: "13812345678", by: person, after: Int64(scan))
            let link = try await workshop.installation.forms.link(
                to: mail.id, for: FollowerKey(account: workshop.account.id, openid: person),
                after: Int64(scan), of: nil, in: workshop.owner.workspace)
            let stamp = try workshop.installation.forms.stamp(for: mail)
            workshop.clock.advance(by: .seconds(3))
            try await workshop.installation.forms.submit(
                FormSheet(
                    answers: ["mail": ["ming@example.com"]],
                    token: link.map { String($0.split(separator: "=", maxSplits: 1)[1]) },
                    stamp: stamp, trap: "", address: "203.0.113.7"), to: mail.slug)
        }
        let merged = try await workshop.contact("oMing")
        let merges = try await contacts.merges(of: merged, for: workshop.owner)
        #expect(Set(merges.map(\.key.kind)) == [.mobile, .email])
        for kind in [ContactKey.Kind.mobile, .email] {
            #expect(try await workshop.contact("oMing").followers.count == 2)
            let merge = try #require(merges.first { $0.key.kind == kind })
            try await contacts.undo(merge.id, by: workshop.owner)
        }
        #expect(try await workshop.contact("oMing").followers.count == 1)
    }

    @Test func `a household of IPv6 addresses counts as one`() {
        #expect(
            Throttle.network(of: "2001:db8:1:2:3:4:5:6")
                == Throttle.network(of: "2001:db8:1:2::9"))
        #expect(Throttle.network(of: "2001:db8::1") != Throttle.network(of: "2001:db8:0:1::1"))
        for address in ["203.0.113.7", "::ffff:203.0.113.7", "unix"] {
            #expect(Throttle.network(of: address) == address)
        }
    }

    @Test func `without a scan the key field alone finds the contact`() async throws {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        try await workshop.submit(form, mobile: "13812345678", name: "小明")
        try await workshop.submit(form, mobile: "13812345678", name: "小明")
        let contacts = Set(try await submissions(workshop, form).map(\.contact))
        #expect(contacts.count == 1)
        var filter = ContactFilter()
        filter.search = "13812345678"
        let found = try await workshop.installation.contacts.page(filter, for: workshop.owner)
        #expect(found.elements.map(\.name) == ["小明"])
    }

    @Test func `a forged link, another form's and an old one are links without a person`()
        async throws
    {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        let other = try await workshop.form()
        let forms = workshop.installation.forms
        let follower = FollowerKey(account: workshop.account.id, openid: "oMing")
        let link = try #require(
            try await forms.link(
                to: other.id, for: follower, after: 1, of: nil, in: workshop.owner.workspace))
        let foreign = String(link.split(separator: "=", maxSplits: 1)[1])
        for token in [foreign, foreign + "A", "x", ""] {
            let stamp = try forms.stamp(for: form)
            workshop.clock.advance(by: .seconds(2))
            try await forms.submit(
                FormSheet(
                    answers: ["mobile": ["13812345678"]], token: token, stamp: stamp, trap: "",
                    address: "203.0.113.7"), to: form.slug)
        }
        let sent = try await submissions(workshop, form)
        #expect(!sent.isEmpty && sent.allSatisfy { $0.contact.follower == nil })
    }

    @Test func `programs are left out: the trap, haste, no stamp, and too many from one address`()
        async throws
    {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        let forms = workshop.installation.forms
        var sheet = FormSheet(
            answers: ["mobile": ["13812345678"]], token: nil,
            stamp: try forms.stamp(for: form), trap: "", address: "203.0.113.7")
        await #expect(throws: Refusal.invalid("stamp", .malformed)) {
            try await forms.submit(sheet, to: form.slug)
        }
        workshop.clock.advance(by: .seconds(5))
        sheet.trap = "http://spam.example"
        try await forms.submit(sheet, to: form.slug)
        sheet.trap = ""
        sheet.stamp = "x"
        await #expect(throws: Refusal.invalid("stamp", .malformed)) {
            try await forms.submit(sheet, to: form.slug)
        }
        #expect(try await submissions(workshop, form).isEmpty)
        var isRefused = false
        for _ in 0..<100 {
            do {
                try await forms.submit(sheet, to: form.slug)
            } catch Refusal.tooMany {
                isRefused = true
            } catch {}
        }
        #expect(isRefused)
    }

    @Test func `every wrong answer is told at its field, and a closed form takes none`()
        async throws
    {
        let workshop = try await Workshop()
        var draft = Form.Draft()
        draft.title = "活动报名"
        draft.fields = [
            Form.Field(id: "mobile", kind: .mobile, label: "手机号", role: .key),
            Form.Field(id: "mail", kind: .email, label: "邮箱"),
            Form.Field(id: "day", kind: .date, label: "日期", isRequired: true),
            Form.Field(id: "city", kind: .select, label: "城市", options: ["上海", "北京"]),
            Form.Field(id: "note", kind: .textarea, label: "备注"),
        ]
        let forms = workshop.installation.forms
        let form = try await forms.create(draft, by: workshop.owner)
        let stamp = try forms.stamp(for: form)
        workshop.clock.advance(by: .seconds(5))
        let sheet = FormSheet(
            answers: [
                "mobile": ["123"], "mail": ["x"], "city": ["巴黎"], "note": ["a\u{7}"],
                "day": ["2026-02-30"],
            ], token: nil, stamp: stamp, trap: "", address: "203.0.113.7")
        do {
            try await forms.submit(sheet, to: form.slug)
            Issue.record("it was taken")
        } catch Refusal.invalid(let faults) {
            #expect(
                Set(faults.map(\.field)) == [
                    "answers.mobile", "answers.mail", "answers.city", "answers.note", "answers.day",
                ])
        }
        var closed = Form.Draft(form)
        closed.isOpen = false
        _ = try await forms.change(form.id, to: closed, by: workshop.owner)
        await #expect(throws: Refusal.conflict(.formClosed)) {
            try await forms.submit(sheet, to: form.slug)
        }
    }

    @Test func `a form needs exactly one key, a mobile number or an e-mail`() async throws {
        let workshop = try await Workshop()
        var draft = Form.Draft()
        draft.title = "x"
        draft.fields = [Form.Field(id: "a", kind: .text, label: "a")]
        await #expect(throws: Refusal.invalid("fields", .required)) {
            try await workshop.installation.forms.create(draft, by: workshop.owner)
        }
        draft.fields[0].role = .key
        await #expect(throws: Refusal.invalid("fields.0.role", .notWith("kind"))) {
            try await workshop.installation.forms.create(draft, by: workshop.owner)
        }
    }
}

extension Workshop {
    fileprivate func follow(_ people: String...) async throws {
        let code = try await code(named: "关注")
        for person in people {
            try await deliver(
                .init(.subscribe(scene: code.scene), by: person, at: clock.now.seconds))
        }
    }
}
