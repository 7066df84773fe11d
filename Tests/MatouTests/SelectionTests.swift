import Matou
import TestWorld
import Testing

@Suite struct `Several codes at once` {
    @Test func `are counted by their state for the question before deleting`() async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        _ = try await workshop.code(named: "进行中")
        var temporary = QRCode.Draft()
        temporary.name = "一分钟"
        temporary.lifetimeSeconds = 60
        _ = try await workshop.make(temporary)
        var later = QRCode.Draft()
        later.name = "以后"
        later.startsAt = workshop.clock.now + .seconds(7 * 86_400)
        _ = try await workshop.make(later)
        wechat.answer("/cgi-bin/qrcode/create", #"{"errcode":40053,"errmsg":"invalid"}"#)
        _ = try await workshop.code(named: "失败")
        workshop.clock.advance(by: .seconds(120))

        let all = QRCodeSelection.matching(QRCodeFilter(account: workshop.account.id))
        let standing = try await workshop.installation.qrCodes.standing(
            of: all, for: workshop.owner)
        #expect(
            standing.counts == [
                .inEffect: 1, .expired: 1, .notInEffect: 1, .creationFailed: 1,
            ])
        #expect(standing.live == 2 && standing.over == 2)
        // The same as each code says of itself.
        for status in QRCode.Status.allCases {
            var filter = QRCodeFilter(account: workshop.account.id)
            filter.status = status
            let page = try await workshop.installation.qrCodes.page(filter, for: workshop.owner)
            #expect(page.codes.elements.map { $0.status(at: workshop.clock.now) } == [status])
            #expect(page.total == 1)
        }
    }

    @Test func `are deleted over more than one transaction and brought back at once`()
        async throws
    {
        let workshop = try await Workshop()
        var codes = workshop.installation.qrCodes
        codes.chunk = 3
        for number in 0..<7 { _ = try await workshop.code(named: "门店\(number)") }
        let earlier = try await workshop.code(named: "早先删除")
        _ = try await codes.delete(.codes([earlier.id]), by: workshop.owner)
        workshop.clock.advance(by: .seconds(1))

        let all = QRCodeSelection.matching(QRCodeFilter(account: workshop.account.id))
        let deleted = try await codes.delete(all, expecting: 7, by: workshop.owner)
        #expect(deleted.count == 7)
        #expect(try await codes.standing(of: all, for: workshop.owner).total == 0)
        #expect(try await codes.restore(deletedAt: deleted.at, by: workshop.owner) == 7)
        #expect(try await codes.standing(of: all, for: workshop.owner).total == 7)
        await #expect(throws: Refusal.conflict(.nothingToUndo)) {
            try await codes.restore(deletedAt: deleted.at, by: workshop.owner)
        }
    }

    @Test func `whose creation failed are asked for again at once, the others left`() async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        let made = try await workshop.code(named: "早先")
        wechat.answer("/cgi-bin/qrcode/create", #"{"errcode":48001,"errmsg":"api unauthorized"}"#)
        for number in 0..<3 { _ = try await workshop.code(named: "失败\(number)") }
        wechat.answer(
            "/cgi-bin/qrcode/create", #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Again"}"#)
        var codes = workshop.installation.qrCodes
        codes.chunk = 2
        let all = QRCodeSelection.matching(QRCodeFilter(account: workshop.account.id))
        await #expect(throws: Refusal.forbidden(needs: .editor)) {
            try await codes.retry(
                all, by: Principal(workspace: workshop.owner.workspace, actor: "x", role: .viewer))
        }
        #expect(try await codes.retry(all, by: workshop.owner) == 3)
        try await workshop.doJobs()
        let standing = try await codes.standing(of: all, for: workshop.owner)
        #expect(standing.counts == [.inEffect: 4])
        #expect(try await codes.retry(all, by: workshop.owner) == 0)
        #expect(try await codes.find(made.id, for: workshop.owner) == made)
    }

    @Test func `are not deleted when there are more than the person was told of`() async throws {
        let workshop = try await Workshop()
        _ = try await workshop.code(named: "一")
        let all = QRCodeSelection.matching(QRCodeFilter(account: workshop.account.id))
        _ = try await workshop.code(named: "二")
        await #expect(throws: Refusal.conflict(.selectionChanged)) {
            try await workshop.installation.qrCodes.delete(
                all, expecting: 1, by: workshop.owner)
        }
        #expect(
            try await workshop.installation.qrCodes.standing(of: all, for: workshop.owner).total
                == 2)
    }

    @Test func `move to a group by name, made in place, and out of it`() async throws {
        let workshop = try await Workshop()
        let codes = workshop.installation.qrCodes
        let (one, two) = (try await workshop.code(named: "一"), try await workshop.code(named: "二"))
        #expect(
            try await codes.move(
                .codes([one.id, two.id]), toGroup: " 门店拉新 ", by: workshop.owner
            ).count == 2)
        #expect(try await codes.find(one.id, for: workshop.owner).group?.name == "门店拉新")
        _ = try await codes.move(.codes([two.id]), toGroup: "", by: workshop.owner)
        #expect(try await codes.find(two.id, for: workshop.owner).group == nil)
        var filter = QRCodeFilter(account: workshop.account.id)
        filter.group = .ungrouped
        #expect(
            try await codes.page(filter, for: workshop.owner).codes.elements.map(\.id) == [two.id])
    }

    @Test func `are tagged and untagged by name; one that would have too many stays as it is`()
        async throws
    {
        let workshop = try await Workshop()
        let codes = workshop.installation.qrCodes
        func made(_ name: String, contact: [String], follower: [String]) async throws -> QRCode {
            var draft = QRCode.Draft()
            draft.name = name
            draft.contactTags = contact
            draft.followerTags = follower
            return try await workshop.make(draft)
        }
        let plain = try await made("一", contact: ["老客"], follower: ["上海"])
        let full = try await made("二", contact: [], follower: (1...20).map { "标签\($0)" })
        let already = try await made("三", contact: ["VIP"], follower: ["北京"])
        let all = QRCodeSelection.codes([plain, full, already].map(\.id))
        let change = CodeTagChange(
            added: .init(contact: ["vip"], follower: ["北京"]),
            removed: .init(contact: ["老客"], follower: ["上海"]))
        let done = try await codes.tag(all, change, by: workshop.owner)
        #expect(done.count == 1 && done.full == 1)
        let tagged = try await codes.find(plain.id, for: workshop.owner)
        #expect(tagged.tags.contact.map(\.name) == ["VIP"])
        #expect(tagged.tags.follower.map(\.name) == ["北京"])
        #expect(try await codes.find(full.id, for: workshop.owner).version == full.version)
        #expect(try await codes.find(already.id, for: workshop.owner).version == already.version)

        let wrong = CodeTagChange(added: .init(contact: [String(repeating: "客", count: 100)]))
        await #expect(throws: Refusal.self) {
            try await codes.tag(all, wrong, by: workshop.owner)
        }
        await #expect(throws: Refusal.invalid("add_contact_tags", .required)) {
            try await codes.tag(all, CodeTagChange(), by: workshop.owner)
        }
        await #expect(throws: Refusal.forbidden(needs: .editor)) {
            try await codes.tag(
                all, change,
                by: Principal(
                    workspace: workshop.owner.workspace, actor: "us_x", role: .viewer))
        }
    }

    @Test func `are as before when the batch is taken back, but for what changed since`()
        async throws
    {
        let workshop = try await Workshop()
        let codes = workshop.installation.qrCodes
        let (one, two) = (try await workshop.code(named: "一"), try await workshop.code(named: "二"))
        _ = try await codes.move(.codes([one.id]), toGroup: "旧组", by: workshop.owner)
        workshop.clock.advance(by: .seconds(1))
        let all = QRCodeSelection.codes([one.id, two.id])
        let moved = try await codes.move(all, toGroup: "新组", by: workshop.owner)
        workshop.clock.advance(by: .seconds(1))
        let tagged = try await codes.tag(
            .codes([two.id]), CodeTagChange(added: .init(contact: ["VIP"])), by: workshop.owner)
        workshop.clock.advance(by: .seconds(1))

        #expect(try await codes.undo(changedAt: moved.at, by: workshop.owner) == 1)
        #expect(try await codes.find(one.id, for: workshop.owner).group?.name == "旧组")
        #expect(try await codes.find(two.id, for: workshop.owner).group?.name == "新组")
        await #expect(throws: Refusal.conflict(.nothingToUndo)) {
            try await codes.undo(changedAt: moved.at, by: workshop.owner)
        }
        let stranger = Principal(
            workspace: workshop.owner.workspace, actor: "us_x", role: .editor)
        await #expect(throws: Refusal.conflict(.nothingToUndo)) {
            try await codes.undo(changedAt: tagged.at, by: stranger)
        }
        #expect(try await codes.undo(changedAt: tagged.at, by: workshop.owner) == 1)
        #expect(try await codes.find(two.id, for: workshop.owner).tags.isEmpty)
    }

    @Test func `of another workspace are never touched`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        let stranger = Principal(
            workspace: Workspace.ID("ws_elsewhere"), actor: workshop.owner.actor, role: .owner)
        let codes = workshop.installation.qrCodes
        #expect(try await codes.delete(.codes([code.id]), by: stranger).count == 0)
        #expect(try await codes.move(.codes([code.id]), toGroup: "", by: stranger).count == 0)
        #expect(try await codes.find(code.id, for: workshop.owner).group == nil)
    }

    @Test func `pages lead there and back in every order without a gap`() async throws {
        let workshop = try await Workshop()
        for number in 0..<11 { _ = try await workshop.code(named: "门店\(number % 4)") }
        for sort in QRCodeFilter.Sort.allCases {
            var filter = QRCodeFilter(account: workshop.account.id)
            filter.sort = sort
            var forwards: [[QRCode.ID]] = []
            var place = PagePlace.first
            var last: Page<QRCode>?
            repeat {
                let page = try await workshop.installation.qrCodes.page(
                    filter, at: place, limit: 4, for: workshop.owner
                ).codes
                forwards.append(page.elements.map(\.id))
                last = page
                place = page.next.map(PagePlace.after) ?? .first
            } while place != .first
            #expect(Set(forwards.joined()).count == 11, "\(sort)")
            var backwards: [[QRCode.ID]] = [forwards.last ?? []]
            while let previous = last?.previous {
                let page = try await workshop.installation.qrCodes.page(
                    filter, at: .before(previous), limit: 4, for: workshop.owner
                ).codes
                backwards.insert(page.elements.map(\.id), at: 0)
                last = page
            }
            #expect(backwards == forwards, "\(sort)")
        }
    }
}

@Suite struct `Groups of codes` {
    @Test func `are made, renamed, sorted, searched and deleted; their codes stay`() async throws {
        let workshop = try await Workshop()
        let groups = workshop.installation.groups
        let code = try await workshop.code()
        let shops = try await groups.create(named: "门店", by: workshop.owner)
        _ = try await groups.create(named: "地铁", by: workshop.owner)
        await #expect(throws: Refusal.invalid("name", .taken)) {
            try await groups.create(named: "门店", by: workshop.owner)
        }
        _ = try await workshop.installation.qrCodes.move(
            .codes([code.id]), toGroup: "门店", by: workshop.owner)
        var filter = CodeGroupFilter()
        filter.sort = .mostCodes
        let page = try await groups.page(filter, for: workshop.owner).elements
        #expect(page.map(\.group.name) == ["门店", "地铁"] && page.map(\.codes) == [1, 0])
        let renamed = try await groups.rename(
            shops.group.id, to: "线下门店", ifVersion: shops.version, by: workshop.owner)
        #expect(renamed.version == shops.version + 1)
        await #expect(throws: Refusal.stale(version: renamed.version)) {
            try await groups.rename(
                shops.group.id, to: "别的", ifVersion: shops.version, by: workshop.owner)
        }
        filter.name = "线下"
        #expect(try await groups.page(filter, for: workshop.owner).elements.count == 1)
        try await groups.delete(shops.group.id, by: workshop.owner)
        #expect(
            try await workshop.installation.qrCodes.find(code.id, for: workshop.owner).group == nil)
    }

    @Test func `come back after a deletion with their codes, and every change is kept`()
        async throws
    {
        let workshop = try await Workshop()
        let (groups, codes) = (workshop.installation.groups, workshop.installation.qrCodes)
        let (stays, leaves) = (
            try await workshop.code(named: "一"), try await workshop.code(named: "二")
        )
        let shops = try await groups.create(named: "门店", by: workshop.owner).group
        _ = try await codes.move(
            .codes([stays.id, leaves.id]), toGroup: "门店", by: workshop.owner)
        _ = try await groups.rename(shops.id, to: "线下", by: workshop.owner)
        try await groups.delete(shops.id, by: workshop.owner)
        #expect(try await groups.nameOfDeleted(shops.id, for: workshop.owner) == "线下")
        _ = try await codes.move(.codes([leaves.id]), toGroup: "地铁", by: workshop.owner)

        let back = try await groups.restore(shops.id, by: workshop.owner)
        #expect(back.group.name == "线下" && back.codes == 1 && back.version == 4)
        #expect(try await codes.find(stays.id, for: workshop.owner).group == back.group)
        #expect(try await codes.find(leaves.id, for: workshop.owner).group?.name == "地铁")
        let changes = try await workshop.installation.revisions.page(
            of: shops.id, for: workshop.owner
        ).elements
        #expect(changes.map(\.action) == [.restored, .deleted, .changed, .created])
        await #expect(throws: Refusal.missing) {
            try await groups.restore(shops.id, by: workshop.owner)
        }

        try await groups.delete(shops.id, by: workshop.owner)
        _ = try await groups.create(named: "线下", by: workshop.owner)
        await #expect(throws: Refusal.invalid("name", .taken)) {
            try await groups.restore(shops.id, by: workshop.owner)
        }
    }
}
