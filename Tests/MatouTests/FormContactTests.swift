import Matou
import TestWorld
import Testing

@Suite struct `Contacts whom forms tie together` {
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
                token: link.flatMap(Workshop.token),
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
                    token: link.flatMap(Workshop.token),
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
}
