import Matou
import TestWorld
import Testing

@Suite struct `Versions of a code` {
    private func revisions(_ workshop: Workshop, _ code: QRCode) async throws -> [Revision] {
        try await workshop.installation.revisions.page(of: code.id, for: workshop.owner).elements
    }

    @Test func `every change is kept with who, when, before and after`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code(named: "静安门店")
        var draft = QRCode.Draft(code)
        draft.name = "外滩门店"
        _ = try await workshop.installation.qrCodes.change(
            code.id, to: draft, by: workshop.owner)

        let all = try await revisions(workshop, code)
        #expect(all.map(\.action) == [.changed, .created])
        try #require(all.map(\.version) == [2, 1])
        #expect(all[0].before?.contains("静安门店") == true)
        #expect(all[0].after?.contains("外滩门店") == true)
        #expect(all.allSatisfy { $0.actor == workshop.owner.actor && $0.at == workshop.clock.now })
    }

    @Test func `a change that changes nothing is no version`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        _ = try await workshop.installation.qrCodes.change(
            code.id, to: QRCode.Draft(code), by: workshop.owner)
        #expect(try await revisions(workshop, code).count == 1)
    }

    @Test func `going back is a new version that is as the old one was`() async throws {
        let workshop = try await Workshop()
        let codes = workshop.installation.qrCodes
        let code = try await workshop.code(named: "静安门店", reply: [.text("欢迎")])
        var draft = QRCode.Draft(code)
        draft.name = "外滩门店"
        draft.reply = []
        draft.source = "线下"
        draft.group = "门店"
        _ = try await codes.change(code.id, to: draft, by: workshop.owner)

        let back = try await codes.goBack(code.id, to: 1, by: workshop.owner)
        #expect(QRCode.Draft(back) == QRCode.Draft(code))
        #expect(back.version == 3)
        let again = try await codes.goBack(code.id, to: 2, by: workshop.owner)
        #expect(QRCode.Draft(again) == draft)
        #expect(
            try await revisions(workshop, code).map(\.action)
                == [.undone, .undone, .changed, .created])
        await #expect(throws: Refusal.missing) {
            try await codes.goBack(code.id, to: 99, by: workshop.owner)
        }
    }

    @Test func `every field that a draft has is in its version`() throws {
        let fields = Mirror(reflecting: QRCode.Draft()).children.compactMap(\.label)
        #expect(fields.count == QRCode.Draft.CodingKeys.allCases.count + 1, "all but its faults")
    }

    @Test func `a deleted code comes back with its settings and its figures`() async throws {
        let workshop = try await Workshop()
        let codes = workshop.installation.qrCodes
        let code = try await workshop.code(reply: [.text("欢迎")])
        let now = workshop.clock.now.seconds
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oMing", at: now - 1))
        try await codes.delete(code.id, by: workshop.owner)
        let deleted = try await codes.deletedPage(for: workshop.owner)
        #expect(deleted.codes.elements.map(\.id) == [code.id])
        #expect(deleted.codes.elements.first?.deletedBy == workshop.owner.actor)
        #expect(deleted.counts[code.id]?.scans == 1)
        await #expect(throws: Refusal.missing) {
            try await codes.find(code.id, for: workshop.owner)
        }

        let back = try await codes.restore(code.id, by: workshop.owner)
        #expect(QRCode.Draft(back) == QRCode.Draft(code) && back.deletedAt == nil)
        #expect(try await workshop.counts(of: code).scans == 1)
        #expect(
            try await workshop.deliver(.init(.scan(scene: code.scene), by: "oLin", at: now + 1))
                == .recorded(willReply: true))
        #expect(
            try await revisions(workshop, code).map(\.action) == [.restored, .deleted, .created])
        await #expect(throws: Refusal.conflict(.codeNotDeleted)) {
            try await codes.restore(code.id, by: workshop.owner)
        }
    }

    @Test func `several codes are deleted at once, and those that are gone are passed over`()
        async throws
    {
        let workshop = try await Workshop()
        let codes = workshop.installation.qrCodes
        let ids = [try await workshop.code(named: "甲").id, try await workshop.code(named: "乙").id]
        try await codes.delete(ids[0], by: workshop.owner)
        let deleted = try await codes.delete(
            .codes(ids + [.init("qr_none")]), by: workshop.owner)
        #expect(deleted.count == 1)
        #expect(try await codes.restore(ids, by: workshop.owner) == 2)
        #expect(
            try await workshop.installation.revisions.page(of: ids[1], for: workshop.owner)
                .elements.map(\.action) == [.restored, .deleted, .created])
    }

    @Test func `a viewer changes, deletes and brings back nothing`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        let viewer = Principal(
            workspace: workshop.owner.workspace, actor: "us_viewer", role: .viewer)
        let codes = workshop.installation.qrCodes
        await #expect(throws: Refusal.forbidden(needs: .editor)) {
            try await codes.delete(.codes([code.id]), by: viewer)
        }
        await #expect(throws: Refusal.forbidden(needs: .editor)) {
            try await codes.goBack(code.id, to: 1, by: viewer)
        }
        await #expect(throws: Refusal.forbidden(needs: .admin)) {
            try await workshop.installation.revisions.page(for: viewer)
        }
    }
}
