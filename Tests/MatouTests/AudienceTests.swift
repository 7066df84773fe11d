import Matou
import TestWorld
import Testing

@Suite struct `Audiences` {
    private func people(_ workshop: Workshop, _ audience: Audience) async throws -> Set<String> {
        let found = try await workshop.installation.audiences.members(
            of: audience.id, limit: 200, for: workshop.owner)
        return Set(found.elements.flatMap { $0.followers.map(\.openid) })
    }

    private func make(
        _ workshop: Workshop, _ condition: AudienceCondition
    ) async throws -> Audience {
        let made = try await workshop.installation.audiences.create(
            named: "人群", condition, by: workshop.owner)
        try await workshop.doJobs()
        let audience = try await workshop.installation.audiences.find(
            made.id, for: workshop.owner)
        #expect(audience.state == .ready)
        return audience
    }

    /// Ming and Lin scanned the tagged code, Chen only follows, Wang has left.
    private func world() async throws -> (Workshop, QRCode) {
        let workshop = try await Workshop()
        var draft = QRCode.Draft()
        draft.name = "展会"
        draft.kind = .permanent
        draft.source = "展会"
        draft.contactTags = ["会员"]
        draft.reply = [.text("欢迎")]
        let code = try await workshop.installation.qrCodes.create(
            draft, on: workshop.account.id, by: workshop.owner)
        let now = workshop.clock.now.seconds
        try await workshop.deliver(.init(.subscribe(scene: code.scene), by: "oMing", at: now))
        try await workshop.deliver(.init(.subscribe(scene: nil), by: "oLin", at: now))
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oLin", at: now + 1))
        try await workshop.deliver(.init(.subscribe(scene: nil), by: "oChen", at: now))
        try await workshop.deliver(.init(.subscribe(scene: nil), by: "oWang", at: now))
        try await workshop.deliver(.init(.unsubscribe, by: "oWang", at: now + 1))
        try await workshop.doJobs()
        workshop.clock.advance(by: .seconds(60))
        return (workshop, code)
    }

    @Test func `each condition finds its people, and and, or and not join them`() async throws {
        let (workshop, code) = try await world()
        let tag = try #require(try await workshop.contact("oMing").tags.first).tag.id
        let now = workshop.clock.now
        var new = AudienceCondition.Scan(code: code.id)
        new.group = .new
        var newSince = new
        newSince.from = Timestamp(milliseconds: now.milliseconds - 3_600_000)
        var newLater = new
        newLater.from = now
        let cases: [(AudienceCondition, Set<String>)] = [
            (.tag(tag), ["oMing", "oLin"]), (.not(.tag(tag)), ["oChen", "oWang"]),
            (.source("展会"), ["oMing", "oLin"]), (.source("地铁"), []),
            (.scanned(.init(code: code.id)), ["oMing", "oLin"]), (.scanned(new), ["oMing"]),
            (.following(false), ["oWang"]), (.scanned(newSince), ["oMing"]),
            (.scanned(newLater), []),
            (.replied(code: code.id, from: nil, to: now), ["oMing", "oLin"]),
            (.replied(code: nil, from: now, to: nil), []),
            (.all([.following(true), .not(.tag(tag))]), ["oChen"]),
            (.any([.following(false), .all([.tag(tag), .scanned(new)])]), ["oWang", "oMing"]),
        ]
        for (condition, expected) in cases {
            let audience = try await make(workshop, condition)
            #expect(try await people(workshop, audience) == expected, "\(condition)")
            #expect(audience.members == expected.count, "\(condition)")
        }
    }

    @Test func `a source has whom a code brought while it had it and acted`() async throws {
        let workshop = try await Workshop()
        let codes = workshop.installation.qrCodes
        let start = workshop.clock.now.seconds + 100
        var draft = QRCode.Draft()
        draft.name = "展会"
        draft.kind = .permanent
        draft.source = "旧渠道"
        draft.startsAt = Timestamp(seconds: start)
        let code = try await workshop.make(draft)
        func follow(_ person: String, at second: Int64) async throws {
            try await workshop.deliver(.init(.subscribe(scene: code.scene), by: person, at: second))
        }
        try await follow("oEarly", at: start - 1)
        workshop.clock.advance(by: .seconds(200))
        try await follow("oMing", at: start)
        draft.source = "新渠道"
        _ = try await codes.change(code.id, to: draft, by: workshop.owner)
        try await follow("oLin", at: start + 1)
        try await codes.delete(code.id, by: workshop.owner)
        try await follow("oLate", at: workshop.clock.now.seconds + 1)

        for _ in 0..<2 {
            let old = try await make(workshop, .source("旧渠道"))
            #expect(try await people(workshop, old) == ["oMing"])
            let new = try await make(workshop, .source("新渠道"))
            #expect(try await people(workshop, new) == ["oLin"])
            for (person, source) in [
                ("oEarly", ""), ("oMing", "旧渠道"), ("oLin", "新渠道"), ("oLate", ""),
            ] {
                let came = try await workshop.contact(person).source
                #expect(came?.name == "展会" && came?.source == source, "\(person)")
            }
            try await workshop.installation.stats.rebuild(for: workshop.owner)
        }
    }

    @Test func `a name means what the account has that is so called, and without one everything`()
        async throws
    {
        let workshop = try await Workshop()
        let second = try await workshop.secondAccount()
        var tags: [FollowerTag] = []
        for account in [workshop.account.id, second.id] {
            workshop.clock.advance(by: .seconds(1))
            tags.append(
                try await workshop.installation.tags.makeFollowerTag(
                    named: "门店", of: account, by: workshop.owner))
        }
        let term = AudienceTerm.followerTag("门店")
        let cases: [(account: Account.ID?, meant: [FollowerTag])] = [
            (workshop.account.id, [tags[0]]), (second.id, [tags[1]]), (nil, tags.reversed()),
        ]
        for (account, meant) in cases {
            let found = try await workshop.installation.audiences.namesakes(
                of: [term], on: account, for: workshop.owner)
            #expect(found[term]?.map(\.id) == meant.map(\.id.text))
        }
        let exact = try await workshop.installation.audiences.namesakes(
            of: [.followerTag(tags[1].id.text)], on: workshop.account.id, for: workshop.owner)
        #expect(exact.values.flatMap(\.self).map(\.account) == ["外滩服务号"])
    }

    /// How many were frozen, how many there are now, and whom the list has page by page.
    private func counted(
        _ workshop: Workshop, _ id: Audience.ID, limit: Int = 1
    ) async throws -> (members: Int, people: Int, listed: [Contact]) {
        let audiences = workshop.installation.audiences
        let audience = try await audiences.find(id, for: workshop.owner)
        var (listed, cursor): ([Contact], Cursor?) = ([], nil)
        repeat {
            let page = try await audiences.members(
                of: id, after: cursor, limit: limit, for: workshop.owner)
            listed += page.elements
            cursor = page.next
        } while cursor != nil
        return (audience.members, audience.people, listed)
    }

    private func merge(
        _ some: String, _ other: String, by mobile: String = "13812345678", _ workshop: Workshop
    ) async throws -> ContactMerge {
        let form = try await workshop.form()
        for (scan, person) in [some, other].enumerated() {
            try await workshop.submit(form, mobile: mobile, by: person, after: Int64(scan + 1))
        }
        let contact = try await workshop.contact(other)
        return try #require(
            try await workshop.installation.contacts.merges(of: contact, for: workshop.owner).first)
    }

    @Test func `two members who become one are one person of those who were frozen, until undone`()
        async throws
    {
        let (workshop, _) = try await world()
        let audience = try await make(workshop, .source("展会"))
        let merge = try await merge("oMing", "oLin", workshop)
        let joined = try await counted(workshop, audience.id)
        #expect(joined.members == 2 && joined.people == 1)
        #expect(joined.listed.map(\.followers.count) == [2])
        try await workshop.installation.contacts.undo(merge.id, by: workshop.owner)
        let parted = try await counted(workshop, audience.id)
        #expect(parted.members == 2 && parted.people == 2 && parted.listed.count == 2)
    }

    @Test func `one who was frozen as two is two people once the merge is undone`() async throws {
        let (workshop, _) = try await world()
        let merge = try await merge("oMing", "oChen", workshop)
        // Chen never scanned: they are in it as the person that Ming was.
        let audience = try await make(workshop, .source("展会"))
        #expect(audience.members == 2 && audience.people == 2)
        try await workshop.installation.contacts.undo(merge.id, by: workshop.owner)
        let parted = try await counted(workshop, audience.id)
        #expect(parted.members == 2 && parted.people == 3 && parted.listed.count == 3)
        for person in ["oMing", "oChen"] {
            let contact = try await workshop.contact(person)
            let found = try await workshop.installation.audiences.page(
                with: contact, for: workshop.owner)
            #expect(found.elements.map(\.id) == [audience.id], "\(person)")
        }
    }

    @Test func `who joins a member later is not counted, nor kept when they part`() async throws {
        let (workshop, _) = try await world()
        let audience = try await make(workshop, .source("展会"))
        let merge = try await merge("oMing", "oChen", workshop)
        let joined = try await counted(workshop, audience.id)
        #expect(joined.members == 2 && joined.people == 2 && joined.listed.count == 2)
        try await workshop.installation.contacts.undo(merge.id, by: workshop.owner)
        let parted = try await counted(workshop, audience.id)
        #expect(parted.people == 2)
        #expect(
            Set(parted.listed.flatMap(\.followers).map(\.openid)) == ["oMing", "oLin"])
    }

    @Test func `who is erased is counted out of the people, not out of the frozen`() async throws {
        let (workshop, _) = try await world()
        _ = try await merge("oMing", "oChen", workshop)
        let audience = try await make(workshop, .source("展会"))
        try await workshop.installation.contacts.erase(
            try await workshop.contact("oMing").id, by: workshop.owner)
        let left = try await counted(workshop, audience.id)
        #expect(left.members == 2 && left.people == 1)
        #expect(left.listed.flatMap(\.followers).map(\.openid) == ["oLin"])
    }

    @Test func `who scans later is not added`() async throws {
        let (workshop, code) = try await world()
        let audience = try await make(workshop, .scanned(.init(code: code.id)))
        try await workshop.deliver(
            .init(.scan(scene: code.scene), by: "oChen", at: workshop.clock.now.seconds))
        try await workshop.doJobs()
        #expect(try await people(workshop, audience) == ["oMing", "oLin"])
    }

    @Test func `a contact of several identities is one, and meets what any of them does`()
        async throws
    {
        let (workshop, _) = try await world()
        let form = try await workshop.form()
        try await workshop.submit(form, mobile: "13812345678", by: "oChen", after: 1)
        try await workshop.submit(form, mobile: "13812345678", by: "oWang", after: 2)
        let both = try await make(
            workshop, .all([.following(true), .following(false)]))
        #expect(both.members == 1)
        #expect(try await people(workshop, both) == ["oChen", "oWang"])
        let answered = try await make(
            workshop, .answered(form.id, field: "mobile", value: "+8613812345678"))
        #expect(answered.members == 1)
    }

    @Test func `a thousand people take more than one portion`() async throws {
        let workshop = try await Workshop()
        for person in 0..<1001 {
            try await workshop.deliver(
                .init(.subscribe(scene: nil), by: "o\(person)", at: workshop.clock.now.seconds))
        }
        let audience = try await make(workshop, .following(true))
        #expect(audience.members == 1001 && audience.examined == 1001)
    }

    @Test func `the estimate is what would be made, and says when it did not look at everybody`()
        async throws
    {
        let (workshop, code) = try await world()
        let audiences = workshop.installation.audiences
        let form = try await workshop.form()
        try await workshop.submit(form, mobile: "13812345678", by: "oChen", after: 1)
        try await workshop.submit(form, mobile: "13812345678", by: "oWang", after: 2)
        for condition in [
            AudienceCondition.following(true), .not(.scanned(.init(code: code.id))),
            .any([.following(false), .source("展会")]),
        ] {
            let estimate = try await audiences.estimate(condition, for: workshop.owner)
            let made = try await make(workshop, condition)
            #expect(estimate.members == made.members && estimate.isComplete, "\(condition)")
        }
        await #expect(throws: Refusal.forbidden(needs: .editor)) {
            try await audiences.estimate(
                .following(true),
                for: Principal(workspace: workshop.owner.workspace, actor: "x", role: .viewer))
        }
    }

    @Test func `a condition too deep, too long or of nothing is refused`() async throws {
        let workshop = try await Workshop()
        let deep = AudienceCondition.not(.not(.not(.not(.following(true)))))
        let long = AudienceCondition.any(Array(repeating: .following(true), count: 160))
        let nothing: [AudienceCondition] = [
            .tag(ContactTag.ID("tg_none")), .scanned(.init(code: QRCode.ID("qr_none"))),
            .source(String(repeating: "x", count: 9000)),
        ]
        for condition in [deep, long, .all([]), .any([.all([])])] + nothing {
            await #expect(throws: Refusal.self) {
                try await workshop.installation.audiences.create(
                    named: "x", condition, by: workshop.owner)
            }
        }
    }
}
