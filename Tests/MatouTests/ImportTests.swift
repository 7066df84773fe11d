import Foundation
import HTTPClient
import Jobs
import Matou
import SQL
import TestSupport
import TestWorld
import Testing
import WeChat

@Suite struct `A batch of codes` {
    private static let create = "/cgi-bin/qrcode/create"

    @Test func `makes each good line once, with the shared settings`() async throws {
        let workshop = try await Workshop()
        let text = (1...450).map { "门店_上海_\($0)" }.joined(separator: "\n") + "\n无来源"
        let batch = try await workshop.checkBatch(
            text, Import.Settings.sample(sourceFromName: true))
        _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
        let done = try await workshop.working {
            try await workshop.settled(batch, as: [.done])
        }
        #expect(done.made == 451 && done.failed == 0 && done.left == 0)
        let codes = try await workshop.allCodes()
        #expect(Set(codes.map(\.name)).count == 451 && codes.count == 451)
        #expect(Set(codes.map(\.scene)).count == 451)
        #expect(codes.allSatisfy { $0.made != nil && $0.group?.name == "门店拉新" })
        #expect(codes.allSatisfy { $0.reply.items == [.text("欢迎")] && $0.kind == .permanent })
        #expect(codes.filter { $0.source == "上海" }.count == 450)
        #expect(codes.first { $0.name == "无来源" }?.source == "线下")
        #expect(workshop.wechat.bodies(of: Self.create).count == 451)
    }

    @Test func `is not held up by a call that WeChat is slow to answer`() async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        let asked = Counter()
        wechat.answer(Self.create) { _ throws(TransportFailure) in
            let number = asked.next()
            // The first is answered after all others.
            for _ in 0..<10_000 where number == 1 && asked.value < 500 { usleep(1000) }
            return #"{"ticket":"gQ\#(number)","url":"http://weixin.qq.com/q/02\#(number)"}"#
        }
        let text = (1...500).map { "门店\($0)" }.joined(separator: "\n")
        let batch = try await workshop.checkBatch(text)
        _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
        let made = try await workshop.working {
            _ = try await eventually(within: .seconds(9)) {
                try await workshop.state(of: batch).made >= 499
            }
            return try await workshop.settled(batch, as: [.done]).made
        }
        #expect(asked.value == 500 && made == 500)
    }

    @Test(arguments: [45009, 45011])
    func `waits for WeChat's quota, says until when, and goes on`(errcode: Int) async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        wechat.answer(Self.create, #"{"errcode":\#(errcode),"errmsg":"quota"}"#)
        let batch = try await workshop.checkBatch("一\n二\n三")
        _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
        let (waiting, done) = try await workshop.working {
            let waiting = try await workshop.settled(batch, as: [.waiting])
            wechat.answer(
                Self.create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Again"}"#)
            // The job's next time is noted from the clock as it stands when the attempt ends.
            _ = await eventually { workshop.installation.jobs.running == 0 }
            workshop.clock.advance(by: .seconds(13 * 3600))
            workshop.installation.jobs.wake()
            return (waiting, try await workshop.settled(batch, as: [.done]))
        }
        #expect(waiting.made == 0 && waiting.failed == 0 && waiting.fault?.code == errcode)
        // Noon in Shanghai: a minute after midnight there, or a minute from now.
        let wait: Duration = errcode == 45009 ? .seconds(12 * 3600 + 60) : .seconds(60)
        #expect(waiting.waitsUntil.map { $0 - waiting.createdAt } == wait)
        #expect(done.made == 3)
        #expect(try await workshop.allCodes().count == 3)
    }

    @Test func `stops at WeChat's limit of permanent codes, and what is made stays`() async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        let asked = Counter()
        wechat.answer(Self.create) { _ throws(TransportFailure) in
            let number = asked.next()
            return number <= 250
                ? #"{"ticket":"gQ\#(number)","url":"http://weixin.qq.com/q/02\#(number)"}"#
                : #"{"errcode":45029,"errmsg":"qrcode count out of limit"}"#
        }
        let text = (1...600).map { "门店\($0)" }.joined(separator: "\n")
        let batch = try await workshop.checkBatch(text)
        _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
        let stopped = try await workshop.working {
            try await workshop.settled(batch, as: [.stopped, .done])
        }
        #expect(stopped.state == .stopped && stopped.fault?.code == 45029)
        #expect(stopped.made == 250 && stopped.left == 350)
        let codes = try await workshop.allCodes()
        #expect(codes.count == 250 && codes.allSatisfy { $0.made != nil })
    }

    @Test func `asks again for those that WeChat refused, under the same scenes`() async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        wechat.answer(Self.create, #"{"errcode":40053,"errmsg":"invalid action info"}"#)
        let batch = try await workshop.checkBatch("一\n二")
        let imports = workshop.installation.imports
        _ = try await imports.start(batch.id, by: workshop.owner)
        let (failed, reasons, done) = try await workshop.working {
            let failed = try await workshop.settled(batch, as: [.done])
            let lines = try await imports.lines(of: batch.id, .failed, for: workshop.owner)
            wechat.answer(
                Self.create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Again"}"#)
            _ = try await imports.retry(batch.id, by: workshop.owner)
            return (
                failed, lines.map { $0.refusal?.code },
                try await workshop.settled(batch, as: [.done])
            )
        }
        #expect(failed.failed == 2 && failed.made == 0)
        #expect(reasons == [40053, 40053])
        #expect(done.failed == 0 && done.made == 2)
        let bodies = wechat.bodies(of: Self.create)
        #expect(bodies.count == 4 && Set(bodies).count == 2)
    }

    @Test func `counts what the list of codes asked for again`() async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        wechat.answer(Self.create, #"{"errcode":40053,"errmsg":"invalid action info"}"#)
        let batch = try await workshop.checkBatch("一\n二")
        let installation = workshop.installation
        _ = try await installation.imports.start(batch.id, by: workshop.owner)
        let asked = try await workshop.working {
            let failed = try await workshop.settled(batch, as: [.done])
            #expect(failed.failed == 2)
            wechat.answer(
                Self.create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Again"}"#)
            let asked = try await installation.qrCodes.retry(
                .matching(QRCodeFilter(account: workshop.account.id)), by: workshop.owner)
            _ = try await eventually { try await workshop.state(of: batch).failed == 0 }
            return asked
        }
        #expect(asked == 2)
        #expect(try await workshop.state(of: batch).made == 2)
        #expect(
            try await installation.imports.lines(of: batch.id, .failed, for: workshop.owner)
                .isEmpty)
    }

    @Test func `that waits asks WeChat at once when it is told to`() async throws {
        let wechat = StubWeChat()
        wechat.answer(Self.create, #"{"errcode":45009,"errmsg":"reach max api daily quota limit"}"#)
        let workshop = try await Workshop(wechat: wechat)
        let imports = workshop.installation.imports
        let batch = try await workshop.checkBatch("一\n二")
        _ = try await imports.start(batch.id, by: workshop.owner)
        let done = try await workshop.working {
            _ = try await workshop.settled(batch, as: [.waiting])
            wechat.answer(Self.create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Now"}"#)
            _ = await eventually { workshop.installation.jobs.running == 0 }
            _ = try await imports.start(batch.id, by: workshop.owner)
            return try await workshop.settled(batch, as: [.done])
        }
        #expect(done.made == 2)
    }

    @Test func `that the store refuses stops with the reason, and can go on`() async throws {
        let workshop = try await Workshop()
        let batch = try await workshop.checkBatch("一\n二\n三")
        let imports = workshop.installation.imports
        try await workshop.database.write {
            _ = try $0.run(
                """
                CREATE TRIGGER hindrance BEFORE INSERT ON qr_codes
                BEGIN SELECT RAISE(ABORT, 'not now'); END
                """)
        }
        _ = try await imports.start(batch.id, by: workshop.owner)
        let (stopped, done) = try await workshop.working {
            let stopped = try await workshop.settled(batch, as: [.stopped])
            try await workshop.database.write { _ = try $0.run("DROP TRIGGER hindrance") }
            _ = try await imports.start(batch.id, by: workshop.owner)
            return (stopped, try await workshop.settled(batch, as: [.done]))
        }
        #expect(stopped.fault == .givenUp && stopped.left == 3)
        #expect(done.made == 3 && done.fault == nil)
    }
}
