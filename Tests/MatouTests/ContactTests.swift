import Matou
import SQL
import TestSupport
import TestWorld
import Testing

@Suite struct `Contacts` {
    @Test func `every follower has a contact from the beginning, listed the latest first`()
        async throws
    {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        for person in 0..<5 {
            workshop.clock.advance(by: .seconds(1))
            try await workshop.deliver(
                .init(
                    .subscribe(scene: code.scene), by: "o\(person)", at: workshop.clock.now.seconds)
            )
        }
        var seen: [String] = []
        var cursor: Cursor?
        repeat {
            let page = try await workshop.installation.contacts.page(
                ContactFilter(), after: cursor, limit: 2, for: workshop.owner)
            seen += page.elements.compactMap { $0.followers.first?.openid }
            cursor = page.next
        } while cursor != nil
        #expect(seen == ["o4", "o3", "o2", "o1", "o0"])
        let contact = try await workshop.contact("o3")
        #expect(contact.source?.name == "静安门店")
        #expect(contact.identities.first?.isFollowing == true)
    }

    @Test func `of an account are its followers, each once, whoever else they are merged with`()
        async throws
    {
        let workshop = try await Workshop()
        let second = try await workshop.secondAccount()
        let form = try await workshop.form()
        let contacts = workshop.installation.contacts
        for (person, appID) in [
            ("oMing", Workshop.appID), ("oLin", Workshop.appID), ("oMing2", second.appID),
            ("oChen2", second.appID),
        ] {
            workshop.clock.advance(by: .seconds(1))
            try await workshop.deliver(
                .init(.subscribe(scene: nil), by: person, at: workshop.clock.now.seconds),
                to: appID)
        }
        // One person under three openids, two of them of one account; and one who never scanned.
        for (scan, person) in ["oMing", "oLin"].enumerated() {
            try await workshop.submit(
                form, mobile: "13812345678", name: "小明", by: person, after: Int64(scan + 1))
        }
        let there = FollowerKey(account: second.id, openid: "oMing2")
        try await workshop.submit(form, mobile: "13812345678", from: there, after: 9)
        try await workshop.submit(form, mobile: "13900001111", name: "小王")

        func found(_ account: Account.ID?, _ search: String = "") async throws -> [Int] {
            var filter = ContactFilter()
            filter.account = account
            filter.search = search
            var (found, cursor): ([Contact], Cursor?) = ([], nil)
            repeat {
                let page = try await contacts.page(
                    filter, after: cursor, limit: 1, for: workshop.owner)
                found += page.elements
                cursor = page.next
            } while cursor != nil
            #expect(Set(found.map(\.id)).count == found.count, "somebody stands there twice")
            return found.map(\.identities.count).sorted()
        }
        #expect(try await found(workshop.account.id) == [3])
        #expect(try await found(second.id) == [1, 3])
        #expect(try await found(nil) == [1, 1, 3])
        #expect(try await found(second.id, "小明") == [3])
        #expect(try await found(second.id, "13812345678") == [3])
        #expect(try await found(second.id, "13900001111") == [])
        #expect(try await found(nil, "13900001111") == [1])
        #expect(try await found(second.id, "oLin") == [])
    }

    @Test func `an answer to a field that is gone stays with its name, as one to a form that is`()
        async throws
    {
        let workshop = try await Workshop()
        let forms = workshop.installation.forms
        let form = try await workshop.form()
        try await workshop.deliver(
            .init(.subscribe(scene: nil), by: "oMing", at: workshop.clock.now.seconds))
        try await workshop.submit(form, mobile: "13812345678", name: "小明", by: "oMing")
        var draft = Form.Draft(form)
        draft.fields.removeFirst()
        _ = try await forms.change(form.id, to: draft, by: workshop.owner)
        try await forms.delete(form.id, by: workshop.owner)
        let sent = try await forms.submissions(
            of: try await workshop.contact("oMing"), for: workshop.owner)
        let answered = try #require(
            try await forms.answered(by: sent.elements, for: workshop.owner)[form.id])
        #expect(answered.form.deletedAt != nil)
        #expect(answered.form.fields.map(\.label) == ["手机号"])
        #expect(answered.formerFields.map(\.label) == ["姓名"])
    }

    @Test
    func `a scan puts the code's contact tags on at once, and a list is found by tag and code`()
        async throws
    {
        let workshop = try await Workshop()
        var draft = QRCode.Draft()
        draft.name = "展会"
        draft.kind = .permanent
        draft.contactTags = ["会员"]
        let code = try await workshop.installation.qrCodes.create(
            draft, on: workshop.account.id, by: workshop.owner)
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oMing", at: 1000))
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oMing", at: 1001))
        try await workshop.deliver(.init(.subscribe(scene: nil), by: "oLin", at: 1001))
        let contact = try await workshop.contact("oMing")
        #expect(contact.tags.map(\.tag.name) == ["会员"] && contact.tags.first?.code == code.id)
        var byTag = ContactFilter()
        byTag.tag = contact.tags.first?.tag.id
        var byCode = ContactFilter()
        byCode.code = code.id
        var byOpenID = ContactFilter()
        byOpenID.search = "oMi"
        for filter in [byTag, byCode, byOpenID] {
            let page = try await workshop.installation.contacts.page(filter, for: workshop.owner)
            #expect(page.elements.map(\.id) == [contact.id])
        }
        let bare = try await workshop.installation.contacts.untag(
            contact.id, from: try #require(contact.tags.first).tag.id, by: workshop.owner)
        #expect(bare.tags.isEmpty)
        let tagged = try await workshop.installation.contacts.tag(
            contact.id, with: "<b>=1+1</b>", by: workshop.owner)
        #expect(tagged.tags.map(\.tag.name) == ["<b>=1+1</b>"])
    }

    @Test func `the timeline pages through everything, each line once`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        let now = workshop.clock.now.seconds
        try await workshop.deliver(.init(.subscribe(scene: code.scene), by: "oMing", at: now))
        for second in 1...5 {
            try await workshop.deliver(
                .init(.scan(scene: code.scene), by: "oMing", at: now + Int64(second)))
        }
        try await workshop.deliver(.init(.unsubscribe, by: "oMing", at: now + 6))
        let id = try await workshop.contact("oMing").id
        let whole = try await workshop.installation.contacts.timeline(of: id, for: workshop.owner)
        #expect(whole.elements.count == 7)
        var seen: [String] = []
        var cursor: Cursor?
        repeat {
            let page = try await workshop.installation.contacts.timeline(
                of: id, after: cursor, limit: 3, for: workshop.owner)
            seen += page.elements.map(\.id)
            cursor = page.next
        } while cursor != nil
        #expect(seen == whole.elements.map(\.id))
    }

    @Test func `mobile numbers and addresses are compared in one form`() {
        for text in ["13812345678", "+86 138-1234-5678", "0086 138 1234 5678", "１３８１２３４５６７８"] {
            #expect(ContactKey.mobile(text)?.value == "+8613812345678", "\(text)")
        }
        #expect(ContactKey.mobile("+1 (415) 555-2671")?.value == "+14155552671")
        for text in [
            "", "12345678901", "4155552671", "+86 123", "138123456789", "abc", "+0123456789",
        ] {
            #expect(ContactKey.mobile(text) == nil, "\(text)")
        }
        #expect(ContactKey.email(" Lin@Example.COM ")?.value == "lin@example.com")
        for text in ["", "a", "a@b", "a@b..c", "@b.c", "a b@c.d", "<a@b.c>", "a@b@c.d"] {
            #expect(ContactKey.email(text) == nil, "\(text)")
        }
    }

    /// Submissions and undoings in random order, against a plain closure over the merges that stand.
    @Test(arguments: 0..<40)
    func `merging and undoing gives what a plain recount of the journal gives`(
        seed: UInt64
    ) async throws {
        var chance = SeededGenerator(seed: seed)
        let workshop = try await Workshop()
        let code = try await workshop.code()
        let form = try await workshop.form()
        let people = (0..<6).map { "o\($0)" }
        for person in people {
            try await workshop.deliver(
                .init(.subscribe(scene: code.scene), by: person, at: workshop.clock.now.seconds))
        }
        let contacts = workshop.installation.contacts
        var scan: Int64 = 0
        for _ in 0..<20 {
            workshop.clock.advance(by: .seconds(5))
            let person = people[Int.random(in: 0..<6, using: &chance)]
            if Int.random(in: 0..<3, using: &chance) > 0 {
                scan += 1
                let mobile = "1380000000\(Int.random(in: 0..<4, using: &chance))"
                try await workshop.submit(form, mobile: mobile, by: person, after: scan)
            } else {
                let contact = try await workshop.contact(person)
                let standing = try await contacts.merges(of: contact, for: workshop.owner)
                    .filter { $0.undoneAt == nil }
                if let merge = standing.randomElement(using: &chance) {
                    try await contacts.undo(merge.id, by: workshop.owner)
                }
            }
            var groups: [[String]] = []
            var standing: [ContactMerge] = []
            for person in people {
                let contact = try await workshop.contact(person)
                groups.append(contact.followers.map(\.openid).sorted())
                standing += try await contacts.merges(of: contact, for: workshop.owner)
                    .filter { $0.undoneAt == nil }
            }
            #expect(groups == people.map { recount($0, standing) }, "seed \(seed)")
        }
    }

    private func recount(_ person: String, _ merges: [ContactMerge]) -> [String] {
        var group: Set<String> = [person]
        for _ in 0..<6 {
            for merge in merges {
                guard let one = merge.one.follower?.openid, let other = merge.other.follower?.openid
                else { continue }
                if group.contains(one) || group.contains(other) { group.formUnion([one, other]) }
            }
        }
        return group.sorted()
    }

    @Test func `what is personal of a contact is erased, and the figures stay`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        let form = try await workshop.form()
        let contacts = workshop.installation.contacts
        for (scan, person) in ["oMing", "oLin"].enumerated() {
            try await workshop.deliver(
                .init(.subscribe(scene: code.scene), by: person, at: workshop.clock.now.seconds))
            try await workshop.submit(
                form, mobile: "13812345678", name: "小明", by: person, after: Int64(scan))
        }
        try await workshop.submit(form, mobile: "13812345678", name: "小明")
        let merged = try await workshop.contact("oMing")
        _ = try await contacts.tag(merged.id, with: "会员", by: workshop.owner)
        let figures = try await workshop.counts(of: code)
        await #expect(throws: Refusal.forbidden(needs: .admin)) {
            try await contacts.erase(
                merged.id,
                by: Principal(workspace: workshop.owner.workspace, actor: "x", role: .editor))
        }
        try await contacts.erase(merged.id, by: workshop.owner)
        let ming = try await workshop.contact("oMing")
        #expect(ming.name == nil && ming.keys.isEmpty && ming.tags.isEmpty)
        #expect(ming.followers.map(\.openid) == ["oMing"])
        let sent = try await workshop.installation.forms.submissions(
            of: form.id, for: workshop.owner)
        #expect(sent.elements.count == 3 && sent.elements.allSatisfy(\.answers.isEmpty))
        for table in ["contact_keys", "contact_merges", "form_answers", "fact_payloads"] {
            let left: Int? = try await workshop.database.read {
                try $0.value("SELECT COUNT(*) AS rows FROM \(fragment: Statement(verbatim: table))")
            }
            #expect(left == 0, "\(table)")
        }
        #expect(try await workshop.counts(of: code) == figures)
        let audit = try await workshop.installation.revisions.page(for: workshop.owner)
        #expect(audit.elements.first?.kind == .contact)
    }
}
