import Foundation
import HTTPClient
import Matou
import TestSupport
import TestWorld
import Testing
import WeChat

@Suite struct `Making codes` {
    private static let create = "/cgi-bin/qrcode/create"

    private func draft(_ name: String, kind: QRCode.Kind.Name = .permanent) -> QRCode.Draft {
        var draft = QRCode.Draft()
        draft.name = name
        draft.kind = kind
        return draft
    }

    @Test func `a code is made with WeChat and in effect`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        #expect(code.status(at: workshop.clock.now) == .inEffect)
        #expect(code.made?.content.hasPrefix("http://weixin.qq.com/q/") == true)
        #expect(code.scene.utf8.count <= 30)
        #expect(workshop.wechat.bodies(of: Self.create).first?.contains(code.scene) == true)
    }

    @Test func `a temporary code ends when its life is over`() async throws {
        let workshop = try await Workshop()
        var draft = draft("展会", kind: .temporary)
        draft.lifetimeSeconds = 86_400
        let code = try await workshop.installation.qrCodes.create(
            draft, on: workshop.account.id, by: workshop.owner)
        #expect(code.status(at: workshop.clock.now + .seconds(86_399)) == .inEffect)
        #expect(code.status(at: workshop.clock.now + .seconds(86_400)) == .expired)
    }

    @Test
    func `WeChat out of reach leaves the code as creation failed, and a retry uses the same scene`()
        async throws
    {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        wechat.answer(Self.create) { _ throws(TransportFailure) in
            throw TransportFailure(.unreachable, .notSent)
        }
        let failed = try await workshop.code(named: "外滩门店", reply: [.text("欢迎")])
        #expect(failed.status(at: workshop.clock.now) == .creationFailed)
        #expect(failed.name == "外滩门店" && failed.reply.items == [.text("欢迎")])

        wechat.answer(Self.create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Again"}"#)
        let made = try await workshop.installation.qrCodes.retry(failed.id, by: workshop.owner)
        #expect(made.status(at: workshop.clock.now) == .inEffect)
        #expect(made.scene == failed.scene)
        await #expect(throws: Refusal.conflict(.codeNotFailed)) {
            try await workshop.installation.qrCodes.retry(made.id, by: workshop.owner)
        }
    }

    @Test func `a client that hangs up gets its code all the same`() async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        let asked = Counter()
        wechat.answer(Self.create) { _ throws(TransportFailure) in
            _ = asked.next()
            usleep(200_000)
            guard !Task.isCancelled else { throw TransportFailure(.cancelled, .notSent) }
            return #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Kept"}"#
        }
        let hungUp = Task { try await workshop.code(named: "外滩门店") }
        #expect(await eventually { asked.value == 1 })
        hungUp.cancel()
        _ = await hungUp.result
        let page = try await workshop.installation.qrCodes.page(
            QRCodeFilter(account: workshop.account.id), for: workshop.owner)
        #expect(page.codes.elements.map { $0.status(at: workshop.clock.now) } == [.inEffect])
    }

    @Test func `a retry asks WeChat also on an account that it refused last`() async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        wechat.answer(
            Self.create, #"{"errcode":40164,"errmsg":"invalid ip 203.0.113.7, not in whitelist"}"#)
        let failed = try await workshop.code(named: "外滩门店")
        #expect(failed.status(at: workshop.clock.now) == .creationFailed)
        await #expect(throws: Refusal.conflict(.accountNotAuthorized)) {
            try await workshop.code(named: "另一家")
        }
        wechat.answer(Self.create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Again"}"#)
        let made = try await workshop.installation.qrCodes.retry(failed.id, by: workshop.owner)
        #expect(made.status(at: workshop.clock.now) == .inEffect)
        #expect(try await workshop.code(named: "另一家").making != .waiting)
    }

    @Test func `WeChat's refusal is kept with its code`() async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        wechat.answer(Self.create, #"{"errcode":45029,"errmsg":"qrcode count out of limit"}"#)
        let code = try await workshop.code()
        guard case .failed(let fault) = code.making else {
            Issue.record("the code is \(code.making)")
            return
        }
        let words = fault.explanation(workshop.installation.locales, in: .english)
        #expect(fault.code == 45029 && words.contains("100,000"))
    }

    @Test func `an account that is not verified makes no codes`() async throws {
        let workshop = try await Workshop()
        var draft = Account.Draft(workshop.account)
        draft.isVerified = false
        _ = try await workshop.installation.accounts.change(
            workshop.account.id, to: draft, by: workshop.owner)
        await #expect(throws: Refusal.conflict(.accountNotVerified)) { try await workshop.code() }
    }

    @Test func `every wrong field is told at once`() async throws {
        let workshop = try await Workshop()
        var draft = draft(" ")
        draft.source = String(repeating: "源", count: 61)
        draft.reply = [.text(String(repeating: "字", count: 700))]
        do {
            _ = try await workshop.installation.qrCodes.create(
                draft, on: workshop.account.id, by: workshop.owner)
            Issue.record("it was taken")
        } catch Refusal.invalid(let faults) {
            #expect(Set(faults.map(\.field)) == ["name", "source", "reply.0.text"])
        }
    }

    @Test func `a start that has passed, or comes after the end, is refused at its field`()
        async throws
    {
        let workshop = try await Workshop()
        let codes = workshop.installation.qrCodes
        let now = workshop.clock.now
        await #expect(throws: Refusal.invalid("starts_at", .inThePast)) {
            try await workshop.code(startsAt: now + .seconds(-61))
        }
        var week = draft("一周", kind: .temporary)
        week.lifetimeSeconds = 7 * 86_400
        week.startsAt = now + .seconds(7 * 86_400)
        await #expect(throws: Refusal.invalid("starts_at", .afterTheEnd)) {
            try await workshop.make(week)
        }
        // The minute that a form was sent in, and what has passed since it was set, may stand.
        let code = try await workshop.code(startsAt: now + .seconds(-30))
        workshop.clock.advance(by: .seconds(3600))
        var later = QRCode.Draft(code)
        later.name = "改名"
        let renamed = try await codes.change(code.id, to: later, by: workshop.owner)
        #expect(renamed.startsAt == code.startsAt)
        later.startsAt = workshop.clock.now + .seconds(60)
        _ = try await codes.change(code.id, to: later, by: workshop.owner)
        #expect(
            try await codes.goBack(code.id, to: 1, by: workshop.owner).startsAt == code.startsAt)
        #expect(QRCode.Draft(copying: code, at: workshop.clock.now).startsAt == nil)
    }

    @Test func `a repeated request with one key makes one code`() async throws {
        let workshop = try await Workshop()
        let key = try IdempotencyKey("k1", request: "POST a")
        let qrCodes = workshop.installation.qrCodes
        let first = try await qrCodes.create(
            draft("甲"), on: workshop.account.id, once: key, by: workshop.owner)
        let second = try await qrCodes.create(
            draft("甲"), on: workshop.account.id, once: key, by: workshop.owner)
        #expect(first.id == second.id)
        let other = try IdempotencyKey("k1", request: "POST b")
        await #expect(throws: Refusal.conflict(.idempotencyKeyReused)) {
            try await qrCodes.create(
                draft("乙"), on: workshop.account.id, once: other, by: workshop.owner)
        }
    }

    @Test func `a change on an older version is refused with the present one`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        var changed = QRCode.Draft(code)
        changed.name = "徐汇门店"
        let qrCodes = workshop.installation.qrCodes
        let second = try await qrCodes.change(
            code.id, to: changed, ifVersion: code.version, by: workshop.owner)
        #expect(second.version == code.version + 1)
        await #expect(throws: Refusal.stale(version: second.version)) {
            try await qrCodes.change(
                code.id, to: changed, ifVersion: code.version, by: workshop.owner)
        }
    }

    @Test func `a viewer may look and not change, and another workspace sees nothing`() async throws
    {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        let viewer = Principal(workspace: workshop.owner.workspace, actor: "us_v", role: .viewer)
        let stranger = Principal(workspace: Workspace.ID("ws_other"), actor: "us_s", role: .owner)
        let qrCodes = workshop.installation.qrCodes
        #expect(try await qrCodes.find(code.id, for: viewer) == code)
        await #expect(throws: Refusal.forbidden(needs: .editor)) {
            try await qrCodes.delete(code.id, by: viewer)
        }
        await #expect(throws: Refusal.missing) { try await qrCodes.find(code.id, for: stranger) }
        await #expect(throws: Refusal.missing) { try await qrCodes.delete(code.id, by: stranger) }
        #expect(try await qrCodes.page(QRCodeFilter(), for: stranger).total == 0)
    }

    @Test func `the list pages by cursor in every order and finds by part of the name`()
        async throws
    {
        let workshop = try await Workshop()
        for number in 0..<7 {
            workshop.clock.advance(by: .seconds(1))
            _ = try await workshop.code(named: "门店_\(number)%")
        }
        let qrCodes = workshop.installation.qrCodes
        for sort in QRCodeFilter.Sort.allCases {
            var filter = QRCodeFilter(account: workshop.account.id)
            filter.sort = sort
            var seen: [QRCode.ID] = []
            var cursor: Cursor?
            repeat {
                let page = try await qrCodes.page(
                    filter, at: PagePlace(after: cursor), limit: 3, for: workshop.owner)
                seen += page.codes.elements.map(\.id)
                cursor = page.codes.next
            } while cursor != nil
            #expect(seen.count == 7 && Set(seen).count == 7, "\(sort)")
        }
        var filter = QRCodeFilter()
        filter.name = "店_3%"
        #expect(try await qrCodes.page(filter, for: workshop.owner).total == 1)
    }
}
