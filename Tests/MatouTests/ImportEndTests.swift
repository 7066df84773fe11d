import Foundation
import HTTPClient
import Jobs
import Matou
import SQL
import TestSupport
import TestWorld
import Testing

@Suite struct `A batch of codes that does not go on` {
    private static let create = "/cgi-bin/qrcode/create"

    @Test func `that was cancelled is not made on by asking again for what was refused`()
        async throws
    {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        let asked = Counter()
        wechat.answer(Self.create) { _ throws(TransportFailure) in
            // The first is refused, and the quota ends the round.
            asked.next() == 1
                ? #"{"errcode":40053,"errmsg":"invalid action info"}"#
                : #"{"errcode":45011,"errmsg":"quota"}"#
        }
        let batch = try await workshop.checkBatch("一\n二\n三")
        let imports = workshop.installation.imports
        _ = try await imports.start(batch.id, by: workshop.owner)
        let cancelled = try await workshop.working {
            _ = try await workshop.settled(batch, as: [.waiting])
            return try await imports.cancel(batch.id, by: workshop.owner)
        }
        #expect(cancelled.failed == 1 && !cancelled.isRetryable)
        await #expect(throws: Refusal.conflict(.importNotStartable)) {
            try await imports.retry(batch.id, by: workshop.owner)
        }
    }

    @Test func `that waits for the day's quota holds up no other once it is cancelled`()
        async throws
    {
        let wechat = StubWeChat()
        wechat.answer(Self.create, #"{"errcode":45009,"errmsg":"reach max api daily quota limit"}"#)
        let workshop = try await Workshop(wechat: wechat)
        let imports = workshop.installation.imports
        let first = try await workshop.checkBatch("一\n二\n三")
        workshop.clock.advance(by: .seconds(1))
        let second = try await workshop.checkBatch("四\n五")
        _ = try await imports.start(first.id, by: workshop.owner)
        let done = try await workshop.working {
            _ = try await workshop.settled(first, as: [.waiting])
            workshop.clock.advance(by: .seconds(1))
            let behind = try await imports.start(second.id, by: workshop.owner)
            #expect(behind.ahead == first.id)
            wechat.answer(Self.create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Next"}"#)
            _ = try await imports.cancel(first.id, by: workshop.owner)
            #expect(try await workshop.allCodes().allSatisfy { !"一二三".contains($0.name) })
            return try await workshop.settled(second, as: [.done])
        }
        #expect(done.made == 2)
        #expect(try await workshop.allCodes().count == 2)
    }

    @Test func `that is cancelled begins no further call`() async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        let imports = workshop.installation.imports
        let asked = Counter()
        wechat.answer(Self.create) { _ throws(TransportFailure) in
            usleep(5000)
            return #"{"ticket":"gQ\#(asked.next())","url":"http://weixin.qq.com/q/02Slow"}"#
        }
        let text = (1...190).map { "门店\($0)" }.joined(separator: "\n")
        let batch = try await workshop.checkBatch(text)
        _ = try await imports.start(batch.id, by: workshop.owner)
        try await workshop.working {
            _ = await eventually { asked.value > 5 }
            _ = try await imports.cancel(batch.id, by: workshop.owner)
            _ = await eventually { workshop.installation.jobs.running == 0 }
        }
        let kept = try await workshop.allCodes()
        #expect(asked.value < 190 && kept.count == asked.value)
        #expect(kept.allSatisfy { $0.made != nil })
    }

    @Test func `takes back wholly what WeChat was not asked for`() async throws {
        let wechat = StubWeChat()
        wechat.answer(Self.create, #"{"errcode":45029,"errmsg":"qrcode count out of limit"}"#)
        let workshop = try await Workshop(wechat: wechat)
        let picture = try await workshop.picture()
        var settings = Import.Settings.sample()
        settings.draft.reply = [.image(picture)]
        let batch = try await workshop.checkBatch("一\n二\n三", settings)
        _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
        let stopped = try await workshop.working {
            try await workshop.settled(batch, as: [.stopped])
        }
        #expect(stopped.left == 3 && stopped.made == 0 && stopped.failed == 0)
        let revisions = try await workshop.installation.revisions.page(for: workshop.owner)
        #expect(!revisions.elements.contains { $0.kind == .qrCode })
        try await workshop.installation.materials.delete(picture, by: workshop.owner)
        let uses: Int? = try await workshop.database.read {
            try $0.value("SELECT COUNT(*) AS uses FROM reply_uses")
        }
        #expect(uses == 0)
    }

    @Test func `of which nothing is made goes after a week, with all of its names`() async throws {
        let workshop = try await Workshop()
        let kept = try await workshop.checkBatch("一\n二")
        let left = try await workshop.checkBatch("三\n\"坏\"四")
        let imports = workshop.installation.imports
        _ = try await imports.start(kept.id, by: workshop.owner)
        try await workshop.doJobs()
        workshop.clock.advance(by: Import.keptFor)
        try await workshop.doJobs()
        #expect(try await workshop.state(of: kept).made == 2)
        await #expect(throws: Refusal.missing) { try await workshop.state(of: left) }

        let discarded = try await workshop.checkBatch("五\n\"坏\"六")
        _ = try await imports.cancel(discarded.id, by: workshop.owner)
        let lines = try await imports.lines(of: discarded.id, for: workshop.owner)
        #expect(lines.isEmpty)
    }

    @Test func `that is cancelled makes no more`() async throws {
        let workshop = try await Workshop()
        let batch = try await workshop.checkBatch("一\n二")
        let imports = workshop.installation.imports
        #expect(try await imports.cancel(batch.id, by: workshop.owner).state == .cancelled)
        await #expect(throws: Refusal.conflict(.importNotStartable)) {
            try await imports.start(batch.id, by: workshop.owner)
        }
        await #expect(throws: Refusal.conflict(.importNotCancellable)) {
            try await imports.cancel(batch.id, by: workshop.owner)
        }
        #expect(try await workshop.allCodes().isEmpty)
    }

    @Test func `ends with the calls under way when the program stops, and goes on afterwards`()
        async throws
    {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        let asked = Counter()
        wechat.answer(Self.create) { _ throws(TransportFailure) in
            usleep(5000)
            return #"{"ticket":"gQ\#(asked.next())","url":"http://weixin.qq.com/q/02Slow"}"#
        }
        let text = (1...190).map { "门店\($0)" }.joined(separator: "\n")
        let batch = try await workshop.checkBatch(text)
        _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
        try await workshop.working { _ = await eventually { asked.value > 5 } }
        let stopped = try await workshop.state(of: batch)
        #expect(stopped.state == .running && asked.value < 190)
        // Each answer was written down: none is asked for again.
        #expect(stopped.made == asked.value)

        try await workshop.restarted().working {
            _ = try await workshop.settled(batch, as: [.done])
        }
        #expect(asked.value == 190)
        #expect(try await workshop.allCodes().count == 190)
    }
}
