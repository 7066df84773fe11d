import HTTPClient
import Jobs
import Matou
import SQL
import Synchronization
import TestSupport
import TestWorld
import Testing
import WeChat

@Suite struct `The reply after a scan` {
    private static let send = "/cgi-bin/message/custom/send"

    private func scannedOnce(
        _ wechat: StubWeChat = StubWeChat(), reply: [ReplyItem] = [.text("欢迎")]
    ) async throws -> (Workshop, QRCode) {
        let workshop = try await Workshop(wechat: wechat)
        let code = try await workshop.code(reply: reply)
        let receipt = try await workshop.deliver(
            .init(.subscribe(scene: code.scene), by: "oMing", at: workshop.clock.now.seconds))
        #expect(receipt == .recorded(willReply: true))
        return (workshop, code)
    }

    private func status(of workshop: Workshop, _ code: QRCode) async throws -> ReplyStatus? {
        try await workshop.scanners(of: code).first?.reply
    }

    /// Runs the queue until the reply has ended.
    private func settle(_ workshop: Workshop, _ code: QRCode) async throws -> ReplyStatus? {
        let run = Task { await workshop.installation.jobs.run() }
        _ = try await eventually { try await status(of: workshop, code) != .pending }
        await workshop.installation.jobs.stop()
        await run.value
        return try await status(of: workshop, code)
    }

    @Test func `is sent item by item, in order, and counted`() async throws {
        let wechat = StubWeChat()
        let (workshop, code) = try await scannedOnce(
            wechat, reply: [.text("一"), .text("二"), .text("三")])
        #expect(try await settle(workshop, code) == .sent)

        let sent = wechat.bodies(of: Self.send)
        #expect(sent.count == 3)
        #expect(zip(sent, ["一", "二", "三"]).allSatisfy { $0.contains($1) })
        let counts = try await workshop.counts(of: code)
        #expect(counts.repliesSent == 3 && counts.repliesReceived == 1)
    }

    @Test func `that WeChat calls too late is told as too late, and the rest is not tried`()
        async throws
    {
        let wechat = StubWeChat()
        wechat.answer(Self.send, #"{"errcode":45015,"errmsg":"response out of time limit"}"#)
        let (workshop, code) = try await scannedOnce(wechat, reply: [.text("一"), .text("二")])
        #expect(try await settle(workshop, code) == .tooLate)
        #expect(wechat.bodies(of: Self.send).count == 1)
        #expect(try await workshop.counts(of: code).repliesSent == 0)
    }

    @Test func `whose call broke off is unknown and is not sent again`() async throws {
        let wechat = StubWeChat()
        wechat.answer(Self.send) { _ throws(TransportFailure) in
            throw TransportFailure(.timedOut, .unknown)
        }
        let (workshop, code) = try await scannedOnce(wechat)
        #expect(try await settle(workshop, code) == .unknown)
        #expect(wechat.bodies(of: Self.send).count == 1)
    }

    @Test func `that certainly did not leave is tried again within the minute`() async throws {
        let wechat = StubWeChat()
        let attempts = Mutex(0)
        wechat.answer(Self.send) { _ throws(TransportFailure) in
            let attempt = attempts.withLock { count in
                count += 1
                return count
            }
            if attempt <= 4 { throw TransportFailure(.unreachable, .notSent) }
            return #"{"errcode":0}"#
        }
        let (workshop, code) = try await scannedOnce(wechat)
        let clock = workshop.clock
        let run = Task { await workshop.installation.jobs.run() }
        _ = try await eventually {
            clock.advance(by: .milliseconds(200))
            workshop.installation.jobs.wake()
            return try await status(of: workshop, code) == .sent
        }
        await workshop.installation.jobs.stop()
        await run.value
        #expect(try await status(of: workshop, code) == .sent)
        #expect(try await workshop.counts(of: code).repliesSent == 1)
    }

    @Test func `that a stopping server did not send waits for its next start`() async throws {
        let wechat = StubWeChat()
        let isStopping = Mutex(true)
        wechat.answer(Self.send) { _ throws(TransportFailure) in
            if isStopping.withLock({ $0 }) { throw TransportFailure(.cancelled, .notSent) }
            return #"{"errcode":0}"#
        }
        let (workshop, code) = try await scannedOnce(wechat, reply: [.text("一"), .text("二")])
        let jobs = workshop.installation.jobs
        let run = Task { await jobs.run() }
        let isTried = await eventually { !wechat.bodies(of: Self.send).isEmpty }
        #expect(isTried)
        await jobs.stop()
        await run.value
        #expect(try await status(of: workshop, code) == .pending)

        isStopping.withLock { $0 = false }
        workshop.clock.advance(by: .seconds(1))
        let next = try workshop.restarted()
        let rerun = Task { await next.installation.jobs.run() }
        let isSent = try await eventually { try await status(of: next, code) == .sent }
        #expect(isSent)
        await next.installation.jobs.stop()
        await rerun.value
    }

    @Test func `that WeChat took is sent, whatever the store says of the account then`()
        async throws
    {
        let wechat = StubWeChat()
        let (workshop, code) = try await scannedOnce(wechat)
        try await workshop.database.write { connection in
            _ = try connection.run(
                """
                CREATE TRIGGER refuse BEFORE UPDATE OF authorization_state ON accounts
                BEGIN SELECT RAISE(ABORT, 'full'); END
                """)
        }
        #expect(try await settle(workshop, code) == .sent)
    }

    @Test func `is not sent when its minute has passed before the queue came to it`() async throws {
        let wechat = StubWeChat()
        let (workshop, code) = try await scannedOnce(wechat)
        workshop.clock.advance(by: .seconds(61))
        #expect(try await settle(workshop, code) == .tooLate)
        #expect(wechat.bodies(of: Self.send).isEmpty)
    }

    @Test func `that WeChat refuses keeps its words for the marketer`() async throws {
        let wechat = StubWeChat()
        wechat.answer(Self.send, #"{"errcode":48002,"errmsg":"user block receive message"}"#)
        let (workshop, code) = try await scannedOnce(wechat)
        #expect(try await settle(workshop, code) == .failed)
        let report = try await workshop.report(of: code, days: 1)
        #expect(report.replyFailures.map(\.fault.code) == [48002])
        #expect(report.replyFailures.map(\.count) == [1] && report.counts.repliesFailed == 1)
    }

    @Test(arguments: ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
    func `that did not arrive stands on its day in another time zone`(zone: String) async throws {
        let wechat = StubWeChat()
        wechat.answer(Self.send, #"{"errcode":48002,"errmsg":"user block receive message"}"#)
        let (workshop, code) = try await scannedOnce(wechat)
        try await workshop.doJobs()
        #expect(try await status(of: workshop, code) == .failed)
        try await workshop.installation.workspaces.changeTimeZone(to: zone, by: workshop.owner)
        try await workshop.doJobs()
        let moved = try await workshop.aggregates()
        try await workshop.installation.stats.rebuild(for: workshop.owner)
        #expect(try await workshop.aggregates() == moved)
    }

    @Test func `that do not arrive open to whom they were for, and why`() async throws {
        let wechat = StubWeChat()
        let refusals = [
            "oMing": (45047, "out of response count limit"), "oLin": (48002, "user block"),
        ]
        wechat.answer(Self.send) { request in
            let body = String(decoding: request.body, as: UTF8.self)
            let (code, words) = refusals.first { body.contains($0.key) }?.value ?? (0, "ok")
            return #"{"errcode":\#(code),"errmsg":"\#(words)"}"#
        }
        let workshop = try await Workshop(wechat: wechat)
        let code = try await workshop.code(reply: [.text("一"), .text("二")])
        for (second, person) in ["oMing", "oLin", "oChen"].enumerated() {
            try await workshop.deliver(
                .init(
                    .scan(scene: code.scene), by: person,
                    at: workshop.clock.now.seconds + Int64(second)))
        }
        try await workshop.doJobs()
        try await workshop.deliver(
            .init(.scan(scene: code.scene), by: "oWang", at: workshop.clock.now.seconds + 9))
        workshop.clock.advance(by: .seconds(120))
        try await workshop.doJobs()

        let report = try await workshop.report(of: code, days: 1)
        for (state, people) in [
            (ReplySend.State.failed, ["oLin", "oMing"]), (.tooLate, ["oWang"]), (.unknown, []),
        ] {
            let metric = try #require(Metric(repliesThat: state))
            let opened = try await workshop.figure(FigureFilter(metric), of: code)
            #expect(Set(opened.rows.map(\.openid)) == Set(people), "\(state)")
            #expect(opened.rows.count == opened.figure, "\(state)")
            #expect(opened.rows.allSatisfy { $0.fault != nil }, "\(state)")
            let reasons = report.replyFailures.filter { $0.state == state }
            #expect(reasons.map(\.count).reduce(0, +) == opened.figure, "\(state)")
        }
        #expect(report.today.repliesFailed == report.counts.repliesFailed)
    }
}
