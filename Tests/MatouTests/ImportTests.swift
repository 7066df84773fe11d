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

    private func settings(
        _ kind: QRCode.Kind.Name = .permanent, sourceFromName: Bool = false
    ) -> Import.Settings {
        var draft = QRCode.Draft()
        draft.kind = kind
        draft.source = "线下"
        draft.group = "门店拉新"
        draft.reply = [.text("欢迎")]
        return Import.Settings(draft: draft, takesSourceFromName: sourceFromName)
    }

    private func check(
        _ text: String, _ settings: Import.Settings? = nil, in workshop: Workshop
    ) async throws -> Import {
        try await workshop.installation.imports.check(
            Array(text.utf8), named: "门店.csv", settings ?? self.settings(),
            on: workshop.account.id, by: workshop.owner)
    }

    private func state(of batch: Import, in workshop: Workshop) async throws -> Import {
        try await workshop.installation.imports.find(batch.id, for: workshop.owner)
    }

    /// Waits until the batch is in one of these states.
    private func settled(
        _ batch: Import, as states: [Import.State], in workshop: Workshop
    ) async throws -> Import {
        _ = try await eventually(within: .seconds(30)) {
            states.contains(try await state(of: batch, in: workshop).state)
        }
        return try await state(of: batch, in: workshop)
    }

    private func codes(in workshop: Workshop) async throws -> [QRCode] {
        try await workshop.installation.qrCodes.codes(
            of: .matching(QRCodeFilter(account: workshop.account.id)), limit: 100_000,
            for: workshop.owner)
    }

    @Test func `is checked line by line before anything is made`() async throws {
        let workshop = try await Workshop()
        _ = try await workshop.code(named: "已有")
        let long = String(repeating: "长", count: 101)
        let batch = try await check(
            "名称\r\n门店_上海_静安\r\n\r\n\"有,逗号\"\r\n没有,引号\r\n\(long)\r\n"
                + "控\u{7}制\r\n门店_上海_静安\r\n已有\r\n\"坏\"引号\r\n=SUM(A1)\r\n   \r\n",
            in: workshop)
        #expect(batch.state == .checked && batch.lines == 10 && batch.bad == 7)
        let bad = try await workshop.installation.imports.lines(
            of: batch.id, .bad, for: workshop.owner)
        #expect(bad.map(\.number) == [5, 6, 7, 8, 9, 10, 12])
        #expect(
            bad.compactMap(\.fault) == [
                .manyColumns, .tooLong, .controlCharacters, .repeated(line: 2), .taken,
                .malformed, .empty,
            ])
        let good = try await workshop.installation.imports.lines(
            of: batch.id, .ready, for: workshop.owner)
        #expect(good.map(\.name) == ["门店_上海_静安", "有,逗号", "=SUM(A1)"])
        #expect(try await codes(in: workshop).count == 1)
    }

    @Test func `lists its codes in the order of the file`() async throws {
        let workshop = try await Workshop()
        let names = (1...40).map { "双十一_上海_\($0)" }
        let batch = try await check(names.joined(separator: "\n"), in: workshop)
        try await workshop.working {
            _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
            _ = try await settled(batch, as: [.done], in: workshop)
        }
        var filter = QRCodeFilter(account: workshop.account.id)
        filter.sort = .oldest
        let page = try await workshop.installation.qrCodes.page(
            filter, limit: 40, for: workshop.owner)
        #expect(page.codes.elements.map(\.name) == names)
    }

    @Test func `replies in every format that a single code replies in`() async throws {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        let picture = try await workshop.picture()
        var settings = settings()
        settings.draft.reply = [.image(picture), .form(form.id), .text("欢迎")]
        let batch = try await check("门店一\n门店二\n", settings, in: workshop)
        try await workshop.working {
            _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
            _ = try await settled(batch, as: [.done], in: workshop)
        }
        let made = try await codes(in: workshop)
        #expect(made.map(\.reply.items) == [settings.draft.reply, settings.draft.reply])
        let uses = try await workshop.installation.materials.uses(
            of: picture, for: workshop.owner)
        #expect(Set(uses.elements.map(\.name)) == ["门店一", "门店二"])

        settings.draft.reply = [.image(Matou.Material.ID("ma_none"))]
        await #expect(throws: Refusal.invalid("reply.0.material_id", .unknown)) {
            try await check("门店三\n", settings, in: workshop)
        }
    }

    @Test func `makes nothing when what it replies with was deleted after the check`()
        async throws
    {
        let workshop = try await Workshop()
        let picture = try await workshop.picture()
        var settings = settings()
        settings.draft.reply = [.image(picture)]
        var faults = FieldFaults()
        settings.draft.design = CodeDesign(.plain, &faults) {
            $0 == "modules" ? "dot" : nil
        }
        let batch = try await check("门店一\n", settings, in: workshop)
        try await workshop.installation.materials.delete(picture, by: workshop.owner)
        await #expect(throws: Refusal.conflict(.replyPartMissing)) {
            try await workshop.installation.imports.start(batch.id, by: workshop.owner)
        }
        #expect(try await codes(in: workshop).isEmpty)
    }

    @Test func `comes in GB18030 as in UTF-8`() async throws {
        let workshop = try await Workshop()
        let batch = try await workshop.installation.imports.check(
            [0xC3, 0xC5, 0xB5, 0xEA, 0x0A, 0xC9, 0xCF, 0xBA, 0xA3], named: "excel.csv",
            settings(), on: workshop.account.id, by: workshop.owner)
        #expect(batch.encoding == "GB18030")
        let lines = try await workshop.installation.imports.lines(
            of: batch.id, for: workshop.owner)
        #expect(lines.map(\.name) == ["门店", "上海"])
    }

    @Test func `without names, or with settings that cannot be, leaves nothing behind`()
        async throws
    {
        let workshop = try await Workshop()
        await #expect(throws: Refusal.invalid("csv", .required)) {
            try await check("\n\n", in: workshop)
        }
        var wrong = settings()
        wrong.draft.source = String(repeating: "源", count: QRCode.sourceLimit + 1)
        await #expect(throws: Refusal.self) { try await check("一", wrong, in: workshop) }
        #expect(
            try await workshop.installation.imports.page(for: workshop.owner).elements.isEmpty)
    }

    @Test func `of 100,000 lines with 17 bad ones tells each of the 17`() async throws {
        let workshop = try await Workshop()
        let wrong = Set((1...17).map { $0 * 5000 + 7 })
        let text = (1...100_000).map { wrong.contains($0) ? "坏\"\($0)" : "门店_上海_\($0)" }
            .joined(separator: "\n")
        let batch = try await check(text, in: workshop)
        #expect(batch.lines == 100_000 && batch.bad == 17)
        let bad = try await workshop.installation.imports.lines(
            of: batch.id, .bad, for: workshop.owner)
        #expect(Set(bad.map(\.number)) == wrong)
        await #expect(throws: Refusal.invalid("csv", .tooMany(limit: 100_000))) {
            try await check(text + "\none more", in: workshop)
        }
    }

    @Test func `makes each good line once, with the shared settings`() async throws {
        let workshop = try await Workshop()
        let text = (1...450).map { "门店_上海_\($0)" }.joined(separator: "\n") + "\n无来源"
        let batch = try await check(text, settings(sourceFromName: true), in: workshop)
        _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
        let done = try await workshop.working {
            try await settled(batch, as: [.done], in: workshop)
        }
        #expect(done.made == 451 && done.failed == 0 && done.left == 0)
        let codes = try await codes(in: workshop)
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
        let batch = try await check(text, in: workshop)
        _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
        let made = try await workshop.working {
            _ = try await eventually(within: .seconds(9)) {
                try await state(of: batch, in: workshop).made >= 499
            }
            return try await settled(batch, as: [.done], in: workshop).made
        }
        #expect(asked.value == 500 && made == 500)
    }

    @Test(arguments: [45009, 45011])
    func `waits for WeChat's quota, says until when, and goes on`(errcode: Int) async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        wechat.answer(Self.create, #"{"errcode":\#(errcode),"errmsg":"quota"}"#)
        let batch = try await check("一\n二\n三", in: workshop)
        _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
        let (waiting, done) = try await workshop.working {
            let waiting = try await settled(batch, as: [.waiting], in: workshop)
            wechat.answer(
                Self.create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Again"}"#)
            // The job's next time is noted from the clock as it stands when the attempt ends.
            _ = await eventually { workshop.installation.jobs.running == 0 }
            workshop.clock.advance(by: .seconds(13 * 3600))
            workshop.installation.jobs.wake()
            return (waiting, try await settled(batch, as: [.done], in: workshop))
        }
        #expect(waiting.made == 0 && waiting.failed == 0 && waiting.fault?.code == errcode)
        // Noon in Shanghai: a minute after midnight there, or a minute from now.
        let wait: Duration = errcode == 45009 ? .seconds(12 * 3600 + 60) : .seconds(60)
        #expect(waiting.waitsUntil.map { $0 - waiting.createdAt } == wait)
        #expect(done.made == 3)
        #expect(try await codes(in: workshop).count == 3)
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
        let batch = try await check(text, in: workshop)
        _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
        let stopped = try await workshop.working {
            try await settled(batch, as: [.stopped, .done], in: workshop)
        }
        #expect(stopped.state == .stopped && stopped.fault?.code == 45029)
        #expect(stopped.made == 250 && stopped.left == 350)
        let codes = try await codes(in: workshop)
        #expect(codes.count == 250 && codes.allSatisfy { $0.made != nil })
    }

    @Test func `asks again for those that WeChat refused, under the same scenes`() async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        wechat.answer(Self.create, #"{"errcode":40053,"errmsg":"invalid action info"}"#)
        let batch = try await check("一\n二", in: workshop)
        let imports = workshop.installation.imports
        _ = try await imports.start(batch.id, by: workshop.owner)
        let (failed, reasons, done) = try await workshop.working {
            let failed = try await settled(batch, as: [.done], in: workshop)
            let lines = try await imports.lines(of: batch.id, .failed, for: workshop.owner)
            wechat.answer(
                Self.create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Again"}"#)
            _ = try await imports.retry(batch.id, by: workshop.owner)
            return (
                failed, lines.map { $0.refusal?.code },
                try await settled(batch, as: [.done], in: workshop)
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
        let batch = try await check("一\n二", in: workshop)
        let installation = workshop.installation
        _ = try await installation.imports.start(batch.id, by: workshop.owner)
        let asked = try await workshop.working {
            let failed = try await settled(batch, as: [.done], in: workshop)
            #expect(failed.failed == 2)
            wechat.answer(
                Self.create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Again"}"#)
            let asked = try await installation.qrCodes.retry(
                .matching(QRCodeFilter(account: workshop.account.id)), by: workshop.owner)
            _ = try await eventually { try await state(of: batch, in: workshop).failed == 0 }
            return asked
        }
        #expect(asked == 2)
        #expect(try await state(of: batch, in: workshop).made == 2)
        #expect(
            try await installation.imports.lines(of: batch.id, .failed, for: workshop.owner)
                .isEmpty)
    }

    @Test func `is refused before it begins when the account has not so many codes left`()
        async throws
    {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        try await workshop.database.write {
            _ = try $0.run(
                """
                INSERT INTO qr_codes (workspace_id, id, account_id, name, name_folded, kind, source,
                    reply, scene, slug, making, ticket, content, made_at,
                    created_by, created_at, updated_by, updated_at, version)
                WITH RECURSIVE numbers (n) AS (
                    SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 99998)
                SELECT workspace_id, id || n, account_id, name || n, name_folded || n, kind, source,
                    reply, scene || n, slug || n, making, ticket, content, made_at,
                    created_by, created_at, updated_by, updated_at, 1
                FROM numbers JOIN qr_codes ON id = \(code.id)
                """)
        }
        let batch = try await check("一\n二", in: workshop)
        let imports = workshop.installation.imports
        await #expect(throws: Refusal.conflict(.permanentCodesUsedUp)) {
            try await imports.start(batch.id, by: workshop.owner)
        }
        let temporary = try await check("一\n二", settings(.temporary), in: workshop)
        #expect(try await imports.start(temporary.id, by: workshop.owner).state == .running)
    }

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
        let batch = try await check("一\n二\n三", in: workshop)
        let imports = workshop.installation.imports
        _ = try await imports.start(batch.id, by: workshop.owner)
        let cancelled = try await workshop.working {
            _ = try await settled(batch, as: [.waiting], in: workshop)
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
        let first = try await check("一\n二\n三", in: workshop)
        workshop.clock.advance(by: .seconds(1))
        let second = try await check("四\n五", in: workshop)
        _ = try await imports.start(first.id, by: workshop.owner)
        let done = try await workshop.working {
            _ = try await settled(first, as: [.waiting], in: workshop)
            workshop.clock.advance(by: .seconds(1))
            let behind = try await imports.start(second.id, by: workshop.owner)
            #expect(behind.ahead == first.id)
            wechat.answer(Self.create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Next"}"#)
            _ = try await imports.cancel(first.id, by: workshop.owner)
            #expect(try await codes(in: workshop).allSatisfy { !"一二三".contains($0.name) })
            return try await settled(second, as: [.done], in: workshop)
        }
        #expect(done.made == 2)
        #expect(try await codes(in: workshop).count == 2)
    }

    @Test func `that waits asks WeChat at once when it is told to`() async throws {
        let wechat = StubWeChat()
        wechat.answer(Self.create, #"{"errcode":45009,"errmsg":"reach max api daily quota limit"}"#)
        let workshop = try await Workshop(wechat: wechat)
        let imports = workshop.installation.imports
        let batch = try await check("一\n二", in: workshop)
        _ = try await imports.start(batch.id, by: workshop.owner)
        let done = try await workshop.working {
            _ = try await settled(batch, as: [.waiting], in: workshop)
            wechat.answer(Self.create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Now"}"#)
            _ = await eventually { workshop.installation.jobs.running == 0 }
            _ = try await imports.start(batch.id, by: workshop.owner)
            return try await settled(batch, as: [.done], in: workshop)
        }
        #expect(done.made == 2)
    }

    @Test func `of a file that was sent twice makes each code once`() async throws {
        let workshop = try await Workshop()
        let imports = workshop.installation.imports
        let first = try await check("一\n二\n三", in: workshop)
        let second = try await check("一\n二\n三\n四", in: workshop)
        _ = try await imports.start(first.id, by: workshop.owner)
        _ = try await imports.start(second.id, by: workshop.owner)
        let again = try await workshop.working {
            try await settled(second, as: [.done], in: workshop)
        }
        #expect(again.made == 1 && again.bad == 3)
        #expect(try await codes(in: workshop).count == 4)
        let bad = try await imports.lines(of: second.id, .bad, for: workshop.owner)
        #expect(bad.map(\.fault) == [.taken, .taken, .taken])
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
        let batch = try await check(text, in: workshop)
        _ = try await imports.start(batch.id, by: workshop.owner)
        try await workshop.working {
            _ = await eventually { asked.value > 5 }
            _ = try await imports.cancel(batch.id, by: workshop.owner)
            _ = await eventually { workshop.installation.jobs.running == 0 }
        }
        let kept = try await codes(in: workshop)
        #expect(asked.value < 190 && kept.count == asked.value)
        #expect(kept.allSatisfy { $0.made != nil })
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
        let batch = try await check(text, in: workshop)
        _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
        try await workshop.working { _ = await eventually { asked.value > 5 } }
        let stopped = try await state(of: batch, in: workshop)
        #expect(stopped.state == .running && asked.value < 190)
        // Each answer was written down: none is asked for again.
        #expect(stopped.made == asked.value)

        try await workshop.restarted().working {
            _ = try await settled(batch, as: [.done], in: workshop)
        }
        #expect(asked.value == 190)
        #expect(try await codes(in: workshop).count == 190)
    }

    @Test func `takes back wholly what WeChat was not asked for`() async throws {
        let wechat = StubWeChat()
        wechat.answer(Self.create, #"{"errcode":45029,"errmsg":"qrcode count out of limit"}"#)
        let workshop = try await Workshop(wechat: wechat)
        let picture = try await workshop.picture()
        var settings = settings()
        settings.draft.reply = [.image(picture)]
        let batch = try await check("一\n二\n三", settings, in: workshop)
        _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
        let stopped = try await workshop.working {
            try await settled(batch, as: [.stopped], in: workshop)
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

    @Test func `that the store refuses stops with the reason, and can go on`() async throws {
        let workshop = try await Workshop()
        let batch = try await check("一\n二\n三", in: workshop)
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
            let stopped = try await settled(batch, as: [.stopped], in: workshop)
            try await workshop.database.write { _ = try $0.run("DROP TRIGGER hindrance") }
            _ = try await imports.start(batch.id, by: workshop.owner)
            return (stopped, try await settled(batch, as: [.done], in: workshop))
        }
        #expect(stopped.fault == .givenUp && stopped.left == 3)
        #expect(done.made == 3 && done.fault == nil)
    }

    @Test func `of which nothing is made goes after a week, with all of its names`() async throws {
        let workshop = try await Workshop()
        let kept = try await check("一\n二", in: workshop)
        let left = try await check("三\n\"坏\"四", in: workshop)
        let imports = workshop.installation.imports
        _ = try await imports.start(kept.id, by: workshop.owner)
        try await workshop.doJobs()
        workshop.clock.advance(by: Import.keptFor)
        try await workshop.doJobs()
        #expect(try await state(of: kept, in: workshop).made == 2)
        await #expect(throws: Refusal.missing) { try await state(of: left, in: workshop) }

        let discarded = try await check("五\n\"坏\"六", in: workshop)
        _ = try await imports.cancel(discarded.id, by: workshop.owner)
        let lines = try await imports.lines(of: discarded.id, for: workshop.owner)
        #expect(lines.isEmpty)
    }

    @Test func `that is cancelled makes no more`() async throws {
        let workshop = try await Workshop()
        let batch = try await check("一\n二", in: workshop)
        let imports = workshop.installation.imports
        #expect(try await imports.cancel(batch.id, by: workshop.owner).state == .cancelled)
        await #expect(throws: Refusal.conflict(.importNotStartable)) {
            try await imports.start(batch.id, by: workshop.owner)
        }
        await #expect(throws: Refusal.conflict(.importNotCancellable)) {
            try await imports.cancel(batch.id, by: workshop.owner)
        }
        #expect(try await codes(in: workshop).isEmpty)
    }
}

extension Workshop {
    fileprivate func picture() async throws -> Matou.Material.ID {
        try await installation.materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "海报", by: owner
        ).material.id
    }
}
