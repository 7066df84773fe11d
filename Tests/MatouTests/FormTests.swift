import Matou
import TestWorld
import Testing

@Suite struct `Forms that people fill in` {
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

    @Test func `sent twice it is taken once, whichever way it came`() async throws {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        for _ in 1...2 { try await workshop.submit(form, mobile: "13812345678", by: "oMing") }
        #expect(try await workshop.submissions(of: form).count == 1)
        let stamp = try workshop.installation.forms.stamp(for: form)
        for _ in 1...2 { try await workshop.submit(form, mobile: "13812345679", stamp: stamp) }
        #expect(try await workshop.submissions(of: form).count == 2)
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
        let sent = try await workshop.submissions(of: form)
        #expect(sent.map { $0.answers["mobile"] } == [["+8613812345679"], ["+8613812345678"]])
        #expect(Set(sent.compactMap(\.contact.follower?.openid)) == ["oMing"])
        // Opened anew: the key says that it is the same person.
        try await workshop.submit(form, mobile: "13812345679", name: "小明", by: "oMing")
        try await workshop.submit(form, mobile: "13812345679", name: "小明", by: "oMing")
        try await workshop.submit(form, mobile: "13812345679", by: "oMing")
        #expect(try await workshop.submissions(of: form).count == 4)
        #expect(try await workshop.contact("oMing").keys.count == 2)
    }

    @Test func `a link that was passed on is a link without a person`() async throws {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        try await workshop.follow("oMing")
        try await workshop.submit(form, mobile: "13812345678", by: "oMing")
        try await workshop.submit(form, mobile: "13999999999", by: "oMing")
        let sent = try await workshop.submissions(of: form)
        #expect(sent.map { $0.contact.follower?.openid } == [nil, "oMing"])
        #expect(try await workshop.contact("oMing").keys == [ContactKey.mobile("13812345678")])
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
        #expect(try await workshop.submissions(of: form).count == 2)
        #expect(
            try await workshop.contact("oMing").keys.contains { $0.value == "+8613812345679" })
        let stamp = try workshop.installation.forms.stamp(for: form)
        for name in ["小明", "小明", "小名"] {
            try await workshop.submit(form, mobile: "13812345670", name: name, stamp: stamp)
        }
        #expect(try await workshop.submissions(of: form).count == 4)
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
        let contacts = Set(try await workshop.submissions(of: form).map(\.contact))
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
        let foreign = try #require(Workshop.token(of: link))
        for token in [foreign, foreign + "A", "x", ""] {
            let stamp = try forms.stamp(for: form)
            workshop.clock.advance(by: .seconds(2))
            try await forms.submit(
                FormSheet(
                    answers: ["mobile": ["13812345678"]], token: token, stamp: stamp, trap: "",
                    address: "203.0.113.7"), to: form.slug)
        }
        let sent = try await workshop.submissions(of: form)
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
        #expect(try await workshop.submissions(of: form).isEmpty)
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
}
