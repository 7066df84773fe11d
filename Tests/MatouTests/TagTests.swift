import HTTPClient
import Matou
import TestWorld
import Testing
import WeChat

@Suite struct `Tags of a code` {
    private static let batch = "/cgi-bin/tags/members/batchtagging"

    private func workshop() async throws -> Workshop {
        let wechat = StubWeChat()
        wechat.answer(
            "/cgi-bin/tags/get",
            #"{"tags":[{"id":2,"name":"星标组","count":0},{"id":134,"name":"老客","count":5}]}"#)
        wechat.answer("/cgi-bin/tags/create", #"{"tag":{"id":135,"name":"上海"}}"#)
        return try await Workshop(wechat: wechat)
    }

    private func code(
        _ workshop: Workshop, contact: [String] = [], follower: [String] = []
    ) async throws -> QRCode {
        var draft = QRCode.Draft()
        draft.name = "静安门店"
        draft.kind = .permanent
        draft.contactTags = contact
        draft.followerTags = follower
        return try await workshop.installation.qrCodes.create(
            draft, on: workshop.account.id, by: workshop.owner)
    }

    private func entries(_ workshop: Workshop, _ code: QRCode) async throws
        -> [FollowerTagging.Entry]
    {
        try await workshop.scanners(of: code).flatMap(\.followerTags)
    }

    @Test func `tags are made in place by name, copied with the code and changed with it`()
        async throws
    {
        let workshop = try await workshop()
        let first = try await code(workshop, contact: ["会员", " 会员 ", "VIP"], follower: ["上海"])
        #expect(first.tags.contact.map(\.name) == ["会员", "VIP"])
        #expect(first.tags.follower.map(\.name) == ["上海"])
        let second = try await code(workshop, contact: ["vip"])
        #expect(second.tags.contact.first?.id == first.tags.contact.last?.id)

        var draft = QRCode.Draft(first)
        #expect(draft.contactTags == ["会员", "VIP"] && draft.followerTags == ["上海"])
        draft.contactTags = ["VIP"]
        let changed = try await workshop.installation.qrCodes.change(
            first.id, to: draft, by: workshop.owner)
        #expect(changed.tags.contact.map(\.name) == ["VIP"])
        #expect(changed.version == first.version + 1)
    }

    @Test func `the same tags in another order are no change`() async throws {
        let workshop = try await workshop()
        let made = try await code(workshop, contact: ["会员", "VIP"], follower: ["上海", "老客"])
        var draft = QRCode.Draft(made)
        draft.contactTags.reverse()
        draft.followerTags.reverse()
        let saved = try await workshop.installation.qrCodes.change(
            made.id, to: draft, by: workshop.owner)
        #expect(saved.version == made.version)
    }

    @Test func `a name may have commas, as those of WeChat's may`() async throws {
        let workshop = try await workshop()
        workshop.wechat.answer(
            "/cgi-bin/tags/get", #"{"tags":[{"id":134,"name":"北京,上海","count":5}]}"#)
        _ = try await workshop.installation.tags.sync(workshop.account.id, by: workshop.owner)
        let code = try await code(workshop, contact: ["金卡，VIP"], follower: ["北京,上海"])
        #expect(code.tags.contact.map(\.name) == ["金卡，VIP"])
        #expect(code.tags.follower.map(\.wechatID) == [134])
    }

    @Test func `twenty-one follower tags, long names and control signs are refused at the field`()
        async throws
    {
        let workshop = try await workshop()
        var draft = QRCode.Draft()
        draft.name = "x"
        draft.kind = .permanent
        draft.followerTags = (0...20).map { "t\($0)" }
        draft.contactTags = ["a\u{7}b"]
        do {
            _ = try await workshop.installation.qrCodes.create(
                draft, on: workshop.account.id, by: workshop.owner)
            Issue.record("it was taken")
        } catch Refusal.invalid(let faults) {
            #expect(Set(faults.map(\.field)) == ["follower_tags", "contact_tags"])
        }
        draft.contactTags = []
        draft.followerTags = [String(repeating: "字", count: 11)]
        await #expect(throws: Refusal.invalid("follower_tags", .tooLong(limit: 30, unit: .bytes))) {
            try await workshop.installation.qrCodes.create(
                draft, on: workshop.account.id, by: workshop.owner)
        }
    }

    @Test func `who scans is asked to be tagged in WeChat, up to fifty in one call`() async throws {
        let workshop = try await workshop()
        let code = try await code(workshop, follower: ["老客"])
        for person in 0..<60 {
            try await workshop.deliver(
                .init(.scan(scene: code.scene), by: "o\(person)", at: 1000 + Int64(person)))
        }
        #expect(try await Set(entries(workshop, code).map(\.state)) == [.pending])
        try await workshop.doJobs()
        #expect(try await Set(entries(workshop, code).map(\.state)) == [.tagged])
        #expect(workshop.wechat.bodies(of: Self.batch).count == 2)
        #expect(workshop.wechat.bodies(of: Self.batch).allSatisfy { $0.contains("134") })
    }

    @Test func `a tag that two codes put on stands in the lists of both`() async throws {
        let workshop = try await workshop()
        let codes = [
            try await code(workshop, follower: ["老客"]), try await code(workshop, follower: ["老客"]),
        ]
        for (second, code) in codes.enumerated() {
            try await workshop.deliver(
                .init(.scan(scene: code.scene), by: "oMing", at: 1000 + Int64(second)))
            try await workshop.doJobs()
        }
        for code in codes {
            #expect(try await entries(workshop, code).map(\.state) == [.tagged])
        }
    }

    @Test func `a follower with twenty tags keeps the reason, and the others are tagged`()
        async throws
    {
        let workshop = try await workshop()
        workshop.wechat.answer(Self.batch) { request in
            String(decoding: request.body, as: UTF8.self).contains("\"oFull\"")
                ? #"{"errcode":45059,"errmsg":"can not tagging one user too much"}"#
                : #"{"errcode":0,"errmsg":"ok"}"#
        }
        let code = try await code(workshop, follower: ["上海"])
        for person in ["oMing", "oFull", "oLin"] {
            try await workshop.deliver(.init(.scan(scene: code.scene), by: person, at: 1000))
        }
        try await workshop.doJobs()
        let entries = try await entries(workshop, code)
        #expect(entries.filter { $0.state == .tagged }.count == 2)
        let full = entries.first { $0.openid == "oFull" }
        #expect(full?.state == .failed && full?.fault?.code == 45059)
    }

    @Test func `who wears a tag keeps it whatever WeChat refuses later, until they leave`()
        async throws
    {
        let workshop = try await workshop()
        let code = try await code(workshop, follower: ["老客"])
        let now = workshop.clock.now.seconds
        func tell(_ kind: CallbackEvent.Kind, at second: Int64) async throws {
            try await workshop.deliver(.init(kind, by: "oMing", at: now + second))
            try await workshop.doJobs()
        }
        try await tell(.subscribe(scene: code.scene), at: 0)
        workshop.wechat.answer(Self.batch, #"{"errcode":48001,"errmsg":"api unauthorized"}"#)
        try await tell(.scan(scene: code.scene), at: 1)
        #expect(try await entries(workshop, code).map(\.state) == [.tagged])
        #expect(workshop.wechat.bodies(of: Self.batch).count == 1)

        try await tell(.unsubscribe, at: 2)
        #expect(try await entries(workshop, code).isEmpty)
        try await tell(.subscribe(scene: nil), at: 3)
        #expect(try await entries(workshop, code).isEmpty)
        workshop.wechat.answer(Self.batch, #"{"errcode":0,"errmsg":"ok"}"#)
        try await tell(.scan(scene: code.scene), at: 4)
        #expect(try await entries(workshop, code).map(\.state) == [.tagged])
        // That they left once before is told late.
        try await tell(.unsubscribe, at: -1)
        #expect(try await entries(workshop, code).map(\.state) == [.tagged])
    }

    @Test func `a follow is tagged anew, though nobody has told that the one before had ended`()
        async throws
    {
        let workshop = try await workshop()
        let code = try await code(workshop, follower: ["老客"])
        let now = workshop.clock.now.seconds
        for second in [Int64(0), 60] {
            try await workshop.deliver(
                .init(.subscribe(scene: code.scene), by: "oMing", at: now + second))
            try await workshop.doJobs()
        }
        #expect(workshop.wechat.bodies(of: Self.batch).count == 2)
        #expect(try await entries(workshop, code).map(\.state) == [.tagged])
    }

    @Test func `the quota of the day is waited for, until a minute after midnight in Beijing`()
        async throws
    {
        let workshop = try await workshop()
        let code = try await code(workshop, follower: ["老客"])
        try await workshop.doJobs()
        workshop.wechat.answer(
            Self.batch, #"{"errcode":45009,"errmsg":"reach max api daily quota limit"}"#)
        try await workshop.deliver(
            .init(.scan(scene: code.scene), by: "oMing", at: workshop.clock.now.seconds))
        // It is noon.
        for hours in [0, 6, 6] {
            workshop.clock.advance(by: .seconds(hours * 3600))
            try await workshop.doJobs()
            #expect(try await entries(workshop, code).map(\.state) == [.pending])
        }
        #expect(workshop.wechat.bodies(of: Self.batch).count == 1)
        workshop.wechat.answer(Self.batch, #"{"errcode":0,"errmsg":"ok"}"#)
        workshop.clock.advance(by: .seconds(60))
        try await workshop.doJobs()
        #expect(try await entries(workshop, code).map(\.state) == [.tagged])
    }

    @Test func `a code that is not in effect tags nobody`() async throws {
        let workshop = try await workshop()
        let code = try await code(workshop, contact: ["会员"], follower: ["上海"])
        try await workshop.installation.qrCodes.delete(code.id, by: workshop.owner)
        try await workshop.deliver(
            .init(.scan(scene: code.scene), by: "oMing", at: workshop.clock.now.seconds + 1))
        try await workshop.doJobs()
        #expect(workshop.wechat.bodies(of: Self.batch).isEmpty)
    }

    @Test func `a sync takes in names and counts, and forgets what WeChat no longer has`()
        async throws
    {
        let workshop = try await workshop()
        let tags = workshop.installation.tags
        #expect(try await tags.sync(workshop.account.id, by: workshop.owner) == nil)
        let found = try await tags.followerTags(of: workshop.account.id, for: workshop.owner)
        #expect(found.map(\.name).sorted() == ["星标组", "老客"])
        workshop.wechat.answer("/cgi-bin/tags/get", #"{"tags":[{"id":134,"name":"常客","count":6}]}"#)
        #expect(try await tags.sync(workshop.account.id, by: workshop.owner) == nil)
        let later = try await tags.followerTags(of: workshop.account.id, for: workshop.owner)
        #expect(later.map(\.name) == ["常客"] && later.first?.followers == 6)
        #expect(later.first?.id == found.first { $0.name == "老客" }?.id)
    }

    @Test func `that WeChat has lost are made anew for the next scan, and hold up no others`()
        async throws
    {
        let workshop = try await workshop()
        let tags = workshop.installation.tags
        _ = try await tags.sync(workshop.account.id, by: workshop.owner)
        let code = try await code(workshop, follower: ["老客", "上海"])
        try await workshop.doJobs()
        workshop.wechat.answer(
            "/cgi-bin/tags/get", #"{"tags":[{"id":135,"name":"上海","count":0}]}"#)
        _ = try await tags.sync(workshop.account.id, by: workshop.owner)
        workshop.wechat.answer("/cgi-bin/tags/create", #"{"tag":{"id":136,"name":"老客"}}"#)
        try await workshop.deliver(
            .init(.scan(scene: code.scene), by: "oMing", at: workshop.clock.now.seconds))
        try await workshop.doJobs()
        let entries = try await entries(workshop, code)
        #expect(entries.count == 2 && entries.allSatisfy { $0.state == .tagged })
        #expect(workshop.wechat.bodies(of: Self.batch).contains { $0.contains("136") })
    }

    @Test func `a viewer makes no tags`() async throws {
        let workshop = try await workshop()
        let viewer = Principal(workspace: workshop.owner.workspace, actor: "us_v", role: .viewer)
        await #expect(throws: Refusal.forbidden(needs: .editor)) {
            try await workshop.installation.tags.makeContactTag(named: "x", by: viewer)
        }
    }
}
